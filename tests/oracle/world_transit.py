"""Reads transit gateways: what is attached, which table each attachment looks packets up in, and what is out of sight.

AWS, Transit Gateways: "Transit gateway route tables", "VPC attachments", "Transit gateway shared subnets".
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from tests.oracle.addresses import PRIVATE, Net, is_internet
from tests.oracle.records import BY_VPC, BY_VPN, PREFIX_LIST, STATIC, Attachment, Route, TransitTable, World
from tests.oracle.routes import winners

ByType = Mapping[str, list[tuple[str, Mapping[str, Any]]]]
TGW = "aws:ec2transitgateway"


def _each(by_type: ByType, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from by_type.get(name, [])


def read_transit(world: World, by_type: ByType) -> None:
    """Fill in attachments, tables, associations and routes."""
    for gateway, p in _each(by_type, f"{TGW}/transitGateway:TransitGateway"):
        world.transit_gateways.add(gateway)
        if p.get("associationDefaultRouteTableId"):
            table = p["associationDefaultRouteTableId"]
            world.transit_tables[table] = TransitTable(table, gateway)
    for table, p in _each(by_type, f"{TGW}/routeTable:RouteTable"):
        world.transit_tables[table] = TransitTable(table, p["transitGatewayId"])
    propagations: set[tuple[str, str]] = set()
    associated, propagated = default_tables(by_type, "Association"), default_tables(by_type, "Propagation")
    for attachment, wants in _attach(world, by_type):
        gateway = world.attachments[attachment].gateway
        if associated.get(gateway) and wants.get("transitGatewayDefaultRouteTableAssociation", True):
            world.association[attachment] = str(associated[gateway])
        if propagated.get(gateway) and wants.get("transitGatewayDefaultRouteTablePropagation", True):
            propagations.add((str(propagated[gateway]), attachment))
    for _, p in _each(by_type, f"{TGW}/routeTableAssociation:RouteTableAssociation"):
        attachment = _named(world, p["transitGatewayAttachmentId"], p["transitGatewayRouteTableId"])
        world.association[attachment] = p["transitGatewayRouteTableId"]
    for _, p in _each(by_type, f"{TGW}/routeTablePropagation:RouteTablePropagation"):
        attachment = _named(world, p["transitGatewayAttachmentId"], p["transitGatewayRouteTableId"])
        propagations.add((p["transitGatewayRouteTableId"], attachment))
    static_vpn = [ipaddress.ip_network(p["destinationCidrBlock"]) for _, p in _each(by_type, VPN_ROUTE)]
    for table, attachment in sorted(propagations):
        routes = world.transit_tables[table].routes
        rank = BY_VPN if world.attachments[attachment].kind == "premises" else BY_VPC
        for net in ranges_of(world, world.attachments[attachment], static_vpn):
            routes.append(Route(net, "attachment", attachment, rank))
    for _, p in _each(by_type, f"{TGW}/route:Route"):
        _static(world, p, ipaddress.ip_network(p["destinationCidrBlock"]), STATIC)
    for _, p in _each(by_type, f"{TGW}/prefixListReference:PrefixListReference"):
        for net in world.prefix_lists[p["prefixListId"]]:
            _static(world, p, net, PREFIX_LIST)


VPN_ROUTE = "aws:ec2/vpnConnectionRoute:VpnConnectionRoute"


def default_tables(by_type: ByType, what: str) -> dict[str, str | None]:
    """The table that each gateway uses by default, which a resource of its own may choose; None where it uses none."""
    found: dict[str, str | None] = {}
    for gateway, p in _each(by_type, f"{TGW}/transitGateway:TransitGateway"):
        used = p.get(f"defaultRouteTable{what}", "enable") == "enable"
        found[gateway] = p.get("associationDefaultRouteTableId") if used else None
    kind = f"{TGW}/defaultRouteTable{what}:DefaultRouteTable{what}"
    for _, p in _each(by_type, kind):
        if found.get(p["transitGatewayId"]):
            found[p["transitGatewayId"]] = p["transitGatewayRouteTableId"]
    return found


def _attach(world: World, by_type: ByType) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Make the attachments, and yield each with what says whether it wants the default tables."""
    for attachment, p in _each(by_type, f"{TGW}/vpcAttachment:VpcAttachment"):
        by_zone = {world.subnets[subnet].zone: subnet for subnet in p["subnetIds"]}
        appliance = p.get("applianceModeSupport") == "enable"
        ipv6 = p.get("ipv6Support") == "enable"
        made = Attachment(attachment, "vpc", p["transitGatewayId"], p["vpcId"], by_zone, appliance, ipv6=ipv6)
        world.attachments[attachment] = made
        yield attachment, p
    names = {p["availabilityZoneId"]: p["availabilityZone"] for _, p in _each(by_type, "aws:ec2/subnet:Subnet")}
    for _, p in _each(by_type, "aws:networkfirewall/firewall:Firewall"):
        for status in p.get("firewallStatuses") or []:
            for state in status.get("transitGatewayAttachmentSyncStates") or []:
                zones = tuple(sorted(names[m["availabilityZoneId"]] for m in p["availabilityZoneMappings"]))
                attachment = state["attachmentId"]
                world.attachments[attachment] = Attachment(
                    attachment, "firewall", p["transitGatewayId"], appliance=True, zones=zones, firewall=p["arn"]
                )
                # A gateway that associates by default does so with every kind of attachment.
                yield attachment, {"transitGatewayDefaultRouteTablePropagation": False}
    for _, p in _each(by_type, "aws:ec2/vpnConnection:VpnConnection"):
        if p.get("transitGatewayAttachmentId"):
            attachment = p["transitGatewayAttachmentId"]
            world.attachments[attachment] = Attachment(attachment, "premises", p["transitGatewayId"])
            yield attachment, {}


