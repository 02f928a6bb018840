"""`learn` and `rehearse`: an allow list from what was seen, and what it would cost before it is deployed."""

import json
from collections.abc import Callable, Sequence
from typing import TextIO

import click
from rich.table import Table

from hunts import terminal
from hunts.backends.aws import session_clients
from hunts.cli.asking import Asking, asks
from hunts.cli.options import console
from hunts.errors import HuntError
from hunts.learned import KEY, NAMES, Name, learn, lost, names, read_list
from hunts.window import Window, instant

CAVEAT = (
    "Known are the names in the ALERT log, where tls-http-visibility puts every one. "
    "An allow list drops the other names of TLS and HTTP; all else is default_action's matter."
)


@click.command("learn")
@click.option("--wide", default=0, metavar="N", help="Write .example.com where N or more names are below example.com.")
@click.option("--report", is_flag=True, help="From AWS's report of 30 days (traffic_analysis), instead of the log.")
@click.option("--new-report", is_flag=True, help="The same; have AWS make the report if there is none.")
@asks
def learn_(
    *,
    wide: int,
    report: bool,
    new_report: bool,
    asking: Asking,
) -> None:
    """Write `allow_domains` from the names that were asked for and passed, for a person to read and commit."""
    if report or new_report:
        seen, stretch = _reported(asking, new=new_report)
        called: Callable[[str], str] = str
        which = "were asked for, dropped or not"
    else:
        seen, called = _seen(asking)
        stretch, which = asking.stretch, "were asked for and passed"
    found = learn(seen, wide)
    click.echo(f"# Names that {which}, {stretch}. Read every line before you commit it.")
    click.echo(f"inspected-egress:{KEY}:")
    for entry, items in found.entries.items():
        click.echo(f"  - {entry}  # {_about(items, called)}")
    for item, why in found.left_out:
        click.echo(f"# left out ({why}): {terminal.safe(item.name)}, {_about([item], called)}")


@click.command()
@click.argument("file", type=click.File())
@click.option("--json", "form", flag_value="json", help="Print one JSON document.")
@asks
def rehearse(
    file: TextIO,
    *,
    form: str | None,
    asking: Asking,
) -> None:
    """Tell what the traffic of a window would have lost under the allow list in FILE (as `learn` writes it)."""
    entries = read_list(file.read(), file.name)
    seen, called = _seen(asking)
    passed = [item for item in seen if item.dropped < item.flows]
    gone = lost(seen, entries)
    if form == "json":
        rows = [_record(item, called) for item in gone]
        click.echo(json.dumps({"names": len(passed), "lost": rows}, indent=2))
        return
    if gone:
        table = Table(header_style="bold", box=None, pad_edge=False)
        for column in ("would be lost", "flows", "by", "last seen"):
            table.add_column(column, justify="right" if column == "flows" else "left")
        for item in gone:
            by = ", ".join(sorted(map(called, item.sources)))
            table.add_row(terminal.safe(item.name), str(item.flows), by, instant(item.last))
        console().print(table)
    click.echo(f"{len(gone)} of {len(passed)} names would be lost, {_flows(gone)} of {_flows(passed)} flows. {CAVEAT}")


def _seen(asking: Asking) -> tuple[Sequence[Name], Callable[[str], str]]:
    """Return the names of the window, and what to call an address."""
    _, answer = asking.ask(NAMES, {})
    terminal.print_unread(console(stderr=True), answer)
    known = asking.place.outputs
    return names(answer), lambda address: (known.instance_name(address) if known else None) or address


def _reported(asking: Asking, *, new: bool) -> tuple[Sequence[Name], Window]:
    """Return the names of AWS's reports, and the 30 days that they are of."""
    from hunts.actions.analysis import account

    asked = {"--logs": asking.logs, "--last": asking.last, "--from": asking.start, "--to": asking.end}
    if others := [name for name, value in asked.items() if value]:
        raise HuntError(f"--report is of the last 30 days and of the stack's firewall: leave out {', '.join(others)}")
    outputs = asking.place.outputs
    if outputs is None:
        raise HuntError("--report needs a stack")
    found = account(session_clients(outputs.region), outputs, new=new)
    if not found.names:
        raise HuntError(f"AWS's report, {found.stretch}, names nothing: nobody asked for a name by what it analyses")
    return found.names, found.stretch


def _flows(items: Sequence[Name]) -> int:
    return sum(item.flows - item.dropped for item in items)


def _about(items: Sequence[Name], called: Callable[[str], str]) -> str:
    callers = max(item.callers for item in items)
    by = ", ".join(sorted({called(source) for item in items for source in item.sources}))
    by = by or f"{callers} source{'' if callers == 1 else 's'}"
    flows = sum(item.flows for item in items)
    first, last = min(item.first for item in items), max(item.last for item in items)
    several = f"{len(items)} names, " if len(items) > 1 else ""
    return f"{several}{flows} flow{'' if flows == 1 else 's'} by {by}, {instant(first)} to {instant(last)}"


def _record(item: Name, called: Callable[[str], str]) -> dict[str, object]:
    return {
        "name": item.name,
        "flows": item.flows - item.dropped,
        "by": sorted(map(called, item.sources)),
        "first_seen": item.first,
        "last_seen": item.last,
    }
