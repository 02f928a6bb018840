"""Rows as they come from a backend, by the names of their columns."""

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any

Batches = Iterable[Sequence[Sequence[Any]]]


def records(columns: Sequence[str], batches: Batches) -> Iterator[dict[str, Any]]:
    """Yield each row by the names of its columns."""
    for batch in batches:
        for row in batch:
            yield dict(zip(columns, row, strict=True))


def cells(columns: Sequence[str], batches: Batches, *names: str) -> Iterator[Any]:
    """Yield a tuple of the cells in the columns `names` (two or more) of each row: for answers of very many rows."""
    pick = itemgetter(*map(list(columns).index, names))
    for batch in batches:
        yield from map(pick, batch)
