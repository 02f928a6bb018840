"""Loops: packets that come back to where they were, and what they pass on the way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..network.model import Network
    from ..walking.search import Trail


def cycle(trail: tuple[Trail, ...], where: str) -> tuple[Trail, ...]:
    """Return the part of a trail that goes round: from the table ``where`` it comes back to."""
    tables = [part.place.table for part in trail]
    return trail[tables.index(where) if where in tables else 0 :]


def table_names(network: Network, parts: tuple[Trail, ...]) -> tuple[str, ...]:
    """Name the tables of a loop, the same wherever it was entered."""
    return tuple(sorted({network.name(part.place.table) for part in parts}))
