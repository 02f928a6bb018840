"""Sets of IPv4 and IPv6 addresses: exact, immutable, and fast enough to carry through every walk.

A set is a sorted run of half-open intervals on one number line: IPv4 addresses are their own integers, IPv6 addresses
start at ``V6_BASE``. Both families therefore travel in one value and one merge, and can never meet.

Each family's line goes on for as long again after its last address. Positions there are no addresses: ranges that
nobody can know yet stand there, apart from all that anybody has. A prefix that is the whole family covers them, as it
will cover those ranges; no narrower one does. They are never written. NAT64's prefix, which is all of IPv4, has room
for as many behind it: IPv6 addresses past it stand further on by so much.
"""

from __future__ import annotations

import ipaddress
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache

Interval = tuple[int, int]
"""A half-open interval of the number line; a CIDR block is one."""

_V4_SIZE = 1 << 32
_V6_SIZE = 1 << 128
V4_END = 2 * _V4_SIZE
V6_BASE = 2 * V4_END
V6_END = V6_BASE + 2 * _V6_SIZE + _V4_SIZE


class AddressError(ValueError):
    """A text is neither an IP address nor a CIDR block."""


# The well-known prefix through which IPv6-only hosts reach IPv4 hosts (RFC 6052).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_PAST_NAT64 = int(_NAT64.broadcast_address) + 1


@lru_cache(maxsize=1 << 16)
def interval(cidr: str) -> Interval:
    """Return the half-open interval of one CIDR block or address; host bits are ignored, as AWS does.

    What is all of a family (NAT64's prefix is all of IPv4) holds the ranges too that aren't known yet.

    Raises AddressError.
    """
    try:
        network = ipaddress.ip_network(cidr.strip(), strict=False)
    except ValueError as error:
        raise AddressError(f"{cidr!r} is not a CIDR block") from error
    first, last = int(network.network_address), int(network.broadcast_address)
    if network.version == 4:  # noqa: PLR2004 - the protocol's number
        return first, V4_END if network.prefixlen == 0 else last + 1
    if network.prefixlen == 0:
        return V6_BASE, V6_END
    if network == _NAT64:
        return _v6_position(first), _v6_position(last + 1)
    return _v6_position(first), _v6_position(last) + 1


def _v6_position(address: int) -> int:
    """Return where an IPv6 address stands on the number line."""
    return V6_BASE + address + (_V4_SIZE if address >= _PAST_NAT64 else 0)


def _v6_address(position: int) -> int:
    """Return the IPv6 address that stands somewhere."""
    address = position - V6_BASE
    return address if address < _PAST_NAT64 else address - _V4_SIZE


