"""Single ways, hop by hop: all that a set of destinations can take, or the likeliest of those that fit."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .labels import Doubt, Label, joined, keeps
from .paths import EndKind, Hop
from .places import End

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..addresses import AddressSet
    from ..network.model import Subnet
    from .places import Place, Step
    from .steps import Steps

_MOST_HOPS = 100
_MOST_PATHS = 256
_MOST_LOOKS = 4096
_START = Label((), End(EndKind.UNKNOWN))


@dataclass(frozen=True, slots=True)
class Trail:
    """A step, with the place that it was taken from."""

    place: Place
    step: Step


@dataclass(frozen=True, slots=True)
class _Way:
    """A way so far: where it is, with which addresses, what it has met, and how far NAT64 has moved them."""

    here: Place
    sent: AddressSet
    label: Label = _START
    trail: tuple[Trail, ...] = ()
    seen: frozenset[Place] = frozenset()
    shift: int = 0

    def loops(self) -> bool:
        """Tell whether it has come back to where it was."""
        return self.here in self.seen or len(self.trail) > _MOST_HOPS

    def looped(self) -> Label:
        """Return how it fares then."""
        return self.label._replace(end=End(EndKind.LOOP, self.here.table, "packets come back to where they were"))

    def further(self, steps: Steps) -> Iterator[tuple[Label, tuple[Trail, ...], Step, _Way | None]]:
        """Take one more step: what is met up to there, and the way from there unless it has ended."""
        for step in steps.at(self.here, self.sent):
            if step.choice and not keeps(self.label.choices, step.choice):
                continue
            choices = self.label.choices | ({step.choice} if step.choice else frozenset())
            doubt = max(self.label.doubt, Doubt.of(step.doubt))
            crossed = joined(self.label.crossed, step.crossed)
            trail = (*self.trail, Trail(self.here, step))
            if isinstance(step.to, End):
                yield Label(crossed, step.to, choices, doubt), trail, step, None
                continue
            label = Label(crossed, self.label.end, choices, doubt)
            sent, shift = step.addresses.shifted(-step.shift), self.shift + step.shift
            yield label, trail, step, _Way(step.to, sent, label, trail, self.seen | {self.here}, shift)


def all_ways(
    steps: Steps, place: Place, addresses: AddressSet
) -> Iterator[tuple[Label, tuple[Trail, ...], AddressSet]]:
    """Walk without merging: every way that a set of destinations takes, the first 256 of them."""
    stack = [_Way(place, addresses)]
    found = 0
    while stack and found < _MOST_PATHS:
        way = stack.pop()
        if way.loops():
            yield way.looped(), way.trail, way.sent.shifted(way.shift)
            found += 1
            continue
        for label, trail, step, onward in way.further(steps):
            if onward is None:
                yield label, trail, step.addresses.shifted(way.shift)
                found += 1
            else:
                stack.append(onward)


def likeliest(
    steps: Steps, places: Sequence[Place], address: AddressSet, fits: Callable[[Label], bool]
) -> tuple[Label, tuple[Trail, ...]] | None:
    """Find the way of one address that fits with the least doubt, and of those the shortest; None where there is none.

    Of ways that have met the same and come by the same place, one is followed.
    """
    queue: list[tuple[int, int, int, _Way | None, Label, tuple[Trail, ...]]] = []
    for number, place in enumerate(places):
        queue.append((0, 0, number, _Way(place, address), _START, ()))
    count = len(queue)
    followed: set[tuple[object, ...]] = set()
    while queue and count < _MOST_LOOKS:
        _doubt, _length, _number, way, label, trail = heapq.heappop(queue)
        if way is None or way.loops():
            label, trail = (label, trail) if way is None else (way.looped(), way.trail)
            if fits(label):
                return label, trail
            continue
        key = (way.here, label.crossed, label.choices, way.shift)
        if key in followed:
            continue
        followed.add(key)
        for grown, longer, _step, onward in way.further(steps):
            count += 1
            heapq.heappush(queue, (grown.doubt, len(longer), count, onward, grown, longer))
    return None


def end_of(trail: Sequence[Trail], end: End) -> End:
    """Return where a way ends in its own words, rather than as a label has it."""
    last = trail[-1].step.to if trail else end
    return last if isinstance(last, End) else end


def doubts_on(trail: Sequence[Trail]) -> list[str]:
    """Return what makes a way doubtful, in words, the gravest first."""
    return sorted({part.step.doubt for part in trail if part.step.doubt}, key=lambda text: (-Doubt.of(text), text))


def hops_of(steps: Steps, subnet: Subnet | None, trail: Sequence[Trail]) -> tuple[Hop, ...]:
    """Turn a trail into hops that read well."""
    network = steps.network
    hops: list[Hop] = []
    if subnet is not None and subnet.behind:
        hops.append(Hop("spokes", f"associated with {network.name(subnet.behind)}", _urn(subnet.behind)))
    elif subnet is not None:
        hops.append(Hop("subnet", subnet.name, _urn(subnet.key), subnet.zone))
    for part in trail:
        table = steps.table(part.place)
        urn = (part.step.route.urn if part.step.route else None) or (table.urn if table else None)
        for kind, key, zone in part.step.passed:
            hops.append(Hop(kind, network.name(key), _urn(key), zone, urn))
        to = part.step.to
        if isinstance(to, End):
            if to.kind is EndKind.DELIVERED:
                hops.append(Hop("vpc", network.name(to.where), _urn(to.where), None, urn))
            elif to.kind is EndKind.SERVICE:
                hops.append(Hop("gateway-endpoint", network.name(to.where), _urn(to.where), None, urn))
            elif not part.step.passed:
                hops.append(Hop("nothing", f"({to.note})", None, None, urn))
    return tuple(hops)


def _urn(key: str) -> str | None:
    return key if key.startswith("urn:") else None
