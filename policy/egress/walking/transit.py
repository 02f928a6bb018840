"""Next hops of a transit gateway's table, and the way into one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .index import plain, unclear
from .paths import Crossing, EndKind
from .places import FOREIGN, End, Passed, Place, Step, Translation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..addresses import AddressSet
    from ..network.model import Attachment, Target
    from .index import NetworkIndex


def into_transit(index: NetworkIndex, place: Place, target: Target, piece: AddressSet) -> Iterator[Step]:
    """Go from a VPC's table into a transit gateway, by the attachment that joins the two."""
    passed: Passed = ((target.kind, target.key, None),)
    attachments = index.attached.get((target.key, place.owner), [])
    if not attachments:
        name = index.network.name(target.key)
        if target.key.startswith(("id:", "?")) or unclear(place.owner):
            note = f"transit gateway {name} isn't in this program"
            yield Step(piece, End(EndKind.OUTSIDE, target.key, note, "transit-gateway"), passed=passed)
        else:
            note = f"{index.network.name(place.owner)} has no attachment to {name}"
            yield Step(piece, End(EndKind.MISSING, target.key, note), passed=passed)
        return
    doubt = f"{len(attachments)} attachments join the two" if len(attachments) > 1 else ""
    for attachment in attachments:
        zones = {index.zone_of((key,)) for key in attachment.subnets}
        if place.zone and zones and None not in zones and not attachment.doubt and place.zone not in zones:
            note = f"{attachment.name} has no subnet in {place.zone}"
            yield Step(piece, End(EndKind.MISSING, attachment.key, note), passed=passed, doubt=doubt)
            continue
        yield from from_attachment(index, attachment, target.key, piece, place, passed=passed, doubt=doubt)


def from_attachment(
    index: NetworkIndex,
    attachment: Attachment,
    gateway: str,
    piece: AddressSet,
    place: Place,
    *,
    passed: Passed,
    crossed: tuple[Crossing | Translation, ...] = (),
    doubt: str = "",
) -> Iterator[Step]:
    """Look packets from an attachment up in the table that it is associated with."""
    tables = attachment.associations.get(gateway, ())
    if not tables:
        if gateway.startswith(("id:", "?")):
            note = f"transit gateway {index.network.name(gateway)} isn't in this program"
            end = End(EndKind.OUTSIDE, gateway, note, "transit-gateway")
        else:
            end = End(EndKind.DROPPED, attachment.key, f"{attachment.name} is associated with no table")
        yield Step(piece, end, passed=passed, crossed=crossed, doubt=doubt)
        return
    if len(tables) > 1:
        doubt = doubt or f"{attachment.name} is associated with one of {index.listed(tables)}"
    for table in tables:
        known = index.network.transit_tables.get(table)
        if known is not None and known.doubt:
            end = End(EndKind.OUTSIDE, gateway, known.doubt, "transit-gateway")
            yield Step(piece, end, passed=passed, crossed=crossed, doubt=doubt)
            continue
        to = Place(transit=True, table=table, owner=gateway, zone=place.zone, flow=place.flow)
        yield Step(piece, to, passed=passed, crossed=crossed, doubt=doubt)


def through_transit(index: NetworkIndex, place: Place, target: Target, piece: AddressSet) -> Iterator[Step]:
    """Take a next hop of a transit gateway's table."""
    if target.kind != "attachment":
        yield from plain(target, piece)
        return
    attachment = index.network.attachments.get(target.key)
    passed: Passed = (("attachment", target.key, None),)
    if attachment is None:
        note = f"attachment {index.network.name(target.key)} isn't in this program"
        yield Step(piece, End(EndKind.OUTSIDE, target.key, note, "attachment"), passed=passed)
    elif place.owner not in attachment.gateways and not unclear(place.owner, *attachment.gateways):
        note = f"{attachment.name} belongs to {index.listed(attachment.gateways)}"
        yield Step(piece, End(EndKind.MISSING, target.key, note), passed=passed)
    elif attachment.kind == "on-premises":
        yield Step(piece, End(EndKind.ON_PREMISES, target.key), passed=passed)
    elif attachment.kind == "firewall":
        yield from _through_attached_firewall(index, place, attachment, piece)
    elif attachment.kind == "peering":
        others = [key for key in attachment.gateways if key != place.owner]
        if others and others[0] in attachment.associations:
            onward = (*passed, ("transit-gateway", others[0], None))
            yield from from_attachment(index, attachment, others[0], piece, place._replace(zone=None), passed=onward)
        elif others and not others[0].startswith(("id:", "?")):
            note = f"{attachment.name} is associated with no table of {index.network.name(others[0])}"
            yield Step(piece, End(EndKind.DROPPED, target.key, note), passed=passed)
        else:
            note = f"what is behind {attachment.name} isn't in this program"
            yield Step(piece, End(EndKind.OUTSIDE, target.key, note, "attachment"), passed=passed)
    else:
        yield from _out_of_transit(index, place, attachment, piece, passed)


def _through_attached_firewall(
    index: NetworkIndex, place: Place, attachment: Attachment, piece: AddressSet
) -> Iterator[Step]:
    """Cross a firewall on the gateway itself, always in appliance mode: any of its zones, the same both ways."""
    zones: tuple[str | None, ...] = attachment.zones or (None,)
    crossed = (Crossing(attachment.key, "transit-gateway"),)
    for zone in zones:
        passed: Passed = (("firewall", attachment.key, zone),)
        choice = (f"{attachment.key}|{place.flow}", zone) if zone and len(zones) > 1 else None
        # Where zones are known by id alone, the one that packets leave by can't be matched with a subnet's.
        onward = place._replace(zone=zone if zone in index.zone_names else None)
        for step in from_attachment(index, attachment, place.owner, piece, onward, passed=passed, crossed=crossed):
            yield step._replace(choice=choice, doubt=step.doubt or attachment.doubt)


def _out_of_transit(
    index: NetworkIndex, place: Place, attachment: Attachment, piece: AddressSet, passed: Passed
) -> Iterator[Step]:
    vpc = index.network.vpcs.get(attachment.vpc)
    if vpc is None or not vpc.inside or not attachment.subnets:
        note = f"the VPC or the subnets behind {attachment.name} aren't in this program"
        yield Step(piece, End(EndKind.OUTSIDE, attachment.key, note, "attachment"), passed=passed)
        return
    zones = {key: index.zone_of((key,)) for key in attachment.subnets}
    subnets = list(attachment.subnets)
    bind = False
    if len(subnets) > 1:
        near = [key for key in subnets if zones[key] is not None and zones[key] == place.zone]
        if attachment.appliance_mode:
            bind = True
        elif near and attachment.appliance_mode is False:
            subnets = near
    doubt = attachment.doubt
    if place.zone is None and len(subnets) > 1 and not bind and len({index.tables_of(key) for key in subnets}) > 1:
        doubt = doubt or f"by which zone packets come to {attachment.name} isn't known"
    if attachment.appliance_mode is None and len(subnets) > 1:
        doubt = doubt or f"applianceModeSupport of {attachment.name} is known only after `pulumi up`"
    for key in subnets:
        hop = (("attachment", attachment.key, zones[key]),)
        choice = (f"{attachment.key}|{place.flow}", key) if bind else None
        for step in index.onward(key, piece, (FOREIGN, place.flow), hop, (), doubt=doubt):
            yield Step(step.addresses, step.to, None, step.passed, (), step.doubt, choice)
