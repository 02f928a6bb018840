"""`network`: the live network as a state, which egress-proof judges: here, or with the stacks of other accounts."""

import json

import click

from hunts.cli.options import progress


@click.command()
@click.option("--region", help="Region to read; without it, the environment's.")
def network(region: str | None) -> None:
    """Write the live network as JSON, in the form of a Pulumi state: egress-proof check reads it."""
    from hunts.live_network import read

    with progress() as tell:
        found = read(region, progress=tell)
    resources = [
        {"urn": each.urn, "type": each.type, "id": each.id, "custom": True, "outputs": dict(each.properties)}
        for each in found
    ]
    click.echo(json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": resources}}, default=str))
