"""From pairs of an instance and what it calls to those that are new, and of no instance that always has new ones."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from hunts.folds.fleet import as_always, habits_since
from hunts.folds.records import Batches, records
from hunts.model import Answer, Question

_OWN = ("since", "oldest")
"""Columns for this step alone: since when the pair is there, and when the logs begin."""


def new_pairs(way: str) -> Callable[[Question, Sequence[str], Batches], Answer]:
    """Return the step for pairs of which `way`, a column, says how they talk: a port, a protocol.

    Left out is what is old, and of instances that have always had as many new ones in the same way: pods are scraped at
    ever new addresses, and a resolver asks ever new name servers. That is counted over the newer half of what is older
    than a habit must be: when logs begin everything is new, and shortly before the window an intruder may be.
    Rows without flows are of the baseline alone.
    """

    def step(question: Question, columns: Sequence[str], batches: Batches) -> Answer:
        window = question.window
        shown = [name for name in columns if name not in _OWN]
        rows = [*records(columns, batches)]
        oldest = rows[0]["oldest"] if rows else window.start
        old = habits_since(window, oldest)
        early = (oldest + old) // 2
        before = Counter((row["src_ip"], row[way]) for row in rows if early <= row["since"] < old)
        fresh = Counter((row["src_ip"], row[way]) for row in rows if row["flows"] and row["since"] >= old)
        kept: list[Sequence[Any]] = []
        left_out = 0
        for row in rows:
            if not row["flows"]:
                continue
            pair = row["src_ip"], row[way]
            habit = row["since"] < old or as_always(fresh[pair], before[pair], window.end - window.start, old - early)
            if habit and not question.values["habits"]:
                left_out += 1
            else:
                kept.append(tuple(row[name] for name in shown))
        return Answer(shown, kept, left_out=left_out)

    return step
