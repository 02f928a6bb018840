"""Reads transit gateways: what is attached, which table each attachment uses, and every table's routes."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from emulation.plan import NOWHERE, Attachment, Rank, Route, Subnet, TransitTable
from hunts.backends.aws import messages
from hunts.errors import HuntError

from .tables import prefix_lists

Listing = Callable[..., Iterator[Mapping[str, Any]]]
_MOST_ROUTES = 1000
_GONE = frozenset({"deleting", "deleted", "rejected", "failed"})
_RANKS = {"vpc": Rank.BY_VPC, "peering": Rank.BY_VPC, "connect": Rank.BY_CONNECT, "vpn": Rank.BY_VPN}


def read_gateways(
    listing: Listing, ec2: Any, subnets: Mapping[str, Subnet], guards: Mapping[str, tuple[str, str]]
) -> tuple[frozenset[str], dict[str, TransitTable], dict[str, Attachment]]:
    """Return the gateways' ids, their tables, and what is attached to them."""
    gateways = frozenset(item["TransitGatewayId"] for item in listing("describe_transit_gateways", "TransitGateways"))
    tables: dict[str, TransitTable] = {}
    used: dict[str, str] = {}
    entries = prefix_lists(listing)
    for item in listing("describe_transit_gateway_route_tables", "TransitGatewayRouteTables"):
        identity = item["TransitGatewayRouteTableId"]
        arguments = {"TransitGatewayRouteTableId": identity}
        for one in listing("get_transit_gateway_route_table_associations", "Associations", **arguments):
            used[one["TransitGatewayAttachmentId"]] = identity
        routes = [*_routes(ec2, identity)]
        listed = "get_transit_gateway_prefix_list_references", "TransitGatewayPrefixListReferences"
        for one in listing(*listed, **arguments):
            target = one.get("TransitGatewayAttachment", {}).get("TransitGatewayAttachmentId") or NOWHERE
            nets = map(ipaddress.ip_network, entries(one["PrefixListId"]))
            routes += [Route(net, NOWHERE if one.get("Blackhole") else target, Rank.PREFIX_LIST) for net in nets]
        tables[identity] = TransitTable(identity, item["TransitGatewayId"], tuple(routes))
    found = {a.id: a for a in _attachments(listing, used, subnets, guards)}
    return gateways, tables, found


def _attachments(
    listing: Listing, used: Mapping[str, str], subnets: Mapping[str, Subnet], guards: Mapping[str, tuple[str, str]]
) -> Iterator[Attachment]:
    vpcs = "describe_transit_gateway_vpc_attachments", "TransitGatewayVpcAttachments"
    own = {item["TransitGatewayAttachmentId"]: item for item in listing(*vpcs)}
    peers = "describe_transit_gateway_peering_attachments", "TransitGatewayPeeringAttachments"
    peered = {item["TransitGatewayAttachmentId"]: item for item in listing(*peers)}
    zones: dict[str, list[str]] = {}
    for endpoint, (_, zone) in guards.items():
        if "/" in endpoint:
            zones.setdefault(endpoint.partition("/")[0], []).append(zone)
    for item in listing("describe_transit_gateway_attachments", "TransitGatewayAttachments"):
        if item["State"] in _GONE:
            continue
        identity, gateway = item["TransitGatewayAttachmentId"], item["TransitGatewayId"]
        table = used.get(identity)
        if identity in zones:
            yield Attachment(identity, "firewall", gateway, table, zones=tuple(zones[identity]), appliance=True)
        elif identity in own and own[identity].get("SubnetIds"):
            by_zone = {subnets[s].zone: s for s in own[identity]["SubnetIds"] if s in subnets}
            appliance = own[identity].get("Options", {}).get("ApplianceModeSupport") == "enable"
            vpc = own[identity]["VpcId"]
            yield Attachment(identity, "vpc", gateway, table, vpc, by_zone, appliance=appliance)
        elif identity in peered:
            other = peered[identity]["AccepterTgwInfo"]["TransitGatewayId"]
            yield Attachment(identity, "peering", gateway, table, other=other)
        else:
            yield Attachment(identity, "elsewhere", gateway, table)


def _routes(ec2: Any, table: str) -> Iterator[Route]:
    states = [{"Name": "state", "Values": ["active", "blackhole"]}]
    with messages():
        answer = ec2.search_transit_gateway_routes(
            TransitGatewayRouteTableId=table, Filters=states, MaxResults=_MOST_ROUTES
        )
    if answer.get("AdditionalRoutesAvailable"):
        raise HuntError(f"{table} has more than {_MOST_ROUTES:,} routes, and AWS lists no more: it can't be built")
    for route in answer.get("Routes", []):
        if route.get("PrefixListId"):
            continue
        attached = (route.get("TransitGatewayAttachments") or [{}])[0]
        propagated = route.get("Type") == "propagated"
        rank = _RANKS.get(attached.get("ResourceType", ""), Rank.BY_CONNECT) if propagated else Rank.STATIC
        target = NOWHERE if route.get("State") == "blackhole" else attached.get("TransitGatewayAttachmentId", NOWHERE)
        yield Route(ipaddress.ip_network(route["DestinationCidrBlock"]), target, rank)
