"""One step of a walk: from a route table to everything that its routes lead to.

A step carries a set of destinations. What really happens to different flows (a transit gateway that spreads them over
zones) and what can't be known before ``pulumi up`` (one of several next hops) both make several steps for one set; the
latter carry a doubt.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from .addresses import ALL, ALL_V4, ALL_V6, EMPTY, NAT64, SERVICES, AddressSet
from .forwarding import Choice, ForwardingTable
from .network.model import LOCAL, PREFIX_LIST
from .paths import Crossing, EndKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .network.model import Attachment, Gateway, Network, Route, Subnet, Table, Target


OWN, FOREIGN, NOBODYS = 0, 1, 2
"""Whose a packet's source address is: this VPC's (or its NAT gateway's), another VPC's, a private NAT gateway's."""

Passed = tuple[tuple[str, str, str | None], ...]
"""Hops as (kind, key, zone)."""


class Place(NamedTuple):
    """Where a packet is looked up: a table of a VPC, or of a transit gateway (``owner`` is its key).

    ``flow`` is the key of the last translator, "" before any: what one has translated is a flow of its own, for which
    a gateway in appliance mode chooses anew.
    """

    transit: bool
    table: str
    owner: str
    zone: str | None
    source: int = OWN
    flow: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    """A NAT gateway (or an appliance that may translate) on the way: replies come back to it first."""

    key: str


@dataclass(frozen=True, slots=True)
class End:
    """Where packets stop; ``where`` is a key, ``note`` says why, ``via`` is the kind of next hop that led there."""

    kind: EndKind
    where: str = ""
    note: str = ""
    via: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What happens next to some destinations: on to a place, or an end.

    ``passed`` are hops as (kind, key, zone), ``route`` the route taken, ``choice`` a zone that appliance mode keeps
    for both directions of a flow, ``shift`` how far destinations move (NAT64).
    """

    addresses: AddressSet
    to: Place | End
    route: Route | None = None
    passed: Passed = ()
    crossed: tuple[Crossing | Translation, ...] = ()
    doubt: str = ""
    choice: tuple[str, str] | None = None
    shift: int = 0


FOREIGN_SOURCE = "an internet gateway drops what comes from another VPC untranslated"

WHICH_ENDPOINT = "which endpoint of "
"""How a doubt begins that is about nothing but the zone of an endpoint: the firewall is certain. ``up`` proves it."""

_NAT64_SHIFT = NAT64.bounds[0]


class Steps:
    """Makes steps on one network. ``trusted`` are keys, ids or names that the pack's config vouches for."""

    def __init__(self, network: Network, trusted: frozenset[str] = frozenset()) -> None:
        self.network = network
        self.trusted = trusted
        self._zone_names = {subnet.zone for subnet in network.subnets.values()}
        self._compiled: dict[tuple[bool, str], ForwardingTable] = {}
        self._wholes: dict[tuple[object, AddressSet], AddressSet] = {}
        self._attached: dict[tuple[str, str], list[Attachment]] = {}
        for attachment in network.attachments.values():
            if attachment.kind == "vpc":
                for gateway in attachment.gateways:
                    self._attached.setdefault((gateway, attachment.vpc), []).append(attachment)

    def is_trusted(self, key: str) -> bool:
        """Tell whether config vouches for a thing, by URN, id or name."""
        if not self.trusted or not key:
            return False
        if key in self.trusted or key.removeprefix("id:") in self.trusted:
            return True
        return any(self.network.ids.get(identity) == key for identity in self.trusted)

    def table(self, place: Place) -> Table | None:
        """Return the table of a place."""
        return (self.network.transit_tables if place.transit else self.network.tables).get(place.table)

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
            piece = addresses & AddressSet.of_intervals(route.intervals)
            if piece:
                for target in route.targets:
                    yield from self._follow(place, route, target, piece, route.doubt)
        pieces, rest = forwarding.look_up(addresses)
        if rest:
            for part, doubt in self._shadowed(place, forwarding, rest):
                yield Step(part, End(EndKind.DROPPED, place.table, "no route"), doubt=doubt)
        for choice, piece in pieces:
            for part, doubt in self._shadowed(place, forwarding, piece):
                yield from self.choose(place, choice, part, doubt)

    def _shadowed(self, place: Place, forwarding: ForwardingTable, piece: AddressSet) -> list[tuple[AddressSet, str]]:
        """Part what a doubtful route may take away as a whole from what it leaves in any case.

        A route whose range isn't known yet may well be for one subnet; it can't be for the whole internet, as that
        already has its route.
        """
        if not forwarding.doubtful:
            return [(piece, "")]
        parts: list[tuple[AddressSet, str]] = []
        for route in forwarding.doubtful:
            shadow = AddressSet.of_intervals(route.intervals)
            if shadow == ALL:
                vpc = self.network.vpcs.get(place.owner)
                services = SERVICES.values() if route.rank == PREFIX_LIST else ()
                shadow = AddressSet.union([vpc.cidrs if vpc else EMPTY, *services])
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
            for target in route.targets if piece else ():
                yield from ((step, step.addresses) for step in self._follow(place, route, target, piece, route.doubt))
        pieces, _rest = forwarding.look_up(universe)
        for choice, piece in pieces:
            if choice[0].rank == LOCAL:
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

    def _follow(self, place: Place, route: Route, target: Target, piece: AddressSet, doubt: str) -> Iterator[Step]:
        steps = self._transit(place, target, piece) if place.transit else self._vpc(place, target, piece)
        for step in steps:
            yield replace(step, route=route, doubt=doubt or step.doubt)

    # -- next hops of a VPC's table

    def _vpc(self, place: Place, target: Target, piece: AddressSet) -> Iterator[Step]:
        kind = target.kind
        if kind == "local":
            yield Step(piece, End(EndKind.DELIVERED, place.owner))
        elif kind in {"internet-gateway", "egress-only-gateway", "carrier-gateway", "virtual-private-gateway"}:
            yield from self._gateway(place, target, piece)
        elif kind == "nat-gateway":
            yield from self._nat(place, target, piece)
        elif kind == "firewall":
            yield from self._firewall(place, target, piece)
        elif kind in {"interface", "endpoint"}:
            yield from self._middlebox(place, target, piece)
        elif kind == "transit-gateway":
            yield from self._into_transit(place, target, piece)
        elif kind == "peering":
            yield from self._peering(place, target, piece)
        elif kind == "gateway-endpoint":
            yield Step(piece, End(EndKind.SERVICE, target.key, target.note))
        elif kind == "local-gateway":
            yield _end(piece, EndKind.ON_PREMISES, kind, target)
        elif kind == "core-network":
            yield _end(piece, EndKind.OUTSIDE, kind, target)
        else:
            yield from _plain(target, piece)

    def _gateway(self, place: Place, target: Target, piece: AddressSet) -> Iterator[Step]:
        gateway = self.network.gateways.get(target.key)
        passed: Passed = ((target.kind, target.key, None),)
        if gateway is None:
            # A propagation whose gateway is outside the program.
            kind = EndKind.ON_PREMISES if target.kind == "virtual-private-gateway" else EndKind.OUTSIDE
            yield Step(piece, End(kind, target.key, target.note), passed=passed)
            return
        doubt = gateway.doubt
        if place.owner not in gateway.vpcs and not doubt and not _unclear(place.owner, *gateway.vpcs):
            where = f"attached to {self._list(gateway.vpcs)}" if gateway.vpcs else "attached to no VPC"
            yield Step(piece, End(EndKind.MISSING, target.key, f"{gateway.name} is {where}"), passed=passed)
            return
        if gateway.kind == "virtual-private-gateway":
            yield Step(piece, End(EndKind.ON_PREMISES, target.key), passed=passed, doubt=doubt)
            return
        if untranslated := piece & NAT64:
            note = "nothing has translated these addresses to IPv4"
            yield Step(untranslated, End(EndKind.DROPPED, target.key, note), passed=passed)
            piece = piece - NAT64
        if gateway.kind == "egress-only-gateway" and (v4 := piece & ALL_V4):
            yield Step(v4, End(EndKind.DROPPED, target.key, "an egress-only gateway takes IPv6 alone"), passed=passed)
            piece = piece & ALL_V6
        if not piece:
            return
        if place.source == OWN or gateway.kind == "carrier-gateway":
            yield Step(piece, End(EndKind.INTERNET, target.key), passed=passed, doubt=doubt)
        else:
            # An internet gateway translates for interfaces of its own VPC alone; other sources get no further.
            note = FOREIGN_SOURCE if place.source == FOREIGN else "no internet gateway serves a private NAT gateway"
            yield Step(piece, End(EndKind.DROPPED, target.key, note), passed=passed, doubt=doubt)

    def _nat(self, place: Place, target: Target, piece: AddressSet) -> Iterator[Step]:
        nat = self.network.nats.get(target.key)
        passed: Passed = ((target.kind, target.key, self._zone_of(nat.subnets) if nat else None),)
        if nat is None:
            yield _end(piece, EndKind.OUTSIDE, target.kind, target)
            return
        if nat.vpc != place.owner and not _unclear(nat.vpc, place.owner):
            note = f"{nat.name} stands in {self.network.name(nat.vpc)}"
            yield Step(piece, End(EndKind.MISSING, target.key, note), passed=passed)
            return
        if plain := (piece & ALL_V6) - NAT64:
            note = "a NAT gateway translates IPv4 (and NAT64) alone"
            yield Step(plain, End(EndKind.DROPPED, target.key, note), passed=passed)
        source = NOBODYS if nat.public is False else OWN
        doubt = f"whether {nat.name} is public is known only after `pulumi up`" if nat.public is None else ""
        for family, shift in ((piece & ALL_V4, 0), (piece & NAT64, _NAT64_SHIFT)):
            if not family:
                continue
            crossed = (Translation(target.key),)
            if nat.table:
                to = Place(transit=False, table=nat.table, owner=nat.vpc, zone=None, source=source, flow=nat.key)
                yield Step(family, to, passed=passed, crossed=crossed, doubt=doubt, shift=shift)
                continue
            if not nat.subnets:
                note = f"the subnet of {nat.name} is known only after `pulumi up`"
                yield Step(
                    family, End(EndKind.UNKNOWN, target.key, note, "nat-gateway"), passed=passed, crossed=crossed
                )
            several = f"{nat.name} stands in one of {self._list(nat.subnets)}" if len(nat.subnets) > 1 else ""
            for key in nat.subnets:
                yield from self._onward(key, family, (source, nat.key), passed, crossed, doubt or several, shift)

    def _firewall(self, place: Place, target: Target, piece: AddressSet) -> Iterator[Step]:
        every = self.network.endpoints.get(target.key, ())
        named = [endpoint for endpoint in every if not target.place or endpoint.key in target.place]
        inside = [e for e in named if self._vpc_of(e.subnet) in {place.owner, ""} or _unclear(place.owner)]
        passed: Passed = (("firewall", target.key, None),)
        if named and not inside:
            note = f"its endpoint stands in {self._list({self._vpc_of(e.subnet) for e in named})}"
            yield Step(piece, End(EndKind.MISSING, target.key, note), passed=passed)
            return
        endpoint = inside[0].key if len(inside) == 1 else None
        crossed = (Crossing(target.key, endpoint),)
        doubt = ""
        if len(inside) > 1:
            doubt = f"{WHICH_ENDPOINT}{self.network.name(target.key)} it is, is known only after `pulumi up`"
            # Before that, the endpoint of the zone that packets come from is taken to be meant; `up` proves it.
            inside = [e for e in inside if place.zone and self._zone_of((e.subnet,)) == place.zone] or inside
        if not inside:
            note = f"where {self.network.name(target.key)} has its endpoints is known only after `pulumi up`"
            yield Step(piece, End(EndKind.UNKNOWN, target.key, note, "firewall"), passed=passed, crossed=crossed)
            return
        tables = {self._tables_of(e.subnet) for e in every if e.subnet}
        if len(tables) <= 1:
            # All endpoints lead on alike, so that it doesn't matter which one it is.
            doubt = ""
        for each in inside:
            zone = self._zone_of((each.subnet,))
            passed = (("firewall", target.key, zone if endpoint else None),)
            yield from self._onward(each.subnet, piece, (place.source, place.flow), passed, crossed, doubt)

    def _middlebox(self, place: Place, target: Target, piece: AddressSet) -> Iterator[Step]:
        box = self.network.middleboxes.get(target.key)
        passed: Passed = ((target.kind, target.key, None),)
        if box is None or not box.subnets:
            note = f"where {self.network.name(target.key)} stands is known only after `pulumi up`"
            yield Step(piece, End(EndKind.UNKNOWN, target.key, note, target.kind), passed=passed)
            return
        if box.forwards is False:
            note = f"{box.name} takes only what is addressed to it (source/destination check)"
            yield Step(piece, End(EndKind.DROPPED, target.key, note), passed=passed)
            return
        vpcs = {self._vpc_of(key) for key in box.subnets}
        if place.owner not in vpcs and not _unclear(place.owner, *vpcs) and "" not in vpcs:
            note = f"{box.name} stands in {self._list(vpcs)}"
            yield Step(piece, End(EndKind.MISSING, target.key, note), passed=passed)
            return
        crossed: tuple[Crossing | Translation, ...] = ()
        source, flow = place.source, place.flow
        if target.kind == "interface":
            crossed, source, flow = (Translation(target.key),), OWN, target.key
        elif self.is_trusted(target.key):
            crossed = (Crossing(target.key, target.key),)
        # An appliance with several interfaces takes packets in by one and lets them out by another.
        keys = [k for k in box.subnets if place.table not in self._tables_of(k)] or list(box.subnets)
        doubt = f"by which of its interfaces {box.name} lets packets out isn't known" if len(keys) > 1 else ""
        if box.forwards is None:
            doubt = doubt or f"sourceDestCheck of {box.name} is known only after `pulumi up`"
        for key in keys:
            yield from self._onward(key, piece, (source, flow), passed, crossed, doubt)

    def _onward(
        self,
        subnet: str,
        piece: AddressSet,
        sender: tuple[int, str],
        passed: Passed,
        crossed: tuple[Crossing | Translation, ...],
        doubt: str = "",
        shift: int = 0,
    ) -> Iterator[Step]:
        """Go on from a subnet's own table."""
        known = self.network.subnets.get(subnet)
        if known is None:
            name = self.network.name(subnet)
            end = End(EndKind.UNKNOWN, subnet, f"the routes of subnet {name} aren't in this program", "subnet")
            yield Step(piece, end, passed=passed, crossed=crossed, doubt=doubt)
            return
        if len(known.tables) > 1:
            doubt = doubt or self.unsure_table(known)
        for table in known.tables:
            to = Place(transit=False, table=table, owner=known.vpc, zone=known.zone, source=sender[0], flow=sender[1])
            yield Step(piece, to, passed=passed, crossed=crossed, doubt=doubt, shift=shift)

    def unsure_table(self, subnet: Subnet) -> str:
        """Say that a subnet's table is one of several."""
        return f"the route table of {subnet.name} is one of {self._list(subnet.tables)}, known only after `pulumi up`"

    def _peering(self, place: Place, target: Target, piece: AddressSet) -> Iterator[Step]:
        peering = self.network.peerings.get(target.key)
        passed: Passed = ((target.kind, target.key, None),)
        if peering is None:
            yield _end(piece, EndKind.OUTSIDE, target.kind, target)
            return
        if place.owner not in peering.sides and not _unclear(place.owner, *peering.sides):
            note = f"{peering.name} doesn't reach {self.network.name(place.owner)}"
            yield Step(piece, End(EndKind.MISSING, target.key, note), passed=passed)
            return
        other = peering.sides[1] if peering.sides[0] == place.owner else peering.sides[0]
        vpc = self.network.vpcs.get(other)
        if vpc is None or not vpc.inside:
            note = f"the VPC behind {peering.name} isn't in this program"
            yield Step(piece, End(EndKind.OUTSIDE, target.key, note, "peering"), passed=passed)
            return
        if here := piece & vpc.cidrs:
            yield Step(here, End(EndKind.DELIVERED, other), passed=(*passed, ("vpc", other, None)))
        if rest := piece - vpc.cidrs:
            note = "a peering connection leads to the other VPC's own addresses, never beyond"
            yield Step(rest, End(EndKind.DROPPED, target.key, note), passed=passed)

    def _into_transit(self, place: Place, target: Target, piece: AddressSet) -> Iterator[Step]:
        passed: Passed = ((target.kind, target.key, None),)
        attachments = self._attached.get((target.key, place.owner), [])
        if not attachments:
            name = self.network.name(target.key)
            if target.key.startswith(("id:", "?")) or _unclear(place.owner):
                note = f"transit gateway {name} isn't in this program"
                yield Step(piece, End(EndKind.OUTSIDE, target.key, note, "transit-gateway"), passed=passed)
            else:
                note = f"{self.network.name(place.owner)} has no attachment to {name}"
                yield Step(piece, End(EndKind.MISSING, target.key, note), passed=passed)
            return
        doubt = f"{len(attachments)} attachments join the two" if len(attachments) > 1 else ""
        for attachment in attachments:
            zones = {self._zone_of((key,)) for key in attachment.subnets}
            if place.zone and zones and None not in zones and not attachment.doubt and place.zone not in zones:
                note = f"{attachment.name} has no subnet in {place.zone}"
                yield Step(piece, End(EndKind.MISSING, attachment.key, note), passed=passed, doubt=doubt)
                continue
            yield from self.from_attachment(attachment, target.key, piece, place, passed, (), doubt)

    def from_attachment(
        self,
        attachment: Attachment,
        gateway: str,
        piece: AddressSet,
        place: Place,
        passed: Passed,
        crossed: tuple[Crossing | Translation, ...],
        doubt: str = "",
    ) -> Iterator[Step]:
        """Look packets from an attachment up in the table that it is associated with."""
        tables = attachment.associations.get(gateway, ())
        if not tables:
            if gateway.startswith(("id:", "?")):
                note = f"transit gateway {self.network.name(gateway)} isn't in this program"
                end = End(EndKind.OUTSIDE, gateway, note, "transit-gateway")
            else:
                end = End(EndKind.DROPPED, attachment.key, f"{attachment.name} is associated with no table")
            yield Step(piece, end, passed=passed, crossed=crossed, doubt=doubt)
            return
        if len(tables) > 1:
            doubt = doubt or f"{attachment.name} is associated with one of {self._list(tables)}"
        for table in tables:
            known = self.network.transit_tables.get(table)
            if known is not None and known.doubt:
                end = End(EndKind.OUTSIDE, gateway, known.doubt, "transit-gateway")
                yield Step(piece, end, passed=passed, crossed=crossed, doubt=doubt)
                continue
            to = Place(transit=True, table=table, owner=gateway, zone=place.zone, flow=place.flow)
            yield Step(piece, to, passed=passed, crossed=crossed, doubt=doubt)

    # -- next hops of a transit gateway's table

    def _transit(self, place: Place, target: Target, piece: AddressSet) -> Iterator[Step]:
        if target.kind != "attachment":
            yield from _plain(target, piece)
            return
        attachment = self.network.attachments.get(target.key)
        passed: Passed = (("attachment", target.key, None),)
        if attachment is None:
            note = f"attachment {self.network.name(target.key)} isn't in this program"
            yield Step(piece, End(EndKind.OUTSIDE, target.key, note, "attachment"), passed=passed)
        elif place.owner not in attachment.gateways and not _unclear(place.owner, *attachment.gateways):
            note = f"{attachment.name} belongs to {self._list(attachment.gateways)}"
            yield Step(piece, End(EndKind.MISSING, target.key, note), passed=passed)
        elif attachment.kind == "on-premises":
            yield Step(piece, End(EndKind.ON_PREMISES, target.key), passed=passed)
        elif attachment.kind == "firewall":
            yield from self._through_attached_firewall(place, attachment, piece)
        elif attachment.kind == "peering":
            others = [key for key in attachment.gateways if key != place.owner]
            if others and others[0] in attachment.associations:
                onward = (*passed, ("transit-gateway", others[0], None))
                yield from self.from_attachment(attachment, others[0], piece, place._replace(zone=None), onward, ())
            elif others and not others[0].startswith(("id:", "?")):
                note = f"{attachment.name} is associated with no table of {self.network.name(others[0])}"
                yield Step(piece, End(EndKind.DROPPED, target.key, note), passed=passed)
            else:
                note = f"what is behind {attachment.name} isn't in this program"
                yield Step(piece, End(EndKind.OUTSIDE, target.key, note, "attachment"), passed=passed)
        else:
            yield from self._out_of_transit(place, attachment, piece, passed)

    def _through_attached_firewall(self, place: Place, attachment: Attachment, piece: AddressSet) -> Iterator[Step]:
        """A firewall on the gateway itself is always in appliance mode: any of its zones, the same both ways."""
        zones: tuple[str | None, ...] = attachment.zones or (None,)
        crossed = (Crossing(attachment.key, "transit-gateway"),)
        for zone in zones:
            passed: Passed = (("firewall", attachment.key, zone),)
            choice = (f"{attachment.key}|{place.flow}", zone) if zone and len(zones) > 1 else None
            # Where zones are known by id alone, the one that packets leave by can't be matched with a subnet's.
            onward = place._replace(zone=zone if zone in self._zone_names else None)
            for step in self.from_attachment(attachment, place.owner, piece, onward, passed, crossed):
                yield replace(step, choice=choice)

    def _out_of_transit(
        self, place: Place, attachment: Attachment, piece: AddressSet, passed: Passed
    ) -> Iterator[Step]:
        vpc = self.network.vpcs.get(attachment.vpc)
        if vpc is None or not vpc.inside or not attachment.subnets:
            note = f"the VPC or the subnets behind {attachment.name} aren't in this program"
            yield Step(piece, End(EndKind.OUTSIDE, attachment.key, note, "attachment"), passed=passed)
            return
        zones = {key: self._zone_of((key,)) for key in attachment.subnets}
        subnets = list(attachment.subnets)
        bind = False
        if len(subnets) > 1:
            near = [key for key in subnets if zones[key] is not None and zones[key] == place.zone]
            if attachment.appliance_mode:
                bind = True
            elif near and attachment.appliance_mode is False:
                subnets = near
        doubt = attachment.doubt
        if place.zone is None and len(subnets) > 1 and not bind and len({self._tables_of(key) for key in subnets}) > 1:
            doubt = doubt or f"by which zone packets come to {attachment.name} isn't known"
        if attachment.appliance_mode is None and len(subnets) > 1:
            doubt = doubt or f"applianceModeSupport of {attachment.name} is known only after `pulumi up`"
        for key in subnets:
            hop = (("attachment", attachment.key, zones[key]),)
            choice = (f"{attachment.key}|{place.flow}", key) if bind else None
            for step in self._onward(key, piece, (FOREIGN, place.flow), hop, (), doubt):
                yield Step(step.addresses, step.to, None, step.passed, (), step.doubt, choice)

    # -- helpers

    def start(self, subnet: Subnet) -> list[Place]:
        """Return where packets that a subnet's hosts send are looked up."""
        return [Place(transit=False, table=table, owner=subnet.vpc, zone=subnet.zone) for table in subnet.tables]

    def edge(self, gateway: Gateway, vpc: str) -> list[Place]:
        """Return where packets that come in by a gateway are looked up; empty: delivered by the VPC itself."""
        return [Place(transit=False, table=table, owner=vpc, zone=None) for table in gateway.edge_tables]

    def _vpc_of(self, subnet: str) -> str:
        known = self.network.subnets.get(subnet)
        return known.vpc if known else ""

    def _tables_of(self, subnet: str) -> tuple[str, ...]:
        known = self.network.subnets.get(subnet)
        return known.tables if known else ()

    def _zone_of(self, subnets: tuple[str, ...]) -> str | None:
        known = self.network.subnets.get(subnets[0]) if len(subnets) == 1 else None
        return known.zone if known else None

    def _list(self, keys: Iterable[str]) -> str:
        return ", ".join(sorted(self.network.name(key) for key in keys))


def _unclear(*keys: str) -> bool:
    """Tell whether any of the keys stands for something that can't be told apart from others."""
    return any(key.startswith(("?", "id:the VPC of")) for key in keys)


def _end(piece: AddressSet, end: EndKind, kind: str, target: Target) -> Step:
    return Step(piece, End(end, target.key, target.note, kind), passed=((kind, target.key, None),))


def _plain(target: Target, piece: AddressSet) -> Iterator[Step]:
    kinds = {"blackhole": EndKind.DROPPED, "missing": EndKind.MISSING, "outside": EndKind.OUTSIDE}
    kind = kinds.get(target.kind, EndKind.UNKNOWN)
    via = target.place[0] if target.place else ""
    passed: Passed = ((via or "gateway", target.key, None),) if target.key else ()
    yield Step(piece, End(kind, target.key, target.note or target.kind, via), passed=passed)
