"""`flows`: what the firewall tracks at this moment."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.table import Table

from hunts.actions.flows import tracked
from hunts.actions.instance import Clients, find
from hunts.backends.aws import session_clients
from hunts.cli.options import console, place, where
from hunts.errors import HuntError
from hunts.stack import StackOutputs
from hunts.terminal import safe

_NUMBERS = ("age", "packets", "bytes")


@click.command()
@click.argument("instances", nargs=-1)
@click.option("--min-age", default=0, metavar="SECONDS", type=click.IntRange(0), help="Leave out younger flows.")
@click.option("--json", "form", flag_value="json", help="Print one JSON document.")
@where
def flows(
    instances: tuple[str, ...], *, min_age: int, form: str | None, outputs: Path | None, stack_name: str | None
) -> None:
    """List the flows that the firewall tracks now: all, or those of INSTANCES (name, Name in AWS, id or address)."""
    stack = place(outputs, stack_name).outputs
    if stack is None:
        raise HuntError("flows are a stack's: give --stack or --outputs")
    clients = session_clients(stack.region)
    addresses = [_address(name, stack, clients) for name in instances]
    found = tracked(clients, stack, addresses, min_age=min_age)
    if form == "json":
        click.echo(json.dumps([asdict(flow) for flow in found], indent=2))
        return

    def end(address: str, port: str) -> str:
        return safe(f"{stack.instance_name(address) or address} {port}".strip())

    table = Table(header_style="bold", box=None, pad_edge=False)
    for column in ("from", "to", "protocol", "age", "packets", "bytes", "zone"):
        table.add_column(column, justify="right" if column in _NUMBERS else "left")
    for flow in found:
        ends = end(flow.source, flow.source_port), end(flow.destination, flow.destination_port)
        numbers = f"{flow.age} s", f"{flow.packets:,}", f"{flow.bytes:,}"
        table.add_row(*ends, safe(flow.protocol), *numbers, flow.zone)
    if not found:
        click.echo("The firewall tracks no such flow.")
        return
    console().print(table)
    lines = "1 line" if len(found) == 1 else f"{len(found)} lines"
    click.echo(f"{lines}, one for each direction of a flow.")


def _address(name: str, stack: StackOutputs, clients: Clients) -> str:
    identity = find(name, stack, clients)
    address = next((item.private_ip for item in stack.instances.values() if item.id == identity), None)
    if address is None:
        raise HuntError(f"{identity} is no instance of the stack: which address it has isn't known here")
    return address