def _named(world: World, attachment: str, table: str) -> str:
    """An attachment by its id: one that no resource of the program has belongs to somebody else's VPC."""
    if attachment not in world.attachments:
        world.attachments[attachment] = Attachment(attachment, "foreign", world.transit_tables[table].gateway)
    return attachment


def ranges_of(world: World, attachment: Attachment, static_vpn: list[Net]) -> list[Net]:
    """What an attachment propagates: each range of its VPC by itself. Of a foreign one, ranges that nobody has.

    It could be any: one in each private block, and in the shared one, stands for it.
    """
    if attachment.kind == "vpc":
        cidrs = world.vpcs[attachment.vpc or ""].cidrs
        return [net for net in cidrs if net.version == 4 or attachment.ipv6]
    if attachment.kind == "premises":
        return static_vpn
    if attachment.kind == "foreign":
        number = sorted(a.id for a in world.attachments.values() if a.kind == "foreign").index(attachment.id)
        return [ipaddress.ip_network(f"{block}.{number}.0/24") for block in ("10.249", "172.31", "192.168", "100.127")]
    return []


def _static(world: World, p: Mapping[str, Any], net: Net, rank: int) -> None:
    routes = world.transit_tables[p["transitGatewayRouteTableId"]].routes
    if p.get("blackhole"):
        routes.append(Route(net, "blackhole", "", rank))
    else:
        attachment = _named(world, p["transitGatewayAttachmentId"], p["transitGatewayRouteTableId"])
        routes.append(Route(net, "attachment", attachment, rank))


def is_transit(world: World, attachment: Attachment) -> bool | None:
    """Whether packets leave a gateway by this attachment on their way out: beyond the attached VPC's own addresses.

    None: some leave so that have nowhere to go, or are another VPC's, or a table that nobody uses would send some; or
    the gateway's tables are out of sight.
    """
    if attachment.kind != "vpc":
        return attachment.kind == "firewall"
    return _leads_out(world, attachment, world.vpcs[attachment.vpc or ""].cidrs)


