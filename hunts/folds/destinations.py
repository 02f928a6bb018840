"""From names to registered domains: which of them are new, and which of them one instance alone asked for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hunts.folds.domains import domain_of
from hunts.model import Question

COLUMNS = ("src_ip", "domain", "flows", "names", "sample", "first_seen")
Batches = Iterable[Sequence[Sequence[Any]]]


@dataclass(slots=True)
class _Visit:
    """What one instance did at one domain."""

    flows: int = 0
    names: int = 0
    sample: str = ""
    first: int = 2**63


def new_domains(
    question: Question, columns: Sequence[str], batches: Batches
) -> tuple[Sequence[str], list[Sequence[Any]]]:
    """Keep domains of which no name is known; nothing when there is none at all, for then there is no baseline."""
    del question
    visits, known = _gathered(columns, batches)
    return COLUMNS, _rows({pair: visit for pair, visit in visits.items() if pair[1] not in known}) if known else []


def rare_domains(
    question: Question, columns: Sequence[str], batches: Batches
) -> tuple[Sequence[str], list[Sequence[Any]]]:
    """Keep domains of which no name is shared, that one instance alone asked for, in few flows."""
    visits, shared = _gathered(columns, batches)
    sources: dict[str, int] = {}
    for _, domain in visits:
        sources[domain] = sources.get(domain, 0) + 1
    most = int(question.values["flows"])
    return COLUMNS, _rows(
        {
            (source, domain): visit
            for (source, domain), visit in visits.items()
            if domain not in shared and sources[domain] == 1 and visit.flows <= most
        }
    )


def _gathered(columns: Sequence[str], batches: Batches) -> tuple[dict[tuple[str, str], _Visit], set[str]]:
    """Return the visits by instance and domain, and the domains of rows that have no instance: those are out."""
    visits: dict[tuple[str, str], _Visit] = {}
    out = set()
    for source, name, flows, first in _picked(columns, batches):
        if source is None:
            out.add(domain_of(name))
            continue
        visit = visits.setdefault((source, domain_of(name)), _Visit())
        visit.flows += int(flows)
        visit.names += 1
        visit.first = min(visit.first, int(first))
        visit.sample = min(visit.sample or name, name)
    return visits, out


def _picked(columns: Sequence[str], batches: Batches) -> Iterator[tuple[Any, ...]]:
    at = [list(columns).index(name) for name in ("src_ip", "destination", "flows", "first_seen")]
    for batch in batches:
        for row in batch:
            yield tuple(row[place] for place in at)


def _rows(visits: dict[tuple[str, str], _Visit]) -> list[Sequence[Any]]:
    rows = [
        (source, domain, visit.flows, visit.names, visit.sample, visit.first)
        for (source, domain), visit in visits.items()
    ]
    return sorted(rows, key=lambda row: (row[5], row[0], row[1]))
