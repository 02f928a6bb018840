"""From names that don't exist to instances that make them up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hunts.folds.domains import domain_of
from hunts.folds.records import Batches, records
from hunts.information import like_language
from hunts.model import Answer, Question

COLUMNS = ("src_ip", "domains", "like_words", "sample", "why", "first_seen", "last_seen")
_WORDED = 0.45
"""Share of frequent pairs of letters up to which a label is no word; random letters have less than half of that."""
_ENOUGH = 1
"""Length of the baseline, in windows, from which on it can tell what is a habit."""
_SHORT = 6
"""Letters below which a label says nothing."""


@dataclass(slots=True)
class _Missing:
    """Registered domains that one instance asked for and that don't exist, in the window and before it."""

    inside: dict[str, tuple[int, int]] = field(default_factory=dict)
    before: set[str] = field(default_factory=set)


def generated_names(question: Question, columns: Sequence[str], batches: Batches) -> Answer:
    """Keep instances with many such domains that are no words, or with many where there were hardly any before."""
    start, oldest = question.window.start, question.window.end
    missing: dict[str, _Missing] = {}
    for record in records(columns, batches):
        domain = domain_of(record["name"])
        item = missing.setdefault(record["src_ip"], _Missing())
        oldest = min(oldest, int(record["oldest"]))
        if record["first_seen"] < start:
            item.before.add(domain)
        else:
            first, last = item.inside.get(domain, (2**63, 0))
            item.inside[domain] = min(first, record["first_seen"]), max(last, record["last_seen"])
    lasted = max(1, start - oldest) / (question.window.end - start)
    rows = [row for source, item in missing.items() if (row := _row(source, item, question.values, lasted))]
    return Answer(COLUMNS, sorted(rows, key=lambda row: (-row[1], row[0])))


def _row(source: str, item: _Missing, values: Mapping[str, Any], lasted: float) -> Sequence[Any] | None:
    fresh = {domain: times for domain, times in item.inside.items() if domain not in item.before}
    shares = {domain: like_language(domain.split(".")[0]) for domain in fresh}
    odd = [domain for domain, share in shares.items() if share <= _WORDED and len(domain.split(".")[0]) >= _SHORT]
    # A habit is what was done before at a tenth of today's pace.
    habit = len(item.before) >= max(1.0, lasted * len(fresh) / 10)
    if len(odd) >= int(values["domains"]) and len(odd) * 2 > len(fresh):
        found, reason = odd, "they don't look like words"
    elif len(fresh) >= int(values["worded"]) and not habit and lasted >= _ENOUGH:
        found, reason = list(fresh), "it hardly did so before"
    else:
        return None
    mean = sum(shares[domain] for domain in found) / len(found)
    moments = [fresh[domain] for domain in found]
    first, last = min(at for at, _ in moments), max(at for _, at in moments)
    return source, len(found), round(mean, 2), max(found), reason, first, last
