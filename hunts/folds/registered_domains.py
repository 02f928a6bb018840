"""From single names to registered domains: what the names that one instance asked for below each can have carried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hunts.folds.domains import below, domain_of
from hunts.folds.fleet import common, habits_since
from hunts.folds.records import Batches, records
from hunts.information import bits
from hunts.model import Answer, Question

COLUMNS = (
    "src_ip",
    "domain",
    "subdomains",
    "mean_length",
    "carried",
    "queries",
    "sample",
    "why",
    "first_seen",
    "last_seen",
)
MOST_NAMES = 20_000
"""Names kept of one instance and domain; what is beyond counts as nothing, and that many are a finding anyway."""
_FEWEST_NAMES = 3
_ROTATING = 5
"""Domains from which on an instance uses them in turn."""
_DENSE = 60
"""Bits in each name of a domain used in turn: an id or a piece of a file, not a word."""


@dataclass(slots=True)
class _Asked:
    """What one instance asked for below one domain, in the window."""

    labels: set[str] = field(default_factory=set)
    names: int = 0
    characters: int = 0
    queries: int = 0
    odd: int = 0
    sample: str = ""
    first: int = 2**63
    last: int = 0

    def add(self, record: Mapping[str, Any], label: str) -> None:
        self.names += 1
        self.characters += len(label)
        self.queries += int(record["queries"])
        self.odd += int(record["odd_types"] or 0)
        self.sample = max(self.sample, record["name"], key=lambda text: (len(text), text))
        self.first = min(self.first, int(record["first_seen"]))
        self.last = max(self.last, int(record["last_seen"]))
        if len(self.labels) < MOST_NAMES:
            self.labels.add(label)


def registered_domains(question: Question, columns: Sequence[str], batches: Batches) -> Answer:
    """Keep what carried enough, is not the fleet's, and is no habit: each domain by itself, or several in turn."""
    asked: dict[tuple[str, str], _Asked] = {}
    # What anybody asked for of old: instances come and go, and a new one does what its like do.
    before: dict[str, set[str]] = {}
    fleet = 0
    for record in records(columns, batches):
        fleet = int(record["fleet"])
        label = below(record["name"])
        if not label:
            continue
        domain = domain_of(record["name"])
        item = asked.setdefault((record["src_ip"], domain), _Asked())
        if record["first_seen"] < habits_since(question.window, record["oldest"]):
            early = before.setdefault(domain, set())
            if len(early) < MOST_NAMES:
                early.add(label)
        if record["last_seen"] >= question.window.start:
            item.add(record, label)
    rows, left_out = _rows(question, asked, before, fleet)
    return Answer(COLUMNS, sorted(rows, key=lambda row: (-row[4], row[0], row[1])), left_out=left_out)


def _rows(
    question: Question, asked: Mapping[tuple[str, str], _Asked], before: Mapping[str, set[str]], fleet: int
) -> tuple[list[Sequence[Any]], int]:
    """Return the rows, and how many more carried enough but are the fleet's own, or a habit."""
    rows: list[Sequence[Any]] = []
    left_out = 0
    enough = 8 * float(question.values["bytes"])
    instances: dict[str, int] = {}
    for _, domain in asked:
        instances[domain] = instances.get(domain, 0) + 1
    turns: dict[str, list[tuple[str, _Asked, float]]] = {}
    for (source, domain), item in asked.items():
        if item.names < _FEWEST_NAMES:
            continue
        carried = bits(item.labels)
        if common(instances[domain], fleet, float(question.values["shared"])) or (
            not int(question.values["known"]) and bits(before.get(domain, ())) > carried / 10
        ):
            left_out += carried >= enough
        elif carried >= enough:
            rows.append(_row((source, domain), item, carried, instances[domain], 1))
        elif carried >= _DENSE * len(item.labels):
            turns.setdefault(source, []).append((domain, item, carried))
    for source, several in turns.items():
        if len(several) >= _ROTATING and sum(carried for *_, carried in several) >= enough:
            rows += [
                _row((source, domain), item, carried, instances[domain], len(several))
                for domain, item, carried in several
            ]
    return rows, left_out


def _row(pair: tuple[str, str], item: _Asked, carried: float, instances: int, of: int) -> Sequence[Any]:
    reasons = ["nobody else asks there" if instances == 1 else f"{instances} instances ask there"]
    if of > 1:
        reasons.append(f"one of {of} domains in turn")
    if item.odd * 2 > item.queries:
        reasons.append("records of types that hosts seldom ask for")
    size = round(carried / 8)
    reasons.append(f"{size / max(1.0, (item.last - item.first) / 3600):,.0f} bytes an hour")
    mean = round(item.characters / item.names, 1)
    return *pair, item.names, mean, size, item.queries, item.sample, ", ".join(reasons), item.first, item.last
