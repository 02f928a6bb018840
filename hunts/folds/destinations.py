"""From names to registered domains: which of them are new, and which of them one instance alone asked for."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hunts.folds.domains import domain_of, platform_of
from hunts.folds.fleet import as_always, common
from hunts.folds.records import Batches, cells
from hunts.model import Answer, Question

COLUMNS = ("src_ip", "domain", "flows", "names", "sample", "first_seen")


@dataclass(slots=True)
class _Visit:
    """What one instance did at one domain."""

    flows: int
    names: int
    sample: str
    first: int


@dataclass(slots=True)
class _Gathered:
    """Visits of the window by instance and domain; known domains with who came first and when; the fleet's size.

    `released` are domains that instances of one kind have got together.
    """

    visits: dict[tuple[str, str], _Visit] = field(default_factory=dict)
    known: dict[str, tuple[int, str]] = field(default_factory=dict)
    released: set[str] = field(default_factory=set)
    fleet: int = 0
    oldest: int = 2**63


def new_domains(question: Question, columns: Sequence[str], batches: Batches) -> Answer:
    """Keep domains of which no name is known; nothing when there is none at all, for then there is no baseline."""
    found = _gathered(columns, batches)
    if not found.known:
        return Answer(COLUMNS, [])
    rows = _rows(_fresh(question, found, float(question.values["shared"])))
    new = sum(domain not in found.known for _, domain in found.visits)
    return Answer(COLUMNS, rows, left_out=new - len(rows))


def rare_domains(question: Question, columns: Sequence[str], batches: Batches) -> Answer:
    """Keep domains of which no name is known, that one instance alone asked for, in few flows."""
    found = _gathered(columns, batches)
    most = int(question.values["flows"])
    if found.fleet < int(question.values["fleet"]):
        return Answer(COLUMNS, [])
    fresh = _fresh(question, found, 0)
    return Answer(COLUMNS, _rows({pair: visit for pair, visit in fresh.items() if visit.flows <= most}))


def _fresh(question: Question, found: _Gathered, shared: float) -> dict[tuple[str, str], _Visit]:
    """Return visits of domains that are new and no habit.

    Neither a large part of the fleet nor all of a kind share them; with `shared` 0 nobody does.
    """
    fresh = {pair: visit for pair, visit in found.visits.items() if pair[1] not in found.known}
    sources: dict[str, int] = {}
    for _, domain in fresh:
        sources[domain] = sources.get(domain, 0) + 1
    usual: set[tuple[str, str]] = set() if int(question.values["habits"]) else _habitual(question, found, fresh)
    return {
        pair: visit
        for pair, visit in fresh.items()
        if (pair[0], platform_of(pair[1])) not in usual
        and not (pair[1] in found.released and shared < 1)
        and (not common(sources[pair[1]], found.fleet, shared) if shared else sources[pair[1]] == 1)
    }


def _habitual(question: Question, found: _Gathered, fresh: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return instances that came first to new domains as often before the window, as administrators and crawlers do.

    With each is the platform on which they do: new customers' names below one platform excuse no other new domain.
    """
    start, length = question.window.start, question.window.end - question.window.start
    half = max(1.0, (start - found.oldest) / 2)
    before = Counter(
        (source, platform_of(domain)) for domain, (first, source) in found.known.items() if first >= start - half
    )
    now = Counter((source, platform_of(domain)) for source, domain in fresh)
    return {habit for habit, times in now.items() if as_always(times, before[habit], length, half)}


def _gathered(columns: Sequence[str], batches: Batches) -> _Gathered:
    found = _Gathered()
    names = ("src_ip", "destination", "flows", "first_seen", "released", "fleet", "oldest")
    for source, destination, flows, seen, released, fleet, oldest in cells(columns, batches, *names):
        domain, first = domain_of(destination), int(seen)
        found.fleet, found.oldest = int(fleet), int(oldest)
        if int(released):
            found.released.add(domain)
        if not int(flows):
            found.known[domain] = min(found.known.get(domain, (first, source)), (first, source))
        elif (visit := found.visits.get((source, domain))) is None:
            found.visits[source, domain] = _Visit(int(flows), 1, destination, first)
        else:
            visit.flows += int(flows)
            visit.names += 1
            visit.first = min(visit.first, first)
            visit.sample = min(visit.sample, destination)
    return found


def _rows(visits: dict[tuple[str, str], _Visit]) -> list[Sequence[Any]]:
    rows = [
        (source, domain, visit.flows, visit.names, visit.sample, visit.first)
        for (source, domain), visit in visits.items()
    ]
    return sorted(rows, key=lambda row: (row[5], row[0], row[1]))
