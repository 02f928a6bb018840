"""Sets of IPv4 and IPv6 addresses: exact, immutable, and fast enough to carry through every walk.

A set is a sorted run of half-open intervals on one number line: IPv4 addresses are their own integers, IPv6 addresses
start at ``V6_BASE``. Both families therefore travel in one value and one merge, and can never meet.
"""

from __future__ import annotations

import ipaddress
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache

V6_BASE = 1 << 33
V6_END = V6_BASE + (1 << 128)


class AddressError(ValueError):
    """A text is neither an IP address nor a CIDR block."""


@lru_cache(maxsize=1 << 16)
def interval(cidr: str) -> tuple[int, int]:
    """Return the half-open interval of one CIDR block or address; host bits are ignored, as AWS does.

    Raises AddressError.
    """
    try:
        network = ipaddress.ip_network(cidr.strip(), strict=False)
    except ValueError as error:
        raise AddressError(f"{cidr!r} is not a CIDR block") from error
    base = 0 if network.version == 4 else V6_BASE  # noqa: PLR2004 - the protocol's number
    start = base + int(network.network_address)
    return start, start + network.num_addresses


def text(position: int) -> str:
    """Write the address at a position of the number line."""
    if position < V6_BASE:
        return str(ipaddress.IPv4Address(position))
    return str(ipaddress.IPv6Address(position - V6_BASE))


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
    def of_intervals(cls, intervals: Iterable[tuple[int, int]]) -> AddressSet:
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

    def intervals(self) -> Iterator[tuple[int, int]]:
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

    def example(self) -> str:
        """Name one address, the way a person would pick it: not a network address where there is a choice.

        Raises ValueError when the set is empty.
        """
        if not self.bounds:
            raise ValueError("an empty set has no address to show")
        for candidate in _FAMILIAR:
            position = interval(candidate)[0]
            if self.covers_interval(position, position + 1):
                return candidate
        start, end = self.bounds[0], self.bounds[1]
        return text(start + 10 if end - start > 10 else start + (end - start) // 2)  # noqa: PLR2004 - "host 10"

    def cidrs(self) -> list[str]:
        """Write the set as the shortest list of CIDR blocks."""
        blocks: list[str] = []
        for start, end in self.intervals():
            if start < V6_BASE:
                first: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.IPv4Address(start)
                last: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.IPv4Address(end - 1)
            else:
                first = ipaddress.IPv6Address(start - V6_BASE)
                last = ipaddress.IPv6Address(end - 1 - V6_BASE)
            blocks += (str(block) for block in ipaddress.summarize_address_range(first, last))
        return blocks

    def __repr__(self) -> str:
        return f"AddressSet({', '.join(self.cidrs())})"

    def __str__(self) -> str:
        return ", ".join(self.cidrs()) or "no address"


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
ALL_V4 = AddressSet((0, 1 << 32))
ALL_V6 = AddressSet((V6_BASE, V6_END))
ALL = AddressSet((0, 1 << 32, V6_BASE, V6_END))

# What can't be somebody's host on the internet (IANA's special-purpose registries, RFC 6890).
_NOT_INTERNET_V4 = AddressSet.of(
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
)
# The well-known prefix through which IPv6-only hosts reach IPv4 hosts (RFC 6052).
NAT64 = AddressSet.of("64:ff9b::/96")
_INTERNET_V4 = ALL_V4 - _NOT_INTERNET_V4
INTERNET = (
    _INTERNET_V4 | (AddressSet.of("2000::/3") - AddressSet.of("3fff::/20")) | _INTERNET_V4.shifted(NAT64.bounds[0])
)
"""Global unicast addresses of both families, but for documentation's (RFC 9637), and NAT64's of the IPv4 ones."""
PRIVATE = AddressSet.of("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
"""Addresses that other VPCs and sites use."""

# Gateway endpoints' prefix lists differ by Region and change; these well-known ranges stand for them.
SERVICES = {
    "s3": AddressSet.of("3.5.0.0/16", "16.182.0.0/16", "18.34.0.0/16", "52.92.0.0/16", "52.216.0.0/14"),
    "dynamodb": AddressSet.of("52.94.0.0/22", "52.119.224.0/20", "3.218.180.0/22"),
}

# Addresses that readers recognise, so that a counterexample needs no second look.
_FAMILIAR = ("1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "10.0.0.10")
