"""Walks: where all packets from a subnet end, and the hops of a single packet.

A walk never enumerates addresses: it carries sets, and merges what ends alike. Results are remembered by place and
set, so that subnets which look alike are walked once, however many there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..addresses import AddressError, AddressSet
from ..budget import Budget
from .labels import Doubt, Label, Outcomes, bound, joined
from .outcomes import OutcomeFinder
from .paths import Crossing, EndKind, Hop, Path
from .search import Trail, all_ways, doubts_on, hops_of
from .steps import End, Place, Step, Steps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..network.model import Network, Subnet


class Walker:
    """Walks on one network and remembers. Where the budget is at an end, walks raise TooMuch."""

    def __init__(self, network: Network, trusted: frozenset[str] = frozenset(), budget: Budget | None = None) -> None:
        self.network = network
        self.steps = Steps(network, trusted)
        self.budget = budget or Budget()
        self._finder = OutcomeFinder(self.steps, self.budget)
        self._sent: dict[tuple[AddressSet, bool, bool], AddressSet] = {}
        self._fitted: dict[tuple[int, object, str], tuple[Outcomes, list[tuple[Label, AddressSet]]]] = {}

    def outcomes(self, place: Place, addresses: AddressSet) -> Outcomes:
        """Walk a set of destinations from a place to all its ends."""
        return self._finder.outcomes(place, addresses)

    def from_subnet(self, subnet: Subnet, addresses: AddressSet) -> Outcomes:
        """Walk what a subnet's hosts send."""
        sent = self.sent(subnet, addresses)
        places = self.steps.start(subnet)
        if len(places) == 1:
            return self.outcomes(places[0], sent)
        merged: dict[Label, list[AddressSet]] = {}
        for place in places:
            for label, found in self.outcomes(place, sent).items():
                merged.setdefault(label._replace(doubt=Doubt.UNSURE), []).append(found)
        return {label: AddressSet.union(sets) for label, sets in merged.items()}

    def sent(self, subnet: Subnet, addresses: AddressSet) -> AddressSet:
        """Cut a set down to the families that a subnet has addresses of, and so can send."""
        v4, v6 = bool(subnet.cidrs.v4), bool(subnet.cidrs.v6)
        key = (addresses, v4, v6)
        if key not in self._sent:
            self._sent[key] = AddressSet.union(part for part, own in ((addresses.v4, v4), (addresses.v6, v6)) if own)
        return self._sent[key]

    def after(self, step: Step) -> Outcomes:
        """Walk on from a step."""
        doubt = Doubt.of(step.doubt)
        if isinstance(step.to, End):
            return {Label(step.crossed, step.to, frozenset(), doubt): step.addresses}
        result: Outcomes = {}
        for label, found in self.outcomes(step.to, step.addresses.shifted(-step.shift)).items():
            whole = _with_first(step, label)
            if whole is None:
                continue
            changed = whole._replace(doubt=max(whole.doubt, doubt))
            back = found.shifted(step.shift)
            result[changed] = result[changed] | back if changed in result else back
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
        least = Doubt.UNSURE if len(places) > 1 else Doubt.CERTAIN
        for place in places:
            for piece, step, outcomes in self.branches(place, self.sent(subnet, universe)):
                doubt = max(least, Doubt.of(step.doubt))
                for label, found in self._fitting(outcomes, step, name, fits):
                    here = found.shifted(step.shift) & piece
                    if here:
                        yield label._replace(doubt=max(label.doubt, doubt)), here

    def _fitting(
        self, outcomes: Outcomes, step: Step, name: str, fits: Callable[[Label], bool]
    ) -> list[tuple[Label, AddressSet]]:
        key = (id(outcomes), (step.crossed, step.choice), name)
        if key not in self._fitted:
            found = [
                (whole, addresses)
                for label, addresses in outcomes.items()
                if (whole := _with_first(step, label)) is not None and fits(whole)
            ]
            # The outcomes are kept beside the answer, so that their identity stays theirs.
            self._fitted[key] = (outcomes, found)
        return self._fitted[key][1]

    def paths(self, place: Place, addresses: AddressSet) -> Iterator[tuple[Label, tuple[Trail, ...], AddressSet]]:
        """Walk without merging: every way that a set of destinations takes, hop by hop."""
        return all_ways(self.steps, place, addresses)

    def hops(self, subnet: Subnet | None, trail: tuple[Trail, ...]) -> tuple[Hop, ...]:
        """Turn a trail into hops that read well."""
        return hops_of(self.steps, subnet, trail)


def _with_first(step: Step, label: Label) -> Label | None:
    """Return how packets fare that take a step first; None where they have met another choice."""
    kept = bound(label, step.choice) if step.choice else label
    return kept and kept._replace(crossed=joined(step.crossed, kept.crossed))


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
    unsure = (walker.steps.index.unsure_table(subnet),) if len(places) > 1 else ()
    for place in places:
        for label, trail, found in walker.paths(place, addresses):
            crossed = tuple(item for part in trail for item in part.step.crossed if isinstance(item, Crossing))
            paths.append(
                Path(
                    subnet=subnet.key,
                    addresses=found,
                    address=found.example(),
                    hops=walker.hops(subnet, trail),
                    end=label.end.kind,
                    crossed=crossed,
                    doubts=(*unsure, *doubts_on(trail)),
                )
            )
    return paths


__all__ = ["Label", "Outcomes", "Trail", "Walker", "find_subnet", "trace", "walk_paths"]
