"""Walks: where all packets from a place end, and the hops of a single packet.

A walk never enumerates addresses: it carries sets, and merges what ends alike. Results are remembered by place and
set, so that subnets which look alike are walked once, however many there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ..addresses import AddressError, AddressSet
from .paths import Crossing, EndKind, Hop, Path
from .steps import End, Place, Step, Steps, Translation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..network.model import Network, Subnet

_MOST_HOPS = 100
_MOST_PATHS = 256


class Label(NamedTuple):
    """How packets fare: what they cross, in order, where they end, and what that hangs on."""

    crossed: tuple[Crossing | Translation, ...]
    end: End
    choices: frozenset[tuple[str, str]] = frozenset()
    doubts: frozenset[str] = frozenset()

    @property
    def inspected(self) -> bool:
        """A firewall endpoint is crossed."""
        return any(isinstance(item, Crossing) for item in self.crossed)


Outcomes = dict[Label, AddressSet]
"""Where the packets of a set end. Sets of different labels overlap where flows really spread, or nobody can know."""


class Walker:
    """Walks on one network and remembers."""

    def __init__(self, network: Network, trusted: frozenset[str] = frozenset()) -> None:
        self.network = network
        self.steps = Steps(network, trusted)
        self._memory: dict[tuple[Place, AddressSet], Outcomes] = {}
        self._active: dict[Place, None] = {}
        self._sent: dict[tuple[AddressSet, bool, bool], AddressSet] = {}
        self._fitted: dict[tuple[int, object, str], tuple[Outcomes, list[tuple[Label, AddressSet]]]] = {}

    def from_subnet(self, subnet: Subnet, addresses: AddressSet) -> Outcomes:
        """Walk what a subnet's hosts send."""
        sent = self.sent(subnet, addresses)
        places = self.steps.start(subnet)
        if len(places) == 1:
            return self.outcomes(places[0], sent)
        doubt = frozenset({self.steps.unsure_table(subnet)})
        merged: dict[Label, list[AddressSet]] = {}
        for place in places:
            for label, found in self.outcomes(place, sent).items():
                merged.setdefault(label._replace(doubts=label.doubts | doubt), []).append(found)
        return {label: AddressSet.union(sets) for label, sets in merged.items()}

    def sent(self, subnet: Subnet, addresses: AddressSet) -> AddressSet:
        """Cut a set down to the families that a subnet has addresses of, and so can send."""
        v4, v6 = bool(subnet.cidrs.v4), bool(subnet.cidrs.v6)
        key = (addresses, v4, v6)
        if key not in self._sent:
            self._sent[key] = AddressSet.union(part for part, own in ((addresses.v4, v4), (addresses.v6, v6)) if own)
        return self._sent[key]

    def outcomes(self, place: Place, addresses: AddressSet) -> Outcomes:
        """Walk a set of destinations from a place to all its ends."""
        if not addresses:
            return {}
        key = (place, addresses)
        known = self._memory.get(key)
        if known is not None:
            return known
        if place in self._active:
            return {Label((), End(EndKind.LOOP, place.table, "packets come back to where they were")): addresses}
        if len(self._active) >= _MOST_HOPS:
            note = f"the walk is longer than {_MOST_HOPS} hops"
            return {Label((), End(EndKind.UNKNOWN, place.table, note)): addresses}
        self._active[place] = None
        merged: dict[Label, list[AddressSet]] = {}
        try:
            for outcomes in self._unbound(list(self.steps.at(place, addresses))):
                for label, found in outcomes.items():
                    merged.setdefault(label, []).append(found)
        finally:
            del self._active[place]
        result = {label: AddressSet.union(sets) for label, sets in merged.items()}
        self._memory[key] = result
        return result

    def _unbound(self, steps: list[Step]) -> Iterator[Outcomes]:
        """Yield what each step leads to, bound to its choice of zone only where that makes a difference."""
        chosen: dict[tuple[str, AddressSet], list[tuple[Step, Outcomes]]] = {}
        for step in steps:
            outcomes = self.after(step)
            if step.choice is None:
                yield outcomes
            else:
                chosen.setdefault((step.choice[0], step.addresses), []).append((step, outcomes))
        for siblings in chosen.values():
            first = siblings[0][1]
            if all(outcomes == first for _step, outcomes in siblings):
                yield first
                continue
            for step, outcomes in siblings:
                # A flow that comes by again keeps its zone: ways that would change it don't exist.
                yield {
                    label._replace(choices=label.choices | {step.choice}): found
                    for label, found in outcomes.items()
                    if step.choice and keeps(label.choices, step.choice)
                }

    def after(self, step: Step) -> Outcomes:
        """Walk on from a step."""
        doubts = frozenset({step.doubt}) if step.doubt else frozenset()
        if isinstance(step.to, End):
            return {Label(step.crossed, step.to, frozenset(), doubts): step.addresses}
        onward = self.outcomes(step.to, step.addresses.shifted(-step.shift))
        if not (step.crossed or doubts or step.shift):
            return onward
        result: Outcomes = {}
        for label, found in onward.items():
            changed = Label(step.crossed + label.crossed, label.end, label.choices, label.doubts | doubts)
            found = found.shifted(step.shift)  # noqa: PLW2901 - the same destinations, as the sender wrote them
            result[changed] = result[changed] | found if changed in result else found
        return result

    def branches(self, place: Place, universe: AddressSet) -> Iterator[tuple[AddressSet, Step, Outcomes]]:
        """Take the first step apart: what of the universe takes it, the step, and where that leads.

        What it leads to is walked for the whole destination of the route, not for what of it the table leaves over:
        tables that differ in nothing but their own local route then share one walk, and only what matters of it needs
        to be cut down to size.
        """
        table = self.steps.table(place)
        if table is None or table.doubt:
            end = End(EndKind.UNKNOWN, place.table, table.doubt if table else "its route table isn't known")
            yield universe, Step(universe, end), {Label((), end): universe}
            return
        for step, piece in self.steps.wide(place, universe):
            if isinstance(step.to, End):
                outcomes = {Label((), step.to): step.addresses}
            else:
                outcomes = self.outcomes(step.to, step.addresses.shifted(-step.shift))
            yield piece, step, outcomes

    def scan(
        self, subnet: Subnet, universe: AddressSet, name: str, fits: Callable[[Label], bool]
    ) -> Iterator[tuple[Label, AddressSet]]:
        """Find what fits among all outcomes of a subnet, without cutting down what doesn't.

        ``fits`` must depend on nothing but the label; ``name`` stands for it.
        """
        places = self.steps.start(subnet)
        unsure = frozenset({self.steps.unsure_table(subnet)}) if len(places) > 1 else frozenset()
        for place in places:
            for piece, step, outcomes in self.branches(place, self.sent(subnet, universe)):
                doubts = unsure | ({step.doubt} if step.doubt else frozenset())
                for label, found in self._fitting(outcomes, step, name, fits):
                    here = found.shifted(step.shift) & piece
                    if here:
                        yield Label(step.crossed + label.crossed, label.end, label.choices, label.doubts | doubts), here

    def _fitting(
        self, outcomes: Outcomes, step: Step, name: str, fits: Callable[[Label], bool]
    ) -> list[tuple[Label, AddressSet]]:
        key = (id(outcomes), step.crossed, name)
        if key not in self._fitted:
            found = [
                (label, addresses)
                for label, addresses in outcomes.items()
                if fits(label._replace(crossed=step.crossed + label.crossed))
            ]
            # The outcomes are kept beside the answer, so that their identity stays theirs.
            self._fitted[key] = (outcomes, found)
        return self._fitted[key][1]

    # -- single packets

    def paths(self, place: Place, addresses: AddressSet) -> Iterator[tuple[Label, tuple[Trail, ...], AddressSet]]:
        """Walk without merging: every way that a set of destinations takes, hop by hop."""
        stack: list[tuple[Place, AddressSet, Label, tuple[Trail, ...], frozenset[Place], int]] = []
        start = Label((), End(EndKind.UNKNOWN))
        stack.append((place, addresses, start, (), frozenset(), 0))
        found = 0
        while stack and found < _MOST_PATHS:
            here, sent, label, trail, seen, shift = stack.pop()
            if here in seen or len(trail) > _MOST_HOPS:
                end = End(EndKind.LOOP, here.table, "packets come back to where they were")
                yield label._replace(end=end), trail, sent.shifted(shift)
                found += 1
                continue
            for step in self.steps.at(here, sent):
                doubts = label.doubts | ({step.doubt} if step.doubt else frozenset())
                if step.choice and not keeps(label.choices, step.choice):
                    continue
                choices = label.choices | ({step.choice} if step.choice else frozenset())
                grown = Label(label.crossed + step.crossed, label.end, choices, doubts)
                further = (*trail, Trail(here, step))
                if isinstance(step.to, End):
                    yield grown._replace(end=step.to), further, step.addresses.shifted(shift)
                    found += 1
                else:
                    stack.append(
                        (
                            step.to,
                            step.addresses.shifted(-step.shift),
                            grown,
                            further,
                            seen | {here},
                            shift + step.shift,
                        )
                    )

    def hops(self, subnet: Subnet | None, trail: tuple[Trail, ...]) -> tuple[Hop, ...]:
        """Turn a trail into hops that read well."""
        hops: list[Hop] = []
        if subnet is not None:
            hops.append(Hop("subnet", subnet.name, _urn(subnet.key), subnet.zone))
        for part in trail:
            route = part.step.route
            urn = (route.urn if route else None) or self._table_urn(part.place)
            for kind, key, zone in part.step.passed:
                hops.append(Hop(kind, self.network.name(key), _urn(key), zone, urn))
            to = part.step.to
            if isinstance(to, End):
                if to.kind is EndKind.DELIVERED:
                    hops.append(Hop("vpc", self.network.name(to.where), _urn(to.where), None, urn))
                elif to.kind is EndKind.SERVICE:
                    hops.append(Hop("gateway-endpoint", self.network.name(to.where), _urn(to.where), None, urn))
                elif not part.step.passed:
                    hops.append(Hop("nothing", f"({to.note})", None, None, urn))
        return tuple(hops)

    def _table_urn(self, place: Place) -> str | None:
        table = self.steps.table(place)
        return table.urn if table else None


