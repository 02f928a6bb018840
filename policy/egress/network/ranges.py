"""Hands out stand-ins for ranges that aren't known yet, and remembers whose they are."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING

from ..addresses import V4_NOWHERE, V6_NOWHERE, AddressSet
from ..program.kinds import VPCS
from ..program.snapshot import Ref
from .ipam import Pools
from .space import Space
from .unwritten import Unwritten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..addresses import Interval
    from ..program.snapshot import Resource, Snapshot

Pieces = tuple["Interval", ...]
"""What stands in for one range: several where it may lie in any of several places."""

_NOWHERE = {4: V4_NOWHERE, 6: V6_NOWHERE}
# By family, a VPC's and a subnet's: no more than to be nested, and apart from each other.
_SIZES = {4: (1 << 14, 1 << 4), 6: (1 << 80, 1 << 64)}
_MOST_PIECES = 5_000
"""How many stand-ins the ranges of one program get in all, before one gets fewer of them than it has places."""


class Ranges:
    """The stand-ins of one program: apart from all ranges that are known, and from each other."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._pools = Pools(snapshot)
        self._spaces = {family: Space(snapshot, family, self._pools.all()) for family in (4, 6)}
        self._of: dict[tuple[str, int], Pieces] = {}
        self._owned: dict[tuple[str, int], list[Pieces]] = defaultdict(list)
        self._handed_out: set[Interval] = set()
        self._numbers: dict[object, Iterator[int]] = defaultdict(count)

    def of_vpc(self, resource: Resource, vpc: str, family: int) -> Pieces:
        """Return what stands in for an unknown range of a VPC, of a family (4 or 6).

        ``resource`` is the VPC itself, or what gives it a further range.
        """
        key = (resource.key, family)
        if key not in self._of:
            areas, elsewhere = self._spaces[family].places(self._pools.of_range(resource, family))
            pieces = [piece for area in self._share(areas) if (piece := self._in_area(area, family))]
            if elsewhere or not pieces:
                pieces.append(self._nowhere(family))
            self._of[key] = tuple(pieces)
            self._handed_out.update(pieces)
        self._owned[vpc, family].append(self._of[key])
        return self._of[key]

    def of_subnet(self, key: str, vpc: str, family: int) -> Pieces:
        """Return what stands in for a subnet's unknown range, inside its VPC's where that is unknown too."""
        if (vpc, family) not in self._of:
            self._of[vpc, family] = (self._nowhere(family),)
        number = next(self._numbers[vpc, family])
        pieces = []
        for start, end in self._of[vpc, family]:
            size = min(_SIZES[family][1], max(1, (end - start) // self._most_subnets))
            pieces.append((start + number * size, start + (number + 1) * size))
        self._owned[key, family].append(tuple(pieces))
        return tuple(pieces)

    def is_unknown(self, vpc: str, family: int) -> bool:
        """Tell whether a VPC's own range, no further one, is unknown."""
        return (vpc, family) in self._of

    def owned(self, key: str, family: int) -> list[Pieces]:
        """Return what stands in for the unknown ranges of a VPC or a subnet, one by one."""
        return self._owned.get((key, family), [])

    def text(self, block: Interval, owner: str) -> str:
        """Write a block of a VPC, which is its owner's range where it isn't known yet."""
        return f"the range of {owner}" if block in self._handed_out else AddressSet(block).cidrs()[0]

    def unwritten(self, names: Mapping[str, str]) -> Unwritten:
        """Return what no text may show, given everything's name."""
        owners = (
            (block, names.get(key, "?"))
            for (key, _family), ranges in self._owned.items()
            for pieces in ranges
            for block in pieces
        )
        return Unwritten(tuple(owners), frozenset(self._snapshot.secrets))

    def _in_area(self, area: AddressSet, family: int) -> Interval | None:
        """Cut the next piece out of the largest part of an area; None where it is full: the first ones speak for all.

        A piece never ends where its area does: a set that holds the area is not one that ends with a stand-in.
        """
        start, end = max(area.intervals(), key=lambda block: block[1] - block[0])
        size = min(_SIZES[family][0], max(self._most_subnets, (end - start) // (self._most_ranges + 2)))
        start += (next(self._numbers[area]) + 1) * size
        return (start, start + size) if start + size < end else None

    def _share(self, areas: list[AddressSet]) -> list[AddressSet]:
        """Return which of the areas a range gets stand-ins in: all, or the largest and some others, in turn."""
        most = max(1, _MOST_PIECES // self._most_ranges)
        if len(areas) <= most + 1:
            return areas
        largest, *others = sorted(areas, key=lambda area: -max(end - start for start, end in area.intervals()))
        first = next(self._numbers["turns"]) * most
        return [largest, *(others[(first + n) % len(others)] for n in range(most))]

    def _nowhere(self, family: int) -> Interval:
        size = _SIZES[family][0]
        start = _NOWHERE[family][0] + next(self._numbers["", family]) * size
        return start, start + size

    @cached_property
    def _most_ranges(self) -> int:
        return len(self._snapshot.of("vpc", "default-vpc", "vpc-cidr-v4", "vpc-cidr-v6")) + 1

    @cached_property
    def _most_subnets(self) -> int:
        links = (resource.link("vpcId", VPCS) for resource in self._snapshot.of("subnet", "default-subnet"))
        counted = Counter(key for link in links if isinstance(link, Ref) for key in link.keys)
        return max(counted.values(), default=0) + 1
