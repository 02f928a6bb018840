"""Plays the colleague in a hurry: a route to the NAT gateway that no program knows of, and gone again afterwards.

`python -m workshop.shortcut` adds it to the hub, and with `--undo` takes it away; on the local AWS alone.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from hunts import stack as stacks
from hunts.backends.aws import local_client, messages, pages
from hunts.errors import HuntError
from hunts.stack import StackOutputs

DESTINATION = "8.8.8.0/24"
"""A public resolver: a range that somebody may well want to reach directly, and that the proof knows as internet."""


@contextmanager
def shortcut(outputs: StackOutputs) -> Iterator[str]:
    """Add a route past the firewall, from a table whose default route leads to an endpoint, straight to a NAT gateway.

    It is deleted in the end, come what may. Yields the table's id. Raises HuntError where the stack has no such table.
    """
    table = add(outputs)
    try:
        yield table
    finally:
        remove(outputs)


def add(outputs: StackOutputs) -> str:
    """Add the route, unless it is there; return its table's id. Raises HuntError where the stack has no such table."""
    ec2 = local_client("ec2", outputs.region)
    table, nat, _ = _first(ec2, outputs)
    if table not in _with_it(ec2, outputs):
        with messages():
            ec2.create_route(RouteTableId=table, DestinationCidrBlock=DESTINATION, NatGatewayId=nat)
    return table


def remove(outputs: StackOutputs) -> list[str]:
    """Delete the route from every table of the stack that has it; return their ids."""
    ec2 = local_client("ec2", outputs.region)
    tables = _with_it(ec2, outputs)
    for table in tables:
        with messages():
            ec2.delete_route(RouteTableId=table, DestinationCidrBlock=DESTINATION)
    return tables


def _first(ec2: Any, outputs: StackOutputs) -> tuple[str, str, str]:
    found = next(guarded_tables(ec2, outputs), None)
    if found is None:
        raise HuntError("the stack has no route table between firewall and NAT gateway to play the story's mistake on")
    return found


def _with_it(ec2: Any, outputs: StackOutputs) -> list[str]:
    filters = [
        {"Name": "vpc-id", "Values": [vpc.id for vpc in outputs.vpcs.values()]},
        {"Name": "route.destination-cidr-block", "Values": [DESTINATION]},
    ]
    return [table["RouteTableId"] for table in pages(ec2, "describe_route_tables", "RouteTables", Filters=filters)]


def guarded_tables(ec2: Any, outputs: StackOutputs) -> Iterator[tuple[str, str, str]]:
    """Yield each table whose default route leads to an endpoint, the NAT gateway of its zone, and that one's table."""
    owned = [vpc.id for vpc in outputs.vpcs.values()]
    filters = [{"Name": "vpc-id", "Values": owned}]
    zones = {
        item["SubnetId"]: (item["VpcId"], item["AvailabilityZone"])
        for item in pages(ec2, "describe_subnets", "Subnets", Filters=filters)
    }
    nats = {
        zones[item["SubnetId"]]: (item["NatGatewayId"], item["SubnetId"])
        for item in pages(ec2, "describe_nat_gateways", "NatGateways", Filters=filters)
        if item["State"] == "available" and item.get("SubnetId") in zones
    }
    tables = list(pages(ec2, "describe_route_tables", "RouteTables", Filters=filters))
    used = {link.get("SubnetId", ""): table["RouteTableId"] for table in tables for link in table["Associations"]}
    for table in tables:
        for link in table["Associations"]:
            if _guarded(table) and zones.get(link.get("SubnetId", "")) in nats:
                nat, subnet = nats[zones[link["SubnetId"]]]
                yield table["RouteTableId"], nat, used.get(subnet, "")


def _guarded(table: Mapping[str, Any]) -> bool:
    """Tell whether the table's default route leads to a firewall endpoint."""
    return any(
        route.get("DestinationCidrBlock") == "0.0.0.0/0"
        and str(route.get("GatewayId") or route.get("VpcEndpointId") or "").startswith("vpce-")
        for route in table["Routes"]
    )


@click.command()
@click.option("--stack", "stack_name", default="hub", show_default=True, help="The deployed stack.")
@click.option("--undo", is_flag=True, help="Take the route away again.")
def main(stack_name: str, *, undo: bool) -> None:
    """Add a route past the firewall beside Pulumi, as somebody in a hurry does, or take it away."""
    try:
        found = stacks.from_engine(stack_name, Path.cwd())
        if undo:
            tables = ", ".join(remove(found)) or "no table"
            click.echo(f"{DESTINATION} is gone from {tables}")
        else:
            click.echo(f"{DESTINATION} now goes straight to a NAT gateway, by the table {add(found)}")
    except HuntError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
