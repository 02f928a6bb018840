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
        before: Counter[tuple[str, Any]] = Counter()
        fresh: Counter[tuple[str, Any]] = Counter()
        inside: list[tuple[tuple[str, Any], bool, Sequence[Any]]] = []
        length, lasted = window.end - window.start, 0
        for row in records(columns, batches):
            pair, since, old = (row["src_ip"], row[way]), row["since"], habits_since(window, row["oldest"])
            lasted = (old - row["oldest"]) // 2
            if old - lasted <= since < old:
                before[pair] += 1
            # Most rows are of the baseline alone, and not kept.
            if row["flows"]:
                fresh[pair] += since >= old
                inside.append((pair, since < old, tuple(row[name] for name in shown)))
        kept = [
            row
            for pair, old, row in inside
            if question.values["habits"] or not (old or as_always(fresh[pair], before[pair], length, lasted))
        ]
        return Answer(shown, kept, left_out=len(inside) - len(kept))

    return step
