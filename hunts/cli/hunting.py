"""`list`, `show`, `run` and `report`: the commands that ask."""

from pathlib import Path

import click
from rich.table import Table

from hunts import catalog, terminal
from hunts.cli.asking import Asking, asks
from hunts.cli.carried import print_carried
from hunts.cli.options import console, filled, given, progress, when
from hunts.cli.sheet import insights_form, sheet, sql_form
from hunts.cli.telling import evidence
from hunts.errors import HuntError
from hunts.silence import in_doubt
from hunts.window import instant, window


@click.command("list")
def list_() -> None:
    """List the hunts with the question that each of them asks."""
    rows = Table(header_style="bold", box=None, pad_edge=False)
    for column in ("hunt", "reads", "ATT&CK", "question"):
        rows.add_column(column, no_wrap=column != "question")
    for hunt in catalog.catalog().values():
        rows.add_row(hunt.name, " ".join(hunt.reads), hunt.attack["id"], hunt.question)
    console().print(rows)


@click.command()
@click.argument("name")
@click.option("--sql", "form", flag_value="sql", help="Print the query for Athena, ready to paste.")
@click.option(
    "--insights", "form", flag_value="insights", help="Print the CloudWatch Logs Insights form, ready to paste."
)
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="Set a parameter; may be repeated.")
@click.option("--database", default="DATABASE", help="The stack's Athena database, for --sql.")
@when
def show(
    name: str,
    *,
    form: str | None,
    pairs: tuple[str, ...],
    database: str,
    last: str | None,
    start: str | None,
    end: str | None,
) -> None:
    """Show what the hunt NAME asks, why, what a finding means, its parameters and its query."""
    hunt = catalog.hunt(name)
    if form == "sql":
        click.echo(sql_form(hunt, given(pairs), window(last=last, start=start, end=end), database))
    elif form == "insights":
        click.echo(insights_form(hunt, given(pairs), window(last=last, start=start, end=end)))
    else:
        click.echo(sheet(hunt))


@click.command()
@click.argument("name")
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="Set a parameter; may be repeated.")
@click.option("--json", "form", flag_value="json", help="Print one JSON document instead of a table.")
@click.option("--csv", "form", flag_value="csv", help="Print CSV instead of a table.")
@click.option(
    "--show",
    "domain",
    callback=filled,
    metavar="DOMAIN",
    help="With dns-exfiltration: what the names below DOMAIN carried.",
)
@click.option(
    "--instance", callback=filled, help="Rows about this instance alone: name, Name in AWS, id or private address."
)
@click.option("--evidence", "row", type=click.IntRange(min=1), metavar="N", help="The records behind row N (from 1).")
@asks
def run(
    name: str,
    *,
    pairs: tuple[str, ...],
    form: str | None,
    domain: str | None,
    instance: str | None,
    row: int | None,
    asking: Asking,
) -> None:
    """Run the hunt NAME over a window of time. Lines that can't be read are counted and named on standard error."""
    hunt, values = catalog.hunt(name), given(pairs)
    if domain is not None:
        if hunt.name not in ("dns-exfiltration", "carried-out"):
            raise HuntError(f"--show belongs to dns-exfiltration: hunt {hunt.name} knows nothing of what names carry")
        hunt, values = catalog.hunt("carried-out"), {"subdomains": "1", **values, "domain": domain}
    if instance:
        address = asking.address(instance)
        question, answer = asking.about(address).ask(hunt, values) if not hunt.instance else asking.ask(hunt, values)
        answer = answer.only(hunt.instance, address)
    else:
        question, answer = asking.ask(hunt, values)
    if row is not None:
        if row > len(answer.rows):
            raise HuntError(f"--evidence {row}: the answer has {len(answer.rows)} rows")
        evidence(asking, hunt, list(answer.records())[row - 1])
        return
    if form == "json":
        click.echo(terminal.as_json(question, answer))
    elif form == "csv":
        click.echo(terminal.as_csv(answer), nl=False)
    elif domain is not None and answer.rows:
        print_carried(console(), answer)
    else:
        terminal.print_answer(console(), question, answer)
    terminal.print_unread(console(stderr=True), answer)
    if why := in_doubt(answer):
        raise HuntError(why)
    if instance and not answer.rows:
        asking.heard_of(address)


@click.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default="build/hunts.html", show_default=True)
@asks
def report(
    *,
    out: Path,
    asking: Asking,
) -> None:
    """Run all hunts and write one HTML page with the verdict, the charts and the evidence."""
    from hunts.actions.case import cases, told
    from hunts.report import page, unasked

    stretch, hunter = asking.stretch, asking.hunter()
    with progress() as tell:
        answers = hunter.report(stretch, tell)
    out.parent.mkdir(parents=True, exist_ok=True)
    stack = asking.place.outputs
    names = {item.id: name for name, item in stack.instances.items()} if stack else {}
    since = instant(stretch.start).replace(" ", "T")
    out.write_text(page(answers, stretch, stack, told(cases(), names, since)), encoding="utf-8")
    click.echo(f"{out}: {len(answers)} hunts, {sum(1 for q, a in answers if q.hunt.weight and a.rows)} with findings")
    if why := unasked(answers[0]):
        raise HuntError(terminal.safe(why))
