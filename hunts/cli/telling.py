"""`timeline`, and the records behind a finding: what one instance did, in order."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hunts.cli.asking import Asking, asks, unheard
from hunts.cli.options import console, filled
from hunts.errors import HuntError
from hunts.model import LOGS, Hunt
from hunts.silence import in_doubt
from hunts.terminal import account, print_unread, safe
from hunts.timeline import chosen, timeline, told
from hunts.window import instant

_STYLES = {"drop": "bold red", "reject": "bold red", "BLOCK": "bold red"}


@click.command("timeline")
@click.argument("instance")
@click.option("--only", type=click.Choice(LOGS), multiple=True, help="One log alone; may be repeated.")
@click.option(
    "--about",
    callback=filled,
    metavar="PEER",
    help="An address or a range, a domain with all below it, a port or a signature.",
)
@click.option("--match", callback=filled, metavar="TEXT", help="Records with this text in any field.")
@click.option("--json", "form", flag_value="json", help="Print one JSON document.")
@asks
def timeline_(
    instance: str, *, only: tuple[str, ...], about: str | None, match: str | None, form: str | None, asking: Asking
) -> None:
    """Tell all that the logs have about INSTANCE (name, Name in AWS, id or address), in order, a line a record."""
    tell(asking, asking.address(instance), logs=only, about=about or "", match=match or "", form=form)


def tell(
    asking: Asking,
    address: str,
    *,
    logs: tuple[str, ...] = (),
    about: str = "",
    instead: str = "",
    match: str = "",
    form: str | None = None,
) -> None:
    """Print the chosen records of an instance, and of how many they are; those about `instead` where there is none."""
    question, answer = asking.ask(timeline, {"address": address})
    records = list(chosen(answer, logs=logs, about=about, match=match))
    if instead and not records:
        records = list(chosen(answer, about=instead))
    if form == "json":
        unread = account(answer.unread)
        click.echo(json.dumps({"instance": address, "records": records, "unread": unread}, indent=2, default=str))
    else:
        print_story(console(), records, address)
        of = f"{len(records):,} of {len(answer.rows):,} records about {address}, {question.window}"
        console().print(Text(of, style="dim"))
    print_unread(console(stderr=True), answer)
    if why := in_doubt(answer) or ("" if answer.rows else unheard(address, question.window)):
        raise HuntError(why)


def print_story(out: Console, records: Sequence[Mapping[str, Any]], address: str) -> None:
    """Print a line a record; a terminal that is too narrow for one gets the rest of it below, behind its time."""
    lines = Table.grid(padding=(0, 2))
    lines.add_column(no_wrap=True)
    lines.add_column(overflow="fold")
    for record in records:
        style = _STYLES.get(str(record["outcome"]), "")
        at, text = instant(record["ts"])[5:-1], Text(safe(told(record, address)), style=style)
        if out.is_terminal:
            lines.add_row(Text(at, style=style), text)
        else:
            # Whoever searches in a file or a pipe finds a record by one of its words.
            out.print(Text(f"{at}  ").append_text(text), soft_wrap=True)
    if out.is_terminal:
        out.print(lines)


def evidence(asking: Asking, hunt: Hunt, record: Mapping[str, Any]) -> None:
    """Print the records behind one row of a hunt's answer."""
    address = record.get(hunt.instance or "")
    if not address:
        raise HuntError(f"hunt {hunt.name} ranks, it speaks of no instance: use hunts timeline INSTANCE --about PEER")
    # What a record has no place for, a client's fingerprint say, went somewhere.
    tell(
        asking,
        str(address),
        about=str(record.get(hunt.about or "") or ""),
        instead=str(record.get("destination") or ""),
    )
