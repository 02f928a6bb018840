"""One step of a walk: from a route table to everything that its routes lead to.

A step carries a set of destinations. What really happens to different flows (a transit gateway that spreads them over
zones) and what can't be known before ``pulumi up`` (one of several next hops) both make several steps for one set; the
latter carry a doubt.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ..addresses import ALL, EMPTY, SERVICES, AddressSet
from ..network.model import Rank
from .forwarding import Choice, ForwardingTable
from .index import NetworkIndex
from .paths import EndKind
from .places import ANY_ZONE, FOREIGN, FOREIGN_SOURCE, WHICH_ENDPOINT, End, Place, Step, Translation
from .transit import through_transit
from .vpc import through_vpc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..network.model import Gateway, Network, Route, Subnet, Table, Target


class Steps:
    """Makes steps on one network. ``trusted`` are keys, ids or names that the pack's config vouches for."""

    def __init__(self, network: Network, trusted: frozenset[str] = frozenset()) -> None:
        self.network = network
        self.index = NetworkIndex(network, trusted)
        self._compiled: dict[tuple[bool, str], ForwardingTable] = {}
        self._representatives: dict[Place, Place] = {}
        self._wholes: dict[tuple[object, AddressSet], AddressSet] = {}

    def table(self, place: Place) -> Table | None:
        """Return the table of a place."""
        return (self.network.transit_tables if place.transit else self.network.tables).get(place.table)

    @cached_property
    def can_inspect(self) -> bool:
        """Whether there is anything that could inspect: else it is all one in which order packets are translated."""
        return bool(self.index.trusted or any(self.network.endpoints.values())) or any(
            attachment.kind == "firewall" for attachment in self.network.attachments.values()
        )

    @cached_property
    def _binds(self) -> bool:
        """Whether any attachment keeps the zone that it has chosen for a flow."""
        return any(
            attachment.appliance_mode and max(len(attachment.subnets), len(attachment.zones)) > 1
            for attachment in self.network.attachments.values()
        )

    @cached_property
    def _alike(self) -> dict[str, str]:
        """The first of each set of transit gateway tables that send all packets alike, by table."""
        first: dict[object, str] = {}
        alike: dict[str, str] = {}
        for key, table in self.network.transit_tables.items():
            routes = tuple((r.intervals, r.targets, r.rank, r.doubt) for r in table.routes)
            alike[key] = key if table.doubt else first.setdefault((table.owner, routes), key)
        return alike

    def representative(self, place: Place) -> Place:
        """Return the place that stands for all at which packets fare as they do at this one."""
        known = self._representatives.get(place)
        if known is None:
            table = self._alike.get(place.table, place.table) if place.transit else place.table
            known = place._replace(table=table, flow=place.flow if self._binds else "")
            self._representatives[place] = known
        return known

    def forwarding(self, table: Table, *, transit: bool) -> ForwardingTable:
        """Return a table laid out for look-ups."""
        key = (transit, table.key)
        if key not in self._compiled:
            self._compiled[key] = ForwardingTable(table)
        return self._compiled[key]

    def at(self, place: Place, addresses: AddressSet) -> Iterator[Step]:
        """Take one step from a place."""
        table = self.table(place)
        if table is None:
            yield Step(addresses, End(EndKind.UNKNOWN, place.table, "its route table isn't known"))
            return
        if table.doubt:
            yield Step(addresses, End(EndKind.UNKNOWN, place.table, table.doubt))
            return
        forwarding = self.forwarding(table, transit=place.transit)
        for route in forwarding.doubtful:
            yield from self.follow(place, route, addresses & AddressSet.of_intervals(route.intervals))
        pieces, rest = forwarding.look_up(addresses)
        if rest:
            for part, doubt in self._shadowed(place, forwarding, rest):
                yield Step(part, End(EndKind.DROPPED, place.table, "no route"), doubt=doubt)
        for choice, piece in pieces:
            for part, doubt in self._shadowed(place, forwarding, piece):
                yield from self.choose(place, choice, part, doubt)

    def _shadowed(self, place: Place, forwarding: ForwardingTable, piece: AddressSet) -> list[tuple[AddressSet, str]]:
        """Part what a doubtful route may take away as a whole from what it leaves in any case.

        A route whose range isn't known yet may well be for one subnet, or for another VPC whose range isn't known
        either; it can't be for the whole internet, as that already has its route.
        """
        if not forwarding.doubtful:
            return [(piece, "")]
        parts: list[tuple[AddressSet, str]] = []
        unknown = self.network.unwritten.stand_ins
        for route in forwarding.doubtful:
            shadow = AddressSet.of_intervals(route.intervals)
            if shadow == ALL:
                vpc = self.network.vpcs.get(place.owner)
                services = SERVICES.values() if route.rank is Rank.PREFIX_LIST else ()
                shadow = AddressSet.union([vpc.cidrs if vpc else EMPTY, unknown, *services])
            if taken := piece & shadow:
                parts.append((taken, route.doubt))
                piece = piece - taken
        return [*parts, (piece, "")] if piece else parts

    def wide(self, place: Place, universe: AddressSet) -> Iterator[tuple[Step, AddressSet]]:
        """Take a step like ``at``, for each route's whole destination; the set beside it is what really takes it.

        The place must have a table, and one without doubt.
        """
        table = (self.network.transit_tables if place.transit else self.network.tables)[place.table]
        forwarding = self.forwarding(table, transit=place.transit)
        for route in forwarding.doubtful:
            piece = universe & AddressSet.of_intervals(route.intervals)
            yield from ((step, step.addresses) for step in self.follow(place, route, piece))
        pieces, _rest = forwarding.look_up(universe)
        for choice, piece in pieces:
            if choice[0].rank is Rank.LOCAL:
                continue
            whole = self.whole(choice, universe)
            for part, doubt in self._shadowed(place, forwarding, piece):
                for step in self.choose(place, choice, whole, doubt):
                    if taken := step.addresses & part:
                        yield step, taken

    def whole(self, choice: Choice, universe: AddressSet) -> AddressSet:
        """Return a route's whole destination within a universe, one object for all tables that have it."""
        key = (choice[0].intervals, universe)
        if key not in self._wholes:
            self._wholes[key] = AddressSet.of_intervals(choice[0].intervals) & universe
        return self._wholes[key]

    def choose(self, place: Place, choice: Choice, piece: AddressSet, doubt: str = "") -> Iterator[Step]:
        """Follow the routes that win for a set of destinations."""
        ways = [(route, target) for route in choice for target in route.targets]
        if len(ways) > 1:
            names = sorted({self.network.name(target.key) for _route, target in ways})
            doubt = f"the next hop for {choice[0].text} is one of {', '.join(names)}, and which is known only after up"
        for route, target in ways:
            yield from self._follow(place, route, target, piece, doubt)

    def follow(self, place: Place, route: Route, piece: AddressSet) -> Iterator[Step]:
        """Take one route, whether it wins or not, with the doubt that there is about it."""
        for target in route.targets if piece else ():
            yield from self._follow(place, route, target, piece, route.doubt)

    def _follow(self, place: Place, route: Route, target: Target, piece: AddressSet, doubt: str) -> Iterator[Step]:
        if place.transit:
            steps = through_transit(self.index, place, target, piece)
        else:
            steps = through_vpc(self.index, place, target, piece, route)
        for addresses, to, _route, passed, crossed, own, choice, shift in steps:
            yield Step(addresses, to, route, passed, crossed, doubt or own, choice, shift)

    def start(self, subnet: Subnet) -> list[Place]:
        """Return where packets that a subnet's hosts send are looked up; of foreign spokes, a gateway's table."""
        if subnet.behind:
            owner = self.network.transit_tables[subnet.behind].owner
            return [Place(transit=True, table=subnet.behind, owner=owner, zone=ANY_ZONE, source=FOREIGN)]
        return [Place(transit=False, table=table, owner=subnet.vpc, zone=subnet.zone) for table in subnet.tables]

    def edge(self, gateway: Gateway, vpc: str) -> list[Place]:
        """Return where packets that come in by a gateway are looked up; empty: delivered by the VPC itself."""
        return [Place(transit=False, table=table, owner=vpc, zone=None) for table in gateway.edge_tables]


__all__ = ["FOREIGN_SOURCE", "WHICH_ENDPOINT", "End", "Place", "Step", "Steps", "Translation"]
