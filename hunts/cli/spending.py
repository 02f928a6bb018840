"""`cost`: what a window of time cost, by the hours of what exists and the bytes that were seen."""

import json
import textwrap
from dataclasses import asdict

import click
from rich.table import Table

from hunts import terminal
from hunts.cli.asking import Asking, asks
from hunts.cli.options import console
from hunts.errors import HuntError
from hunts.spending import TRAFFIC, bill, traffic, untold
from hunts.stack import Estimate


@click.command()
@click.option("--region", default=None, help="Whose prices count; the stack's Region otherwise.")
@click.option("--json", "form", flag_value="json", help="Print one JSON document.")
@asks
def cost(*, region: str | None, form: str | None, asking: Asking) -> None:
    """Tell what a window cost: the stack's hours, and the bytes of the FLOW log, at list prices."""
    outputs = asking.place.outputs
    where = region or (outputs.region if outputs else None)
    if where is None:
        raise HuntError("whose prices? give --region, or a stack")
    _, answer = asking.ask(TRAFFIC, {})
    terminal.print_unread(console(stderr=True), answer)
    estimate = (outputs.estimated_cost if outputs else None) or Estimate()
    per_hour = estimate.per_hour
    hub = outputs is not None and outputs.layout != "single-vpc"
    found = bill(
        traffic(answer),
        asking.stretch,
        where,
        hub=hub,
        per_hour=per_hour,
        missing=estimate.missing,
        untold=untold(answer),
    )
    if form == "json":
        document = {"usd": round(found.usd, 4), "prices_read": found.read, "region": where}
        rows = [asdict(item) for item in found.items]
        click.echo(json.dumps({**document, "items": rows, "left_out": found.left_out}, indent=2))
        return
    whole = "All that exists and passed" if per_hour is not None else "What passed, without what exists,"
    click.echo(f"{whole} cost about {found.usd:.4f} USD, {asking.stretch}.")
    table = Table(header_style="bold", box=None, pad_edge=False)
    for column in ("what", "how much", "USD"):
        table.add_column(column, justify="right" if column == "USD" else "left")
    for item in found.items:
        table.add_row(item.what, item.quantity, "unknown" if item.usd is None else f"{item.usd:.4f}")
    console().print(table)
    told = (
        f"List prices for {where} as read on {found.read} (components/prices.json). The NAT gateways are free beside "
        f"firewall endpoints. Not counted: {', '.join(found.left_out)}."
    )
    click.echo(textwrap.fill(told, 80))