def _leads_out(world: World, attachment: Attachment, own: list[Net]) -> bool | None:
    found: bool | None = False if attachment.gateway in world.transit_gateways else None
    for table in world.transit_tables.values():
        for route in table.routes:
            if route.target != attachment.id or any(_inside(route.to, net) for net in own):
                continue
            used = table.foreign or table.id in world.association.values()
            outside = [a for a in (route.to[0], route.to[10 % route.to.num_addresses], route.to[-1]) if is_internet(a)]
            outside += [ipaddress.ip_address("8.8.8.8")] if route.to.prefixlen == 0 else []
            wins = any(w.target == attachment.id for a in outside for w in winners(table.routes, a))
            if used and wins:
                return True
            found = None
    return found


def _inside(small: Net, large: Net) -> bool:
    return small.version == large.version and small.subnet_of(large)


def find_foreign(world: World, by_type: ByType) -> None:
    """Mark the tables that VPCs out of sight can look packets up in.

    Such are: a table that the program associates with an attachment it doesn't make, the one that a gateway associates
    by default, and, of a gateway that is shared with other accounts, one that the program leaves without attachment.
    What is sent more than it can have may be an inspection VPC rather than a spoke; a table that is left without
    attachment may be such a one's.
    """
    shared, associated = _shared(by_type), default_tables(by_type, "Association")
    declared = {table for table, _ in _each(by_type, f"{TGW}/routeTable:RouteTable")}
    hubs = [a for a in world.attachments.values() if a.kind == "foreign" and _sends_on(world, a)]
    alone = [a for a in world.attachments.values() if a.id not in world.association]
    roaming = {a.gateway for a in alone if a in hubs or is_transit(world, a) is not False}
    for table in world.transit_tables.values():
        users = [world.attachments[a] for a, used in world.association.items() if used == table.id]
        spokes = any(user.kind == "foreign" and user not in hubs for user in users)
        lonely = table.gateway in shared and table.id in declared and not users
        maybe = any(user in hubs for user in users) or (lonely and table.gateway in roaming)
        table.foreign = spokes or associated.get(table.gateway) == table.id or (None if maybe else lonely)


def _sends_on(world: World, attachment: Attachment) -> bool:
    """Whether a VPC out of sight is sent what can't be its own: the internet's, another VPC's, whole private blocks."""
    own = [r.to for t in world.transit_tables.values() for r in t.routes if r.target == attachment.id]
    ranges = [cidr for vpc in world.vpcs.values() for cidr in vpc.cidrs]
    return any(
        net in PRIVATE or is_internet(net[0]) or is_internet(net[-1]) or any(net.overlaps(cidr) for cidr in ranges)
        for net in own
    )


def find_learning(world: World, by_type: ByType) -> None:
    """Mark the tables that VPCs out of sight propagate into, by default, where anything says that there are such.

    Tables that nobody uses may be meant for any, where the program has no spokes that somebody lives in.
    """
    shared, propagated = _shared(by_type), default_tables(by_type, "Propagation")
    lived_in = {subnet.vpc for subnet in world.subnets.values() if subnet.workload is not False}
    spokes = [a for a in world.attachments.values() if a.vpc in lived_in and is_transit(world, a) is False]
    inhabited = {spoke.gateway for spoke in spokes}
    for table in world.transit_tables.values():
        unused = table.id not in world.association.values()
        if unused and not table.foreign and table.gateway not in inhabited:
            table.foreign = None
        if propagated.get(table.gateway) == table.id:
            abroad = [a for a in world.attachments.values() if a.kind == "foreign" and a.gateway == table.gateway]
            # One by which packets leave is an inspection VPC's, and no spoke's.
            there = any(a.id in world.association and _leads_out(world, a, []) is not True for a in abroad)
            # What is a route's target alone may be no spoke at all.
            table.learns = True if there or table.gateway in shared or not lived_in else None


def _shared(by_type: ByType) -> set[str]:
    """The gateways that other accounts may attach to."""
    shared = [p.get("resourceArn") for _, p in _each(by_type, "aws:ram/resourceAssociation:ResourceAssociation")]
    return {
        gateway
        for gateway, p in _each(by_type, f"{TGW}/transitGateway:TransitGateway")
        if p.get("autoAcceptSharedAttachments") == "enable" or p.get("arn") in shared
    }
