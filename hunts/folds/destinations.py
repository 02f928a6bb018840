"""From names to registered domains: which of them are new, and which of them one instance alone asked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hunts.folds.domains import domain_of
from hunts.model import Question

COLUMNS = ("src_ip", "domain", "flows", "names", "sample", "first_seen")
Batches = Iterable[Sequence[Sequence[Any]]]


@dataclass(slots=True)
class _Visit:
    """What one instance did at one domain, inside the window."""

    flows: int = 0
    names: int = 0
    sample: str = ""
    first: int = 2**63


@dataclass(slots=True)
class _Domain:
    first_ever: int = 2**63
    visits: dict[str, _Visit] = field(default_factory=dict)


def new_domains(
    question: Question, columns: Sequence[str], batches: Batches
) -> tuple[Sequence[str], list[Sequence[Any]]]:
    """Keep domains that nobody had asked for before the window; nothing when there is no record from before it."""
    found, oldest, _ = _gathered(question, columns, batches)
    start = question.window.start
    if oldest >= start:
        return COLUMNS, []
    return COLUMNS, _rows({name: item for name, item in found.items() if item.first_ever >= start})


def rare_domains(
    question: Question, columns: Sequence[str], batches: Batches
) -> tuple[Sequence[str], list[Sequence[Any]]]:
    """Keep domains that one instance alone asked for, in few flows; the fleet must be large enough for it to matter."""
    found, _, sources = _gathered(question, columns, batches)
    most = int(question.values["flows"])
    if len(sources) < int(question.values["fleet"]):
        return COLUMNS, []
    return COLUMNS, _rows(
        {
            name: item
            for name, item in found.items()
            if len(item.visits) == 1 and sum(visit.flows for visit in item.visits.values()) <= most
        }
    )


def _gathered(question: Question, columns: Sequence[str], batches: Batches) -> tuple[dict[str, _Domain], int, set[str]]:
    """Return domains, the oldest time of all, and the instances.

    Rows are distinct by instance, name, and whether they lie in the window or before it.
    """
    at = {name: position for position, name in enumerate(columns)}
    found: dict[str, _Domain] = {}
    oldest, sources = 2**63, set()
    for batch in batches:
        for row in batch:
            name, first = row[at["destination"]], int(row[at["first_seen"]])
            oldest = min(oldest, first)
            item = found.setdefault(domain_of(name), _Domain())
            item.first_ever = min(item.first_ever, first)
            if first < question.window.start:
                continue
            sources.add(row[at["src_ip"]])
            visit = item.visits.setdefault(row[at["src_ip"]], _Visit())
            visit.flows += int(row[at["flows"]])
            visit.names += 1
            visit.first = min(visit.first, first)
            visit.sample = min(visit.sample or name, name)
    return found, oldest, sources


def _rows(found: dict[str, _Domain]) -> list[Sequence[Any]]:
    rows = [
        (source, name, visit.flows, visit.names, visit.sample, visit.first)
        for name, item in found.items()
        for source, visit in item.visits.items()
    ]
    return sorted(rows, key=lambda row: (row[5], row[0], row[1]))