def keeps(choices: frozenset[tuple[str, str]], choice: tuple[str, str]) -> bool:
    """Tell whether a choice of zone agrees with those already made for a flow."""
    return all(attachment != choice[0] or zone == choice[1] for attachment, zone in choices)


@dataclass(frozen=True, slots=True)
class Trail:
    """A step, with the place that it was taken from."""

    place: Place
    step: Step


def _urn(key: str) -> str | None:
    return key if key.startswith("urn:") else None


class UnknownSubnetError(LookupError):
    """There is no such subnet, or several; the text says which there are."""


def find_subnet(network: Network, subnet: str) -> Subnet:
    """Find a subnet by URN, id or name. Raises UnknownSubnetError."""
    if subnet in network.subnets:
        return network.subnets[subnet]
    if network.ids.get(subnet, "") in network.subnets:
        return network.subnets[network.ids[subnet]]
    named = [known for known in network.subnets.values() if known.name == subnet]
    if len(named) == 1:
        return named[0]
    if named:
        raise UnknownSubnetError(
            f"{len(named)} subnets are called {subnet}; give the URN: {', '.join(s.key for s in named)}"
        )
    names = ", ".join(sorted(known.name for known in network.subnets.values())[:20])
    raise UnknownSubnetError(f"there is no subnet {subnet}; this program has: {names or 'none'}")


