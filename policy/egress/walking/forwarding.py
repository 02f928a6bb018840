"""Looks whole sets of addresses up in a route table: longest prefix first, then by rank, exactly as AWS does."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from ..addresses import EMPTY, V6_END, AddressSet, clip
from ..network.model import Rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..network.model import Route, Table

Choice = tuple["Route", ...]
"""The routes that win for some destinations: several only where the program gives the same destination twice."""


class ForwardingTable:
    """A route table, laid out as consecutive segments of the number line with the routes that win there.

    Building takes n log n, a look-up of a small set one bisection.
    """

    __slots__ = ("_choices", "_ends", "_starts", "doubtful")

    def __init__(self, table: Table) -> None:
        local = [AddressSet(block) for r in table.routes if r.rank is Rank.LOCAL for block in r.intervals]
        # Many routes that may be anywhere often say the same: one of them is enough.
        alike: dict[object, Route] = {}
        for route in table.routes:
            if route.doubt and route.intervals:
                alike.setdefault((route.intervals, route.targets, route.rank), route)
        self.doubtful = tuple(alike.values())
        winners: dict[tuple[int, int], list[Route]] = {}
        for route in table.routes:
            if route.doubt:
                continue
            for pair in route.intervals:
                if route.rank.propagated and any(block.covers_interval(*pair) for block in local):
                    # AWS prefers the local route even to more specific propagated ones.
                    continue
                best = winners.setdefault(pair, [route])
                if best[0] is route:
                    continue
                if route.rank < best[0].rank:
                    winners[pair] = [route]
                elif route.rank == best[0].rank and all(route.targets != other.targets for other in best):
                    best.append(route)
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._choices: list[Choice] = []
        self._lay_out(winners)

    def _lay_out(self, winners: dict[tuple[int, int], list[Route]]) -> None:
        """Cut nested prefixes into segments; the innermost wins."""
        stack: list[tuple[int, Choice]] = []
        position = 0
        for start, end in sorted(winners, key=lambda pair: (pair[0], -pair[1])):
            while stack and stack[-1][0] <= start:
                position = self._segment(position, *stack.pop())
            if stack:
                self._segment(position, start, stack[-1][1])
            position = start
            stack.append((end, tuple(winners[start, end])))
        while stack:
            position = self._segment(position, *stack.pop())

    def _segment(self, start: int, end: int, choice: Choice) -> int:
        if start < end:
            self._starts.append(start)
            self._ends.append(end)
            self._choices.append(choice)
        return max(start, end)

    def look_up(self, addresses: AddressSet) -> tuple[list[tuple[Choice, AddressSet]], AddressSet]:
        """Split a set by the routes that win; the rest has no route at all."""
        if len(self._starts) * 2 < len(addresses.bounds):
            segments: Iterable[tuple[int, int, Choice]] = zip(self._starts, self._ends, self._choices, strict=True)
        else:
            segments = self._meeting(addresses)
        found: dict[int, tuple[Choice, list[int]]] = {}
        rest: list[int] = []
        position = 0
        for start, end, choice in segments:
            if start > position:
                rest += clip(addresses.bounds, position, start)
            position = max(position, end)
            if inside := clip(addresses.bounds, start, end):
                bounds = found.setdefault(id(choice), (choice, []))[1]
                if bounds and bounds[-1] == inside[0]:
                    bounds.pop()
                    inside = inside[1:]
                bounds += inside
        rest += clip(addresses.bounds, position, V6_END)
        pieces = [(choice, AddressSet(tuple(bounds))) for choice, bounds in found.values()]
        return pieces, _join(rest)

    def _meeting(self, addresses: AddressSet) -> Iterator[tuple[int, int, Choice]]:
        """Yield the segments that meet a set, each once."""
        last = -1
        for low, high in addresses.intervals():
            index = max(bisect_right(self._ends, low), last + 1)
            while index < len(self._starts) and self._starts[index] < high:
                yield self._starts[index], self._ends[index], self._choices[index]
                last = index
                index += 1


def _join(bounds: list[int]) -> AddressSet:
    if not bounds:
        return EMPTY
    return AddressSet.of_intervals(zip(bounds[::2], bounds[1::2], strict=True))
