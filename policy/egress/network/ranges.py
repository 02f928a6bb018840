"""Hands out stand-ins for ranges that aren't known yet, and remembers whose they are."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from typing import TYPE_CHECKING

from ..addresses import V4_NOWHERE, V6_NOWHERE
from .unwritten import Unwritten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..addresses import Interval

Pieces = tuple["Interval", ...]
"""What stands in for one range."""

_NOWHERE = {4: V4_NOWHERE, 6: V6_NOWHERE}
# By family, a VPC's and a subnet's: no more than to be nested, and apart from each other.
_SIZES = {4: (1 << 14, 1 << 4), 6: (1 << 80, 1 << 64)}


class Ranges:
    """The stand-ins of one program: where no address is, so that nothing known overlaps them."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, int], Pieces] = {}
        self._owned: dict[tuple[str, int], list[Pieces]] = defaultdict(list)
        self._numbers: dict[tuple[str, int], Iterator[int]] = defaultdict(count)

    def of_vpc(self, key: str, vpc: str, family: int) -> Pieces:
        """Return what stands in for an unknown range of a VPC, of a family (4 or 6).

        ``key`` is the VPC itself, or what gives it a further range.
        """
        pieces = self._pieces(key, family)
        self._owned[vpc, family].append(pieces)
        return pieces

    def of_subnet(self, key: str, vpc: str, family: int) -> Pieces:
        """Return what stands in for a subnet's unknown range, inside its VPC's where that is unknown too."""
        size = _SIZES[family][1]
        offset = next(self._numbers[vpc, family]) * size
        pieces = tuple((start + offset, start + offset + size) for start, _end in self._pieces(vpc, family))
        self._owned[key, family].append(pieces)
        return pieces

    def owned(self, key: str, family: int) -> list[Pieces]:
        """Return what stands in for the unknown ranges of a VPC or a subnet, one by one."""
        return self._owned.get((key, family), [])

    def unwritten(self, names: Mapping[str, str]) -> Unwritten:
        """Return what no text may show, given everything's name."""
        return Unwritten(
            tuple(
                (block, names.get(key, "?"))
                for (key, _family), ranges in self._owned.items()
                for pieces in ranges
                for block in pieces
            )
        )

    def _pieces(self, key: str, family: int) -> Pieces:
        if (key, family) not in self._of:
            size = _SIZES[family][0]
            start = _NOWHERE[family][0] + next(self._numbers["", family]) * size
            self._of[key, family] = ((start, start + size),)
        return self._of[key, family]