def trace(network: Network, subnet: str, address: str, trusted: frozenset[str] = frozenset()) -> list[Path]:
    """Return every path that packets from a subnet to one address take: one, unless flows spread or nobody can know.

    ``subnet`` is a URN, an id or a name; ``address`` an IPv4 or IPv6 address. Raises UnknownSubnetError for a
    subnet that isn't there, AddressError for a text that is no address.
    """
    start = find_subnet(network, subnet)
    try:
        target = AddressSet.of(address)
    except AddressError as error:
        raise AddressError(f"{address!r} is not an IP address") from error
    walker = Walker(network, trusted)
    return walk_paths(walker, start, target)


def walk_paths(walker: Walker, subnet: Subnet, addresses: AddressSet) -> list[Path]:
    """Return every path of a set of addresses from a subnet, unmerged."""
    paths: list[Path] = []
    places = walker.steps.start(subnet)
    unsure = (walker.steps.unsure_table(subnet),) if len(places) > 1 else ()
    for place in places:
        for label, trail, found in walker.paths(place, addresses):
            crossed = tuple(item for item in label.crossed if isinstance(item, Crossing))
            paths.append(
                Path(
                    subnet=subnet.key,
                    addresses=found,
                    address=found.example(),
                    hops=walker.hops(subnet, trail),
                    end=label.end.kind,
                    crossed=crossed,
                    doubts=(*unsure, *sorted(label.doubts)),
                )
            )
    return paths


__all__ = ["Label", "Outcomes", "Trail", "Walker", "find_subnet", "trace", "walk_paths"]
