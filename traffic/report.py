"""What a run is told as: a table of what happened to the flows, one of what landed where, and what is not known."""

from collections import Counter
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from traffic.delivery import Delivered
from traffic.simulate import Result, Simulation

_WAYS = {
    "inspected": "firewall",
    "bypass": "around the firewall",
    "endpoint": "gateway endpoint",
    "local": "within the VPC",
    "nowhere": "no route",
}
_OUTCOMES = {
    "pass": "passed",
    "drop": "dropped",
    "reject": "rejected",
    "unseen": "in no firewall log",
    "unresolved": "blocked by DNS Firewall",
    "unreachable": "unreachable",
    "unanswered": "kept out by security groups",
}


def show(console: Console, name: str, simulation: Simulation) -> None:
    """Print what a scenario did."""
    table = Table(title=f"Scenario {name}", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading in ("who", "does", "label", "flows", "way", "outcome"):
        table.add_column(heading, justify="right" if heading == "flows" else "left", overflow="fold")
    for (who, kind, label, way, outcome, rule), count in sorted(counted(simulation.results).items()):
        by = f" ({rule.partition(': ')[2] or rule})" if rule else ""
        cells = (who, kind, label, str(count), _WAYS.get(way, ""), _OUTCOMES[outcome] + by)
        table.add_row(*map(Text, cells))
    if simulation.results:
        console.print(table)
    blocked = sum(1 for _, answer in simulation.answers if answer.rule and answer.rule.action == "BLOCK")
    console.print(f"{len(simulation.answers)} look-ups at the VPCs' resolvers, {blocked} blocked by DNS Firewall\n")


def show_delivered(console: Console, delivered: Delivered, notes: list[str]) -> None:
    """Print what landed where and what could not be judged or delivered."""
    table = Table(title="Delivered", title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("log")
    table.add_column("records", justify="right")
    table.add_column("to", overflow="fold")
    for (log, target), count in sorted(delivered.counts.items()):
        table.add_row(log, str(count), Text(target))
    if delivered.counts:
        console.print(table)
    for note in dict.fromkeys([*notes, *delivered.notes]):
        console.print(Text(f"note: {note}"), soft_wrap=True)


def counted(results: list[Result]) -> Counter[tuple[str, str, str, str, str, str]]:
    """Count flows by who, what, label, way, outcome and rule."""
    return Counter(
        (
            result.flow.source.name,
            result.flow.kind,
            result.flow.label,
            result.passage.way if result.passage else "",
            result.outcome,
            result.rule,
        )
        for result in results
    )


def summary(simulations: dict[str, Simulation], delivered: Delivered) -> dict[str, Any]:
    """Return the same for machines."""
    headings = ("who", "kind", "label", "way", "outcome", "rule")
    return {
        "scenarios": {
            name: {
                "flows": [
                    {**dict(zip(headings, key, strict=True)), "flows": count}
                    for key, count in sorted(counted(simulation.results).items())
                ],
                "lookups": len(simulation.answers),
                "records": len(simulation.records),
                "notes": simulation.notes,
            }
            for name, simulation in simulations.items()
        },
        "delivered": [
            {"log": log, "to": target, "records": count} for (log, target), count in sorted(delivered.counts.items())
        ],
        "notes": delivered.notes,
    }
