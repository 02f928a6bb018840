"""Gives every spoke its own range, so that none ever moves because another came or went.

Stable allocation needs a memory: any rule that derives a range from the *set* of names (sorting, hashing with probing,
first fit) moves somebody when a name in the middle disappears. Here the memory is the configuration itself: a spoke
either states its ``cidr`` or the number of the ``slot`` it holds in the pool, the number is reviewed and committed like
everything else, and a spoke that states neither is refused with the first slot that is free.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network


@dataclass(frozen=True)
class SpokeRequest:
    """What the configuration says about a spoke's addresses: a ``cidr``, a ``slot`` number, or (a mistake) neither."""

    cidr: IPv4Network | None = None
    slot: int | None = None


@dataclass(frozen=True)
class Placement:
    """Ranges by spoke name, and the mistakes (one sentence each, naming the spoke) that kept others without one."""

    ranges: Mapping[str, IPv4Network]
    mistakes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SpokePool:
    """A range cut into equal slots, numbered from 0.

    ``network`` is the whole pool, ``prefix`` the length of one slot's prefix (for example 20 in a /12: 256 slots).
    """

    network: IPv4Network
    prefix: int

    def __post_init__(self) -> None:
        if not self.network.prefixlen <= self.prefix <= 28:  # noqa: PLR2004 - the smallest VPC that AWS accepts
            raise ValueError(f"a slot of /{self.prefix} does not fit into {self.network} (or is smaller than a /28)")

    @property
    def size(self) -> int:
        """How many slots there are."""
        return 1 << (self.prefix - self.network.prefixlen)

    def slot(self, number: int) -> IPv4Network:
        """Return the range of slot ``number``; ``ValueError`` when the pool has no such slot."""
        if not 0 <= number < self.size:
            raise ValueError(
                f"slot {number} does not exist: {self.network} has slots 0 to {self.size - 1} of /{self.prefix}"
            )
        step = 1 << (32 - self.prefix)
        return IPv4Network((int(self.network.network_address) + number * step, self.prefix))

    def place(self, requests: Mapping[str, SpokeRequest]) -> Placement:
        """Give every request its range, or say what is wrong with it.

        The range of a spoke depends on its own request alone, so that adding or removing another never moves it.
        """
        ranges: dict[str, IPv4Network] = {}
        mistakes: list[tuple[str, str]] = []
        for name, request in requests.items():
            if request.cidr is not None and request.slot is not None:
                mistakes.append((name, "a cidr or a slot, not both"))
            elif request.cidr is not None:
                ranges[name] = request.cidr
            elif request.slot is not None:
                if 0 <= request.slot < self.size:
                    ranges[name] = self.slot(request.slot)
                else:
                    mistakes.append((name, f"a slot from 0 to {self.size - 1} of {self.network} (/{self.prefix} each)"))
        mistakes += [(name, f"a place of its own: {text}") for name, text in overlaps(ranges)]
        free = self._free(ranges.values())
        for name, request in requests.items():
            if request.cidr is None and request.slot is None:
                number = next(free, None)
                remedy = (
                    f"the first free one is slot: {number}" if number is not None else f"all of {self.network} is taken"
                )
                mistakes.append((name, f"a cidr or a slot; {remedy}"))
        return Placement(ranges, tuple(mistakes))

    def _free(self, taken: Iterable[IPv4Network]) -> Iterator[int]:
        """Yield the numbers of the slots that overlap nothing taken, lowest first."""
        used = tuple(taken)
        for number in range(self.size):
            candidate = self.slot(number)
            if not any(candidate.overlaps(other) for other in used):
                yield number


def routed_ranges(pool: IPv4Network, ranges: Mapping[str, IPv4Network]) -> Mapping[str, str]:
    """Return what is routed to the transit gateway, by names that stay: the pool, and each spoke outside of it."""
    outside = {name: str(network) for name, network in ranges.items() if not network.subnet_of(pool)}
    return {"pool": str(pool), **outside}


def overlaps(ranges: Mapping[str, IPv4Network]) -> list[tuple[str, str]]:
    """Return one mistake per pair of overlapping ranges; sorted sweep, so that a thousand spokes cost nothing."""
    mistakes = []
    widest: tuple[str, IPv4Network] | None = None
    for name, network in sorted(ranges.items(), key=lambda item: (int(item[1].network_address), item[1].prefixlen)):
        if widest is not None and widest[1].overlaps(network):
            mistakes.append((name, f"{network} overlaps {widest[1]} of spoke '{widest[0]}'"))
        if widest is None or network.broadcast_address > widest[1].broadcast_address:
            widest = (name, network)
    return mistakes
