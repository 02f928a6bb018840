"""From names that don't exist to instances that make them up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hunts.folds.domains import domain_of
from hunts.folds.fleet import as_always, habits_since
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
    """Registered domains that one instance asked for and that don't exist, in the window and since when before it."""

    inside: dict[str, tuple[int, int]] = field(default_factory=dict)
    before: dict[str, int] = field(default_factory=dict)


def generated_names(question: Question, columns: Sequence[str], batches: Batches) -> Answer:
    """Keep instances with many such domains that are no words and no old habit, or with many and hardly any before."""
    start, oldest = question.window.start, question.window.end
    missing: dict[str, _Missing] = {}
    for record in records(columns, batches):
        domain = domain_of(record["name"])
        item = missing.setdefault(record["src_ip"], _Missing())
        oldest = min(oldest, int(record["oldest"]))
        if record["first_seen"] < start:
            item.before[domain] = min(record["first_seen"], item.before.get(domain, start))
        else:
            first, last = item.inside.get(domain, (2**63, 0))
            item.inside[domain] = min(first, record["first_seen"]), max(last, record["last_seen"])
    rows: list[Sequence[Any]] = []
    left_out = 0
    for source, item in missing.items():
        row, habit = _row(source, item, question, oldest)
        if row and habit and not question.values["habits"]:
            left_out += 1
        elif row:
            rows.append(row)
    return Answer(COLUMNS, sorted(rows, key=lambda row: (-row[1], row[0])), left_out=left_out)


def _row(source: str, item: _Missing, question: Question, oldest: int) -> tuple[Sequence[Any] | None, bool]:
    """Return what there is to tell of an instance, if anything, and whether that is an old habit of it."""
    values, window = question.values, question.window
    length, since = window.end - window.start, habits_since(window, oldest)
    lasted = max(1, window.start - oldest) / length
    fresh = {domain: times for domain, times in item.inside.items() if domain not in item.before}
    shares = {domain: _wording(domain) for domain in fresh}
    odd = [domain for domain, share in shares.items() if _is_odd(domain, share)]
    habit = False
    # Of words a habit is what was done before at a tenth of today's pace.
    seldom = len(item.before) < max(1.0, lasted * len(fresh) / 10)
    if len(odd) >= int(values["domains"]) and len(odd) * 2 > len(fresh):
        found, reason = odd, "they don't look like words"
        old = sum(at < since and _is_odd(domain, _wording(domain)) for domain, at in item.before.items())
        habit = as_always(len(odd), old, length, since - oldest)
    elif len(fresh) >= int(values["worded"]) and seldom and lasted >= _ENOUGH:
        found, reason = list(fresh), "it hardly did so before"
    else:
        return None, False
    mean = sum(shares[domain] for domain in found) / len(found)
    moments = [fresh[domain] for domain in found]
    first, last = min(at for at, _ in moments), max(at for _, at in moments)
    return (source, len(found), round(mean, 2), max(found), reason, first, last), habit


def _label(domain: str) -> str:
    return domain.split(".", maxsplit=1)[0]


def _wording(domain: str) -> float:
    return like_language(_label(domain))


def _is_odd(domain: str, wording: float) -> bool:
    return wording <= _WORDED and len(_label(domain)) >= _SHORT
