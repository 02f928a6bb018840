"""Which senders' replies come back as they must, over all ways out of one network."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..addresses import AddressSet
from ..walking.labels import endpoints_named
from ..walking.paths import EndKind
from ..walking.replies import compatible, homes, same_way

if TYPE_CHECKING:
    from ..walking.labels import Choices, Label
    from ..walking.replies import ReplyLeg
    from ..walking.walk import Walker

Reasons = list[tuple["Label", AddressSet]]
"""Replies that go wrong, and for which addresses."""


@dataclass
class _Answers:
    """Replies to some way out: who gets them as they must, by goal, and which go wrong."""

    good: dict[str, list[AddressSet]] = field(default_factory=dict)
    bad: Reasons = field(default_factory=list)

    def add(self, reply: Label, found: AddressSet, reached: list[str]) -> None:
        """Sort one reply in, with the goals that it reaches as it must."""
        for goal in reached:
            self.good.setdefault(goal, []).append(found)
        if not reached:
            self.bad.append((reply, found))

    @property
    def spoilt(self) -> AddressSet:
        """Whoever gets a reply that goes wrong."""
        return AddressSet.union(found for _reply, found in self.bad)

    def well(self, goal: str) -> AddressSet:
        """Who gets replies at a goal, and none that goes wrong."""
        return AddressSet.union(self.good.get(goal, ())) - self.spoilt

    @property
    def met(self) -> AddressSet:
        """Whom these replies are for."""
        return AddressSet.union([self.spoilt, *(found for sets in self.good.values() for found in sets)])


class WaysBack:
    """Judges ways back one after the other.

    A route that may name several endpoints names one for all: what one way out needs of it binds the next.
    """

    def __init__(self, walker: Walker) -> None:
        self._walker = walker
        self._named: dict[str, set[Choices]] = {}

    def lost(
        self, stage: ReplyLeg, goals: dict[str, AddressSet], label: Label
    ) -> tuple[dict[str, AddressSet], Reasons]:
        """Return which senders get no proper reply on one leg of a way out, by goal, and the replies that say why.

        Goals are VPCs, or tables that foreign spokes are behind.
        """
        plain = _Answers()
        by_route: dict[frozenset[str], dict[Choices, _Answers]] = {}
        for reply, found in stage.outcomes(self._walker, AddressSet.union(goals.values())):
            if not compatible(label.choices, reply.choices):
                continue
            named = endpoints_named(reply.choices - label.choices)
            answers = plain
            if named:
                routes = by_route.setdefault(frozenset(route for route, _endpoint in named), {})
                answers = routes.setdefault(named, _Answers())
            came = homes(self._walker.network, reply.end) if same_way(reply, stage.expected, stage.choices) else ()
            answers.add(reply, found, [home for home in came if home in goals])
        settled = not endpoints_named(label.choices)
        if settled:
            by_route = {routes: self._settle(routes, answers, goals) for routes, answers in by_route.items()}
        lost = {goal: missing for goal, wanted in goals.items() if (missing := _missing(goal, wanted, plain, by_route))}
        bad = [*plain.bad, *(each for options in by_route.values() for one in options.values() for each in one.bad)]
        return lost, bad

    def _settle(
        self, routes: frozenset[str], options: dict[Choices, _Answers], goals: dict[str, AddressSet]
    ) -> dict[Choices, _Answers]:
        """Keep what the routes may still name; of that, what is right for all, or else the first."""
        key = " ".join(sorted(routes))
        possible = {named: one for named, one in options.items() if named in self._named.get(key, options)}
        best = {named: one for named, one in possible.items() if not self._left(one, options, goals)}
        chosen = best or dict(sorted(possible.items(), key=lambda item: sorted(item[0]))[:1]) or options
        self._named[key] = set(chosen)
        return chosen

    @staticmethod
    def _left(one: _Answers, options: dict[Choices, _Answers], goals: dict[str, AddressSet]) -> AddressSet:
        """Return who is left out by one of some options, and not by all of them."""
        others = options.values()
        return AddressSet.union(
            (AddressSet.union(each.well(goal) for each in others) & wanted) - one.well(goal)
            for goal, wanted in goals.items()
        )


def _missing(
    goal: str, wanted: AddressSet, plain: _Answers, by_route: dict[frozenset[str], dict[Choices, _Answers]]
) -> AddressSet:
    covered = [AddressSet.union(plain.good.get(goal, ()))]
    spoilt = [plain.spoilt]
    for options in by_route.values():
        well = AddressSet.union(one.well(goal) for one in options.values())
        covered.append(well)
        spoilt.append(AddressSet.union(one.met for one in options.values()) - well)
    missing = wanted - AddressSet.union(covered)
    return missing | (wanted & AddressSet.union(spoilt)) if any(spoilt) else missing


def plainest(reasons: Reasons, missing: AddressSet) -> tuple[Label | None, AddressSet]:
    """Return the most certain of the replies that go wrong for some senders, and for which of them it does."""
    theirs = [(reason, these) for reason, found in reasons if (these := found & missing)]
    out_of_sight = {EndKind.OUTSIDE, EndKind.UNKNOWN}
    return min(theirs, key=lambda each: (each[0].end.kind in out_of_sight, each[0].doubt), default=(None, missing))
