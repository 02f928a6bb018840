"""Solves places that lead into each other, together: what comes back to where it was, and what leaves on the way.

From such a place an address ends wherever a walk along the edges ends, and goes round where a walk comes back to the
place. That is a fixed point over (place, label), found on bit masks: one bit for each stretch of addresses that all
edges treat alike. Single ways play no part: the work grows with places, edges and labels, never with the ways.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from ..addresses import AddressSet
from .labels import Doubt, Label, Outcomes, bound, coarse, joined
from .paths import EndKind
from .places import End, Place, Translation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ..budget import Budget
    from .outcomes import Edge
    from .steps import Steps

_LOOP = End(EndKind.LOOP, "", "packets come back to where they were")
_ON_THE_WAY = "on the way to a place that it may have come from"


class Strand(NamedTuple):
    """A place, the addresses there that come into a cycle, and all edges that lead on from it."""

    place: Place
    addresses: AddressSet
    edges: list[Edge]


class _Way(NamedTuple):
    """An edge between two places of a tangle, seen from where it leads."""

    start: Place
    mask: int
    edge: Edge


def untangle(
    strands: list[Strand],
    heads: Mapping[Place, AddressSet],
    known: Callable[[Place], Outcomes],
    budget: Budget,
    steps: Steps,
) -> dict[Place, Outcomes]:
    """Return how the addresses of all strands fare.

    Every cycle comes by one of the ``heads``, with its addresses; ``known`` tells what is complete already at a place.
    """
    tangle = _Tangle(strands, known, budget, steps)
    for place, addresses in heads.items():
        tangle.watch(place, addresses)
    return tangle.solve()


def _back_to(place: Place) -> End:
    return End(EndKind.LOOP, str(tuple(place)), _ON_THE_WAY)


class _Tangle:
    def __init__(self, strands: list[Strand], known: Callable[[Place], Outcomes], budget: Budget, steps: Steps) -> None:
        self._budget = budget
        self._steps = steps
        self._bits = _Bits(strands, known)
        self._in: dict[Place, list[_Way]] = {}
        self._facts: dict[Place, dict[Label, int]] = {}
        self._count: dict[tuple[Place, End], int] = {}
        self._work: tuple[deque[tuple[Place, Label, int]], ...] = tuple(deque() for _ in Doubt)
        for strand in strands:
            for edge in strand.edges:
                mask = self._bits.mask(edge.addresses & strand.addresses)
                if not mask:
                    continue
                if isinstance(edge.to, End):
                    self._learn(strand.place, Label(edge.crossed, edge.to, frozenset(), edge.doubt), mask)
                    continue
                self._in.setdefault(edge.to, []).append(_Way(strand.place, mask, edge))
                self._leave(strand, edge, known(edge.to))

    def _leave(self, strand: Strand, edge: Edge, outcomes: Outcomes) -> None:
        """Learn what an edge leads to that is complete already."""
        onward = (edge.addresses & strand.addresses).shifted(-edge.shift)
        for label, found in outcomes.items():
            if part := found & onward:
                self._extend(strand.place, edge, label, self._bits.mask(part.shifted(edge.shift)))

    def watch(self, place: Place, addresses: AddressSet) -> None:
        """Tell of every walk from here back to here that it is a loop, with all that it meets."""
        self._learn(place, Label((), _back_to(place)), self._bits.mask(addresses))

    def solve(self) -> dict[Place, Outcomes]:
        """Spread what is learned backwards, the certain first, until there is nothing new."""
        for work in self._work:
            while work:
                place, label, mask = work.popleft()
                ways = self._in.get(place, ())
                self._budget.label(len(ways), self._steps.network.name(place.table))
                for way in ways:
                    self._extend(way.start, way.edge, label, way.mask & self._bits.shifted(mask, way.edge.shift))
        return {
            place: {
                label: self._bits.addresses(mask)
                for label, mask in facts.items()
                if mask and label.end.note != _ON_THE_WAY
            }
            for place, facts in self._facts.items()
        }

    def _extend(self, start: Place, edge: Edge, label: Label, mask: int) -> None:
        if not mask:
            return
        kept = bound(label, edge.choice) if edge.choice else label
        if kept is None:
            return
        again = any(isinstance(item, Translation) and item in kept.crossed for item in edge.crossed)
        if again and kept.end != _LOOP:
            # Back at the same translator is back at the same place: that is the loop's business.
            return
        crossed = kept.crossed if again else joined(edge.crossed, kept.crossed)
        end = _LOOP if kept.end == _back_to(start) else kept.end
        self._learn(start, Label(crossed, end, kept.choices, max(edge.doubt, kept.doubt)), mask)

    def _learn(self, place: Place, label: Label, mask: int) -> None:
        if label.doubt is Doubt.UNSURE and label.end.note == _ON_THE_WAY:
            label = Label((), label.end, doubt=label.doubt)
        for each in coarse(label) if label.doubt is Doubt.UNSURE else (label,):
            self._keep(place, each, mask)

    def _keep(self, place: Place, label: Label, mask: int) -> None:
        facts = self._facts.setdefault(place, {})
        for less in Doubt:
            # What is certain needs no second, doubtful telling.
            mask &= ~facts.get(label._replace(doubt=less), 0)
            if less == label.doubt:
                break
        if not mask:
            return
        if label not in facts:
            count = self._count[place, label.end] = self._count.get((place, label.end), 0) + 1
            self._budget.ways(count, self._steps.network.name(place.table))
        facts[label] = facts.get(label, 0) | mask
        self._work[label.doubt].append((place, label, mask))


class _Bits:
    """Turns sets of addresses into masks and back: one bit for each stretch that no set of the tangle cuts."""

    def __init__(self, strands: Iterable[Strand], known: Callable[[Place], Outcomes]) -> None:
        bounds: set[int] = set()
        shifts: set[int] = set()
        for strand in strands:
            bounds.update(strand.addresses.bounds)
            for edge in strand.edges:
                shifts.add(edge.shift)
                part = edge.addresses & strand.addresses
                bounds.update(part.bounds)
                if not isinstance(edge.to, End):
                    onward = part.shifted(-edge.shift)
                    bounds.update(onward.bounds)
                    for found in known(edge.to).values():
                        bounds.update((found & onward).bounds)
        for shift in shifts - {0}:
            bounds |= {point + shift for point in bounds} | {point - shift for point in bounds if point >= shift}
        self._bounds = sorted(bounds)
        self._maps = {shift: self._moved(shift) for shift in shifts - {0}}

    def _moved(self, shift: int) -> dict[int, int]:
        index = {point: number for number, point in enumerate(self._bounds)}
        moved = {}
        for number, point in enumerate(self._bounds):
            if point + shift in index:
                moved[number] = index[point + shift]
        return moved

    def mask(self, addresses: AddressSet) -> int:
        """Return the mask of a set."""
        mask = 0
        for start, end in addresses.intervals():
            mask |= (1 << bisect_left(self._bounds, end)) - (1 << bisect_left(self._bounds, start))
        return mask

    def addresses(self, mask: int) -> AddressSet:
        """Return the set of a mask."""
        bounds: list[int] = []
        number = 0
        while mask:
            skipped = (mask & -mask).bit_length() - 1
            mask >>= skipped
            number += skipped
            length = (~mask & (mask + 1)).bit_length() - 1
            bounds += (self._bounds[number], self._bounds[number + length])
            mask >>= length
            number += length
        return AddressSet(tuple(bounds))

    def shifted(self, mask: int, shift: int) -> int:
        """Move a mask along the number line."""
        if not shift or not mask:
            return mask
        result = 0
        for number, other in self._maps[shift].items():
            if mask >> number & 1:
                result |= 1 << other
        return result
