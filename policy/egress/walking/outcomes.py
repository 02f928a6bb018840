"""Where sets of packets end, from any place: every place looks up every address once, however many come by.

Going on from a place is a depth-first search over (place, addresses). A search that meets addresses at a place that it
is on its way from has found a cycle *of these addresses*; whatever leads into one is solved together by ``tangle``.
All else is complete as soon as all that it leads to is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ..addresses import EMPTY, AddressSet
from ..budget import Budget, TooMuch
from .labels import Crossed, Doubt, Label, Outcomes, coarse, joined, merged_end, unbound
from .places import End, Place
from .tangle import Strand, untangle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .steps import Steps


_MOST_UNSURE = 64
"""How many doubtful ways across something are told apart at one place."""


class Edge(NamedTuple):
    """Steps that differ in nothing but the route that makes them, as one. See ``Step``."""

    addresses: AddressSet
    to: Place | End
    crossed: Crossed
    choice: tuple[str, str] | None
    doubt: Doubt
    shift: int

    @property
    def onward(self) -> AddressSet:
        """The addresses as they are at the place that it leads to."""
        return self.addresses.shifted(-self.shift)


@dataclass
class _Frame:
    """A place whose packets are being followed; ``returning`` are those of them that come into a cycle."""

    place: Place
    addresses: AddressSet
    edges: list[Edge]
    next: int = 0
    returning: AddressSet = EMPTY


@dataclass
class _Place:
    """What is known at one place: for which addresses, and how they fare."""

    covered: AddressSet = EMPTY
    outcomes: Outcomes = field(default_factory=dict)


class OutcomeFinder:
    """Finds outcomes on one network and remembers them."""

    def __init__(self, steps: Steps, budget: Budget) -> None:
        self.steps = steps
        self.budget = budget
        self._known: dict[Place, _Place] = {}
        self._answers: dict[tuple[Place, AddressSet], Outcomes] = {}
        self._given_up: TooMuch | None = None
        self._inspects = steps.can_inspect

    def outcomes(self, place: Place, addresses: AddressSet) -> Outcomes:
        """Return how a set of destinations fares from a place. Raises TooMuch."""
        if not addresses:
            return {}
        place = self.steps.representative(place)
        if (place, addresses) not in self._answers:
            known = self._known.setdefault(place, _Place())
            if missing := addresses - known.covered:
                self._find(place, missing)
        return self._answer(place, addresses)

    def _answer(self, place: Place, addresses: AddressSet) -> Outcomes:
        """Return how a set fares for which that is known; equal sets share one answer, and so does what leads here."""
        answer = self._answers.get((place, addresses))
        if answer is None:
            outcomes = self._known[place].outcomes
            answer = {label: part for label, found in outcomes.items() if (part := found & addresses)}
            self.budget.label(len(outcomes), self.steps.network.name(place.table))
            self._answers[place, addresses] = answer
        return answer

    def _find(self, place: Place, addresses: AddressSet) -> None:
        if self._given_up:
            raise self._given_up
        try:
            self._search(place, addresses)
        except TooMuch as reason:
            # What was begun is incomplete for good: nothing may be read from it.
            self._given_up = reason
            raise

    def _search(self, place: Place, addresses: AddressSet) -> None:
        stack = [_Frame(place, addresses, self._edges(place, addresses))]
        active: dict[Place, AddressSet] = {place: addresses}
        returning: dict[Place, AddressSet] = {}
        tangled: list[_Frame] = []
        heads: dict[Place, AddressSet] = {}
        while stack:
            frame = stack[-1]
            if frame.next == len(frame.edges):
                stack.pop()
                active[frame.place] = active[frame.place] - frame.addresses
                self._finish(frame)
                if frame.returning:
                    returning[frame.place] = returning.get(frame.place, EMPTY) | frame.returning
                    tangled.append(frame)
                continue
            edge = frame.edges[frame.next]
            to = edge.to
            if isinstance(to, End):
                frame.next += 1
                continue
            onward = edge.onward
            if (to, onward) in self._answers:
                frame.next += 1
                continue
            back = onward & active.get(to, EMPTY)
            known = self._known.setdefault(to, _Place())
            if new := onward - known.covered - back:
                stack.append(_Frame(to, new, self._edges(to, new)))
                active[to] = active.get(to, EMPTY) | new
                continue
            if back:
                heads[to] = heads.get(to, EMPTY) | back
            back = back | (onward & returning.get(to, EMPTY))
            if back:
                frame.returning = frame.returning | back.shifted(edge.shift)
            frame.next += 1
        if tangled:
            strands = [Strand(f.place, f.returning, f.edges) for f in tangled]
            solved = untangle(strands, heads, lambda at: self._known[at].outcomes, self.budget, self.steps)
            for at, outcomes in solved.items():
                _add(self._known[at].outcomes, outcomes.items())

    def _edges(self, place: Place, addresses: AddressSet) -> list[Edge]:
        """Take the steps from a place, those that are alike as one."""
        alike: dict[tuple[object, ...], list[AddressSet]] = {}
        number = 0
        for step in self.steps.at(place, addresses):
            number += 1
            to = merged_end(step.to) if isinstance(step.to, End) else self.steps.representative(step.to)
            crossed = step.crossed if self._inspects else ()
            key = (to, crossed, step.choice, Doubt.of(step.doubt), step.shift)
            alike.setdefault(key, []).append(step.addresses)
        self.budget.step(number, self.steps.network.name(place.table))
        return [Edge(AddressSet.union(sets), *key) for key, sets in alike.items()]  # type: ignore[arg-type]

    def _finish(self, frame: _Frame) -> None:
        """Tell how the packets of a place fare, but for those that come into a cycle."""
        known = self._known.setdefault(frame.place, _Place())
        known.covered = known.covered | frame.addresses
        straight = frame.addresses - frame.returning
        if not straight:
            return
        found = list(self._fates(frame, straight))
        name = self.steps.network.name(frame.place.table)
        self.budget.label(len(found), name)
        if sum(label.doubt is Doubt.UNSURE and bool(label.crossed) for label, _addresses in found) > _MOST_UNSURE:
            found = [
                (told, addresses)
                for label, addresses in found
                for told in (coarse(label) if label.doubt is Doubt.UNSURE else (label,))
            ]
        _add(known.outcomes, found)
        self.budget.ways(most_to_one_end(known.outcomes), name)

    def _fates(self, frame: _Frame, straight: AddressSet) -> Iterator[tuple[Label, AddressSet]]:
        """Yield what the edges of a place lead to, those of one choice of zone together."""
        chosen: dict[tuple[str, AddressSet], dict[str, Outcomes]] = {}
        for edge in frame.edges:
            outcomes = self._after(edge, edge.addresses & straight)
            if edge.choice is None:
                yield from outcomes.items()
                continue
            chooser, zone = edge.choice
            zones = chosen.setdefault((chooser, edge.addresses), {})
            if zone in zones:
                outcomes = dict(outcomes)
                _add(outcomes, zones[zone].items())
            zones[zone] = outcomes
        for (chooser, _addresses), fates in chosen.items():
            yield from unbound(chooser, fates)

    def _after(self, edge: Edge, addresses: AddressSet) -> Outcomes:
        if not addresses:
            return {}
        if isinstance(edge.to, End):
            return {Label(edge.crossed, edge.to, frozenset(), edge.doubt): addresses}
        onward = self._answer(edge.to, addresses.shifted(-edge.shift))
        if not (edge.crossed or edge.doubt or edge.shift):
            return onward
        result: Outcomes = {}
        for label, found in onward.items():
            full, part = prefixed(edge, label), found.shifted(edge.shift)
            result[full] = result[full] | part if full in result else part
        return result


def prefixed(edge: Edge, label: Label) -> Label:
    """Return how packets fare that take an edge first."""
    if not edge.crossed and edge.doubt <= label.doubt:
        return label
    return Label(joined(edge.crossed, label.crossed), label.end, label.choices, max(edge.doubt, label.doubt))


def most_to_one_end(outcomes: Outcomes) -> int:
    """Count the labels of the end that has most."""
    count: dict[End, int] = {}
    for label in outcomes:
        count[label.end] = count.get(label.end, 0) + 1
    return max(count.values(), default=0)


def _add(outcomes: Outcomes, found: Iterable[tuple[Label, AddressSet]]) -> None:
    more: dict[Label, list[AddressSet]] = {}
    for label, addresses in found:
        more.setdefault(label, []).append(addresses)
    for label, sets in more.items():
        outcomes[label] = AddressSet.union([outcomes[label], *sets] if label in outcomes else sets)
