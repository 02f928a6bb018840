"""Divides a family's addresses by all prefixes that a program treats apart, to find places for unknown ranges.

A range that isn't known yet lies somewhere in its pool. Which of the program's prefixes cover it, and so where its
packets go, is the same wherever it lies between them: one stand-in for each such place tells all that can happen.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING

from ..addresses import ALL_V4, ALL_V6, EMPTY, PRIVATE, WRITABLE, AddressError, AddressSet, interval
from ..program.kinds import ATTACHMENTS
from ..program.snapshot import Outside, strings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..addresses import Interval
    from ..program.snapshot import Resource, Snapshot
    from .ipam import Pool

# What sends packets by prefix, or sorts them: routes of all kinds, lists of prefixes, HOME_NET.
_KINDS = (
    *("route", "route-table", "default-route-table", "tgw-route", "prefix-list", "prefix-list-entry"),
    *("vpn-connection-route", "firewall-policy", "rule-group"),
)
_OWNERS = ("vpc", "default-vpc", "vpc-cidr-v4", "vpc-cidr-v6", "subnet", "default-subnet")
_LONGEST = len("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128")
_FEWEST = {4: 16, 6: 1 << 68}
"""How many addresses a VPC has at least: a /28, or a /60."""
LARGEST_RANGE = {4: 1 << 16, 6: 1 << 84}
"""How many addresses a range of a VPC has at most: a /16, or a /44. A route for more may lead on to others."""


class Space:
    """One family's addresses (4 or 6) as a program divides them."""

    def __init__(self, snapshot: Snapshot, family: int, pools: Iterable[Interval]) -> None:
        self._snapshot = snapshot
        self._family = family
        self._whole = ALL_V4 if family == 4 else ALL_V6  # noqa: PLR2004 - the protocol's number
        self._pools = [block for block in pools if self._whole.covers_interval(*block)]
        self._areas: dict[Interval, AddressSet] = {}

    def places(self, pool: Pool) -> tuple[list[AddressSet], bool]:
        """Return the areas that a range of a pool may lie in, and whether it may lie where no prefix is about it.

        A range of an unknown pool is taken to be private, or somewhere that nothing but a default route covers.
        """
        mine = [block for block in pool if self._whole.covers_interval(*block)] if pool else []
        roots = mine or self._private
        own = AddressSet.of_intervals(roots)
        # Other pools took their parts away.
        others = AddressSet.of_intervals(set(self._pools) - set(mine)) & own if mine else EMPTY
        areas = [
            self._area(prefix)
            for root in roots
            for prefix in self._within(root)
            if self._covered.covers_interval(*prefix) and not others.covers_interval(*prefix)
        ]
        rest = (own if mine else self._whole & WRITABLE) - self._covered - self._owned - others
        return [area for area in areas if _largest(area) >= _FEWEST[self._family]], bool(rest)

    def _within(self, block: Interval) -> list[Interval]:
        """Return the prefixes that divide a block, itself among them."""
        first = bisect_left(self._divides, (block[0], 0))
        last = bisect_left(self._divides, (block[1], 0))
        return [each for each in self._divides[first:last] if each[1] <= block[1]]

    def _area(self, prefix: Interval) -> AddressSet:
        """Return what of a prefix no longer one takes, and nobody has."""
        if prefix not in self._areas:
            longer = AddressSet.of_intervals(each for each in self._within(prefix) if each != prefix)
            self._areas[prefix] = AddressSet(prefix) - longer - self._owned
        return self._areas[prefix]

    @cached_property
    def _divides(self) -> list[Interval]:
        return sorted({*self._apart, *self._pools, *self._private})

    @cached_property
    def _private(self) -> list[Interval]:
        return list((PRIVATE & self._whole).intervals())

    @cached_property
    def _covered(self) -> AddressSet:
        return AddressSet.of_intervals(self._apart)

    @cached_property
    def _owned(self) -> AddressSet:
        """The ranges that VPCs, elsewhere too, and subnets are known to have: no other can have them."""
        known = self._prefixes(self._snapshot.of(*_OWNERS), ("cidrBlock", "ipv6CidrBlock"))
        spokes = [
            route
            for route in self._snapshot.of("tgw-route")
            if isinstance(route.link("transitGatewayAttachmentId", ATTACHMENTS), Outside)
        ]
        theirs = self._prefixes(spokes, ("destinationCidrBlock",))
        return AddressSet.of_intervals(
            [*known, *(each for each in theirs if _size(each) <= LARGEST_RANGE[self._family])]
        )

    @cached_property
    def _apart(self) -> set[Interval]:
        """The prefixes that packets are sent or sorted by, but for those of one owner, and of the whole family."""
        found = {
            block for block in self._prefixes(self._snapshot.of(*_KINDS)) if not self._owned.covers_interval(*block)
        }
        found -= set(self._whole.intervals())
        return {block for block in found if _size(block) >= _FEWEST[self._family]}

    def _prefixes(self, resources: Iterable[Resource], names: tuple[str, ...] = ()) -> Iterable[Interval]:
        for resource in resources:
            properties = resource.registration.properties
            for text in strings([properties.get(name) for name in names] if names else properties):
                if "/" in text and len(text) <= _LONGEST:
                    try:
                        block = interval(text)
                    except AddressError:
                        continue
                    if self._whole.covers_interval(*block):
                        yield block


def _size(block: Interval) -> int:
    return block[1] - block[0]


def _largest(addresses: AddressSet) -> int:
    return max((end - start for start, end in addresses.intervals()), default=0)
