"""Rows as they come from a backend, by the names of their columns."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

Batches = Iterable[Sequence[Sequence[Any]]]


def records(columns: Sequence[str], batches: Batches) -> Iterator[dict[str, Any]]:
    """Yield each row by the names of its columns."""
    for batch in batches:
        for row in batch:
            yield dict(zip(columns, row, strict=True))
