"""From names at addresses that the resolver never gave for them to those that are nobody's habit and no owner's own."""

from collections.abc import Sequence
from typing import Any

from hunts.folds.domains import domain_of
from hunts.folds.fleet import habits_since
from hunts.folds.records import Batches, records
from hunts.model import Answer, Question

_OWN = ("since", "oldest", "sisters")
"""Columns for this step alone: since when it is claimed, when the logs begin, for which names the address was given."""


def forged(question: Question, columns: Sequence[str], batches: Batches) -> Answer:
    """Leave out what was claimed of old, and addresses of other names under the same registered domain."""
    shown = [name for name in columns if name not in _OWN]
    kept: list[Sequence[Any]] = []
    left_out = 0
    for record in records(columns, batches):
        owner = domain_of(record["sni"])
        sister = any(domain_of(name) == owner for name in (record["sisters"] or "").split())
        old = record["since"] < habits_since(question.window, record["oldest"]) and not question.values["habits"]
        if not sister and not old:
            kept.append(tuple(record[name] for name in shown))
        elif not sister:
            left_out += 1
    return Answer(shown, kept, left_out=left_out)
