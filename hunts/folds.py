"""The last step of hunts that SQL has no words for: rows in, rows out, a batch at a time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from hunts.model import Question

Rows = list[Sequence[Any]]
Batches = Iterable[Sequence[Sequence[Any]]]
Fold = Callable[[Question, Sequence[str], Batches], tuple[Sequence[str], Rows]]


def fold(question: Question, columns: Sequence[str], batches: Batches) -> tuple[Sequence[str], Rows]:
    """Return columns and rows of the hunt's answer, after the step that its sheet names, if it names one."""
    if question.hunt.fold is None:
        return columns, [row for batch in batches for row in batch]
    return FOLDS[question.hunt.fold](question, columns, batches)


FOLDS: Mapping[str, Fold] = {}
"""The steps by name."""