class AddressSet:
    """An immutable set of addresses; supports ``|``, ``&``, ``-``, ``in`` (a text), ``bool``, ``==`` and hashing."""

    __slots__ = ("_hash", "bounds")

    def __init__(self, bounds: tuple[int, ...] = ()) -> None:
        """Take bounds as ``(start, end, start, end, …)``, ascending and without touching intervals."""
        self.bounds = bounds
        self._hash: int | None = None

    @classmethod
    def of(cls, *cidrs: str) -> AddressSet:
        """Build the set of some CIDR blocks or addresses. Raises AddressError."""
        return cls.of_intervals(interval(cidr) for cidr in cidrs)

    @classmethod
    def of_intervals(cls, intervals: Iterable[Interval]) -> AddressSet:
        """Build a set of half-open intervals in any order; they may overlap."""
        bounds: list[int] = []
        for start, end in sorted(intervals):
            if start >= end:
                continue
            if bounds and start <= bounds[-1]:
                bounds[-1] = max(bounds[-1], end)
            else:
                bounds += (start, end)
        return cls(tuple(bounds)) if bounds else EMPTY

    @classmethod
    def union(cls, sets: Iterable[AddressSet]) -> AddressSet:
        """Unite many sets at once, in n log n."""
        parts = [part for part in sets if part.bounds]
        if len(parts) == 1:
            return parts[0]
        return cls.of_intervals(pair for part in parts for pair in part.intervals())

    def intervals(self) -> Iterator[Interval]:
        """Iterate over the half-open intervals, ascending."""
        return zip(self.bounds[::2], self.bounds[1::2], strict=True)

    def __bool__(self) -> bool:
        return bool(self.bounds)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AddressSet) and self.bounds == other.bounds

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(self.bounds)
        return self._hash

    def __contains__(self, address: str) -> bool:
        start, end = interval(address)
        return self.covers_interval(start, end)

    def covers_interval(self, start: int, end: int) -> bool:
        """Tell whether one half-open interval lies inside the set."""
        index = bisect_right(self.bounds, start)
        return index % 2 == 1 and end <= self.bounds[index]

    def __or__(self, other: AddressSet) -> AddressSet:
        if not self.bounds or self.bounds == other.bounds:
            return other
        if not other.bounds:
            return self
        return AddressSet.union((self, other))

    def __and__(self, other: AddressSet) -> AddressSet:
        return _intersect(self, other)

    def __sub__(self, other: AddressSet) -> AddressSet:
        if not self.bounds or not other.bounds:
            return self
        parts: list[int] = []
        for start, end in self.intervals():
            parts += _outside(other.bounds, start, end)
        return AddressSet(tuple(parts)) if parts else EMPTY

    def __le__(self, other: AddressSet) -> bool:
        return not (self - other).bounds

    def overlaps(self, other: AddressSet) -> bool:
        """Tell whether the two sets share an address."""
        small, large = sorted((self.bounds, other.bounds), key=len)
        return any(
            (low := bisect_right(large, start)) % 2 or (low < len(large) and large[low] < end)
            for start, end in zip(small[::2], small[1::2], strict=True)
        )

    def shifted(self, distance: int) -> AddressSet:
        """Move the whole set along the number line (address translation between families)."""
        return AddressSet(tuple(bound + distance for bound in self.bounds)) if distance else self

    @property
    def v4(self) -> AddressSet:
        """The IPv4 part."""
        return self & ALL_V4

    @property
    def v6(self) -> AddressSet:
        """The IPv6 part."""
        return self & ALL_V6

    def one(self) -> AddressSet:
        """Pick one address, the way a person would: not a network address where there is a choice.

        One of a range that isn't known yet where there are no others. Raises ValueError when the set is empty.
        """
        if not self.bounds:
            raise ValueError("an empty set has no address to show")
        for candidate in _FAMILIAR:
            position = interval(candidate)[0]
            if self.covers_interval(position, position + 1):
                return AddressSet((position, position + 1))
        start, end = ((self & WRITABLE) or self).bounds[:2]
        position = start + (10 if end - start > 10 else (end - start) // 2)  # noqa: PLR2004 - "host 10"
        return AddressSet((position, position + 1))

    def example(self) -> str:
        """Write one address; empty where the set holds nothing but ranges that aren't known yet.

        Raises ValueError when the set is empty.
        """
        return next(iter(self.one().cidrs()), "").rpartition("/")[0]

    def cidrs(self) -> list[str]:
        """Write the set as the shortest list of CIDR blocks, but for ranges that aren't known yet."""
        blocks: list[str] = []
        for start, end in (self.v4 & WRITABLE).intervals():
            v4 = ipaddress.IPv4Address(start), ipaddress.IPv4Address(end - 1)
            blocks += (str(block) for block in ipaddress.summarize_address_range(*v4))
        # Past NAT64's room addresses go on where they left off.
        joined = AddressSet.of_intervals(
            (_v6_address(start), _v6_address(end - 1) + 1) for start, end in (self.v6 & WRITABLE).intervals()
        )
        for start, end in joined.intervals():
            v6 = ipaddress.IPv6Address(start), ipaddress.IPv6Address(end - 1)
            blocks += (str(block) for block in ipaddress.summarize_address_range(*v6))
        return blocks

    def __repr__(self) -> str:
        return f"AddressSet({self})"

    def __str__(self) -> str:
        return ", ".join(self.cidrs()) or ("a range that isn't known yet" if self else "no address")


def clip(bounds: tuple[int, ...], start: int, end: int) -> tuple[int, ...]:
    """Cut bounds down to one half-open interval: two bisections and a copy."""
    if start >= end:
        return ()
    low, high = bisect_right(bounds, start), bisect_left(bounds, end)
    inner = bounds[low:high]
    if low % 2:
        inner = (start, *inner)
    if high % 2:
        inner = (*inner, end)
    return inner


def _outside(bounds: tuple[int, ...], start: int, end: int) -> tuple[int, ...]:
    """Cut what bounds leave of one half-open interval."""
    low, high = bisect_right(bounds, start), bisect_left(bounds, end)
    inner = bounds[low:high]
    if not low % 2:
        inner = (start, *inner)
    if not high % 2:
        inner = (*inner, end)
    return inner


def _intersect(one: AddressSet, other: AddressSet) -> AddressSet:
    if one.bounds == other.bounds:
        return one
    small, large = (one, other) if len(one.bounds) <= len(other.bounds) else (other, one)
    if not small.bounds:
        return EMPTY
    if len(small.bounds) == 2:  # noqa: PLR2004 - one interval
        result = clip(large.bounds, *small.bounds)
        return large if result == large.bounds else AddressSet(result) if result else EMPTY
    parts: list[int] = []
    for start, end in small.intervals():
        parts += clip(large.bounds, start, end)
    return AddressSet(tuple(parts)) if parts else EMPTY


EMPTY = AddressSet()
ALL_V4 = AddressSet((0, V4_END))
ALL_V6 = AddressSet((V6_BASE, V6_END))
ALL = AddressSet((0, V4_END, V6_BASE, V6_END))
V4_NOWHERE, V6_NOWHERE = (_V4_SIZE, V4_END), (V6_BASE + _V6_SIZE + _V4_SIZE, V6_END)
"""Where ranges stand that aren't known yet, by family."""
NAT64 = AddressSet.of(str(_NAT64))
NOWHERE = AddressSet.of_intervals([V4_NOWHERE, V6_NOWHERE, (NAT64.bounds[0] + _V4_SIZE, NAT64.bounds[1])])
WRITABLE = ALL - NOWHERE
"""All that is an address."""

PRIVATE = AddressSet.of("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
"""Addresses that other VPCs and sites use: RFC 1918's, shared (RFC 6598) and unique local ones (RFC 4193)."""
_ON_LINK_V4 = AddressSet.of("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "255.255.255.255/32")
_ON_LINK_V6 = AddressSet.of("::/128", "::1/128", "fe80::/10", "ff00::/8")
_INTERNET_V4 = (ALL_V4 & WRITABLE) - PRIVATE - _ON_LINK_V4
INTERNET = _INTERNET_V4 | ((ALL_V6 & WRITABLE) - NAT64 - PRIVATE - _ON_LINK_V6) | _INTERNET_V4.shifted(NAT64.bounds[0])
"""Every address of both families that is not private, shared, link-local, loopback, multicast or "this network", and
NAT64's of the IPv4 ones. Whether anybody lives there doesn't matter: packets to ranges for documentation, benchmarks
and the future leave all the same."""

# Gateway endpoints' prefix lists differ by Region and change; these well-known ranges stand for them.
SERVICE_LISTS: dict[str, tuple[Interval, ...]] = {
    name: tuple(interval(cidr) for cidr in cidrs)
    for name, cidrs in {
        "s3": ("3.5.0.0/16", "16.182.0.0/16", "18.34.0.0/16", "52.92.0.0/16", "52.216.0.0/14"),
        "dynamodb": ("52.94.0.0/22", "52.119.224.0/20", "3.218.180.0/22"),
    }.items()
}
SERVICES = {name: AddressSet.of_intervals(blocks) for name, blocks in SERVICE_LISTS.items()}

# Addresses that readers recognise, so that a counterexample needs no second look.
_FAMILIAR = ("1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "10.0.0.10")
