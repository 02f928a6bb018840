"""Next hops of a VPC's route table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..addresses import ALL_V4, ALL_V6, NAT64, AddressSet
from .endpoints import through_firewall
from .index import final, plain, unclear
from .paths import Crossing, EndKind
from .places import (
    FOREIGN,
    FOREIGN_SOURCE,
    NOBODYS,
    OWN,
    End,
    Passed,
    Place,
    Step,
    Translation,
)
from .transit import into_transit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..network.model import Route, Target
    from .index import NetworkIndex

_NAT64_SHIFT = NAT64.bounds[0]


def through_vpc(index: NetworkIndex, place: Place, target: Target, piece: AddressSet, route: Route) -> Iterator[Step]:
    """Take a next hop of a VPC's table: a gateway, an endpoint, an appliance or another VPC."""
    kind = target.kind
    if kind == "local":
        yield Step(piece, End(EndKind.DELIVERED, place.owner))
    elif kind in {"internet-gateway", "egress-only-gateway", "carrier-gateway", "virtual-private-gateway"}:
        yield from _gateway(index, place, target, piece)
    elif kind == "nat-gateway":
        yield from _nat(index, place, target, piece)
    elif kind == "firewall":
        yield from through_firewall(index, place, target, piece, route)
    elif kind in {"interface", "endpoint"}:
        yield from _middlebox(index, place, target, piece)
    elif kind == "transit-gateway":
        yield from into_transit(index, place, target, piece)
    elif kind == "peering":
        yield from _peering(index, place, target, piece)
    elif kind == "gateway-endpoint":
        yield Step(piece, End(EndKind.SERVICE, target.key, target.note))
    elif kind == "local-gateway":
        yield final(piece, EndKind.ON_PREMISES, kind, target)
    elif kind == "core-network":
        yield final(piece, EndKind.OUTSIDE, kind, target)
    else:
        yield from plain(target, piece)


def _gateway(index: NetworkIndex, place: Place, target: Target, piece: AddressSet) -> Iterator[Step]:
    gateway = index.network.gateways.get(target.key)
    passed: Passed = ((target.kind, target.key, None),)
    if gateway is None:
        # A propagation whose gateway is outside the program.
        kind = EndKind.ON_PREMISES if target.kind == "virtual-private-gateway" else EndKind.OUTSIDE
        yield Step(piece, End(kind, target.key, target.note), passed=passed)
        return
    doubt = gateway.doubt
    if place.owner not in gateway.vpcs and not doubt and not unclear(place.owner, *gateway.vpcs):
        where = f"attached to {index.listed(gateway.vpcs)}" if gateway.vpcs else "attached to no VPC"
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


def _nat(index: NetworkIndex, place: Place, target: Target, piece: AddressSet) -> Iterator[Step]:
    nat = index.network.nats.get(target.key)
    passed: Passed = ((target.kind, target.key, index.zone_of(nat.subnets) if nat else None),)
    if nat is None:
        yield final(piece, EndKind.OUTSIDE, target.kind, target)
        return
    if nat.vpc != place.owner and not unclear(nat.vpc, place.owner):
        note = f"{nat.name} stands in {index.network.name(nat.vpc)}"
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
            yield Step(family, End(EndKind.UNKNOWN, target.key, note, "nat-gateway"), passed=passed, crossed=crossed)
        several = f"{nat.name} stands in one of {index.listed(nat.subnets)}" if len(nat.subnets) > 1 else ""
        for key in nat.subnets:
            yield from index.onward(
                key, family, (source, nat.key), passed, crossed, doubt=doubt or several, shift=shift
            )


def _middlebox(index: NetworkIndex, place: Place, target: Target, piece: AddressSet) -> Iterator[Step]:
    box = index.network.middleboxes.get(target.key)
    passed: Passed = ((target.kind, target.key, None),)
    if box is None or not box.subnets:
        note = f"where {index.network.name(target.key)} stands is known only after `pulumi up`"
        yield Step(piece, End(EndKind.UNKNOWN, target.key, note, target.kind), passed=passed)
        return
    if box.forwards is False:
        note = f"{box.name} takes only what is addressed to it (source/destination check)"
        yield Step(piece, End(EndKind.DROPPED, target.key, note), passed=passed)
        return
    vpcs = {index.vpc_of(key) for key in box.subnets}
    if place.owner not in vpcs and not unclear(place.owner, *vpcs) and "" not in vpcs:
        note = f"{box.name} stands in {index.listed(vpcs)}"
        yield Step(piece, End(EndKind.MISSING, target.key, note), passed=passed)
        return
    crossed: tuple[Crossing | Translation, ...] = ()
    source, flow = place.source, place.flow
    if target.kind == "interface":
        crossed, source, flow = (Translation(target.key),), OWN, target.key
    elif index.is_trusted(target.key):
        crossed = (Crossing(target.key, target.key),)
    # An appliance with several interfaces takes packets in by one and lets them out by another.
    keys = [k for k in box.subnets if place.table not in index.tables_of(k)] or list(box.subnets)
    doubt = f"by which of its interfaces {box.name} lets packets out isn't known" if len(keys) > 1 else ""
    if box.forwards is None:
        doubt = doubt or f"sourceDestCheck of {box.name} is known only after `pulumi up`"
    for key in keys:
        yield from index.onward(key, piece, (source, flow), passed, crossed, doubt=doubt)


def _peering(index: NetworkIndex, place: Place, target: Target, piece: AddressSet) -> Iterator[Step]:
    peering = index.network.peerings.get(target.key)
    passed: Passed = ((target.kind, target.key, None),)
    if peering is None:
        yield final(piece, EndKind.OUTSIDE, target.kind, target)
        return
    if place.owner not in peering.sides and not unclear(place.owner, *peering.sides):
        note = f"{peering.name} doesn't reach {index.network.name(place.owner)}"
        yield Step(piece, End(EndKind.MISSING, target.key, note), passed=passed)
        return
    other = peering.sides[1] if peering.sides[0] == place.owner else peering.sides[0]
    vpc = index.network.vpcs.get(other)
    if vpc is None or not vpc.inside:
        note = f"the VPC behind {peering.name} isn't in this program"
        yield Step(piece, End(EndKind.OUTSIDE, target.key, note, "peering"), passed=passed)
        return
    if here := piece & vpc.cidrs:
        yield Step(here, End(EndKind.DELIVERED, other), passed=passed)
    if rest := piece - vpc.cidrs:
        note = "a peering connection leads to the other VPC's own addresses, never beyond"
        yield Step(rest, End(EndKind.DROPPED, target.key, note), passed=passed)
