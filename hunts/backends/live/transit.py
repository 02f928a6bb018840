"""Transit gateways: tables, attachments, associations, propagations and static routes."""

from collections.abc import Iterator
from typing import Any

from hunts.backends.live.reader import Reader, enabled, named, registration
from policy.egress.snapshot import Registration

_PREFIX = "aws:ec2transitgateway/"
_GONE = {"deleted", "deleting", "failed", "rejected", "rejecting", "failing"}


def read(reader: Reader) -> Iterator[Registration]:
    """Yield everything about transit gateways."""
    defaults: set[str] = set()
    for gateway in reader.ec2("describe_transit_gateways", "TransitGateways"):
        if gateway.get("State") in _GONE:
            continue
        identity, options = str(gateway["TransitGatewayId"]), gateway.get("Options", {})
        properties = {
            "defaultRouteTableAssociation": options.get("DefaultRouteTableAssociation"),
            "defaultRouteTablePropagation": options.get("DefaultRouteTablePropagation"),
            "associationDefaultRouteTableId": options.get("AssociationDefaultRouteTableId"),
            "propagationDefaultRouteTableId": options.get("PropagationDefaultRouteTableId"),
        }
        defaults |= {str(value) for key, value in properties.items() if key.endswith("Id") and value}
        yield registration(f"{_PREFIX}transitGateway:TransitGateway", identity, properties, named(gateway, identity))
    yield from _attachments(reader)
    for table in reader.ec2("describe_transit_gateway_route_tables", "TransitGatewayRouteTables"):
        if table.get("State") in _GONE:
            continue
        identity = str(table["TransitGatewayRouteTableId"])
        if identity not in defaults:  # a default table goes by its gateway
            properties = {"transitGatewayId": table["TransitGatewayId"]}
            yield registration(f"{_PREFIX}routeTable:RouteTable", identity, properties, named(table, identity))
        yield from _table(reader, identity)


def _attachments(reader: Reader) -> Iterator[Registration]:
    for attachment in reader.ec2("describe_transit_gateway_vpc_attachments", "TransitGatewayVpcAttachments"):
        if attachment.get("State") in _GONE:
            continue
        identity = str(attachment["TransitGatewayAttachmentId"])
        properties = {
            "transitGatewayId": attachment["TransitGatewayId"],
            "vpcId": attachment.get("VpcId"),
            "subnetIds": list(attachment.get("SubnetIds", ())),
            "applianceModeSupport": (attachment.get("Options") or {}).get("ApplianceModeSupport"),
            # What is associated and propagated is listed in full below, the default too.
            "transitGatewayDefaultRouteTableAssociation": False,
            "transitGatewayDefaultRouteTablePropagation": False,
        }
        yield registration(f"{_PREFIX}vpcAttachment:VpcAttachment", identity, properties, named(attachment, identity))
    peerings = "describe_transit_gateway_peering_attachments", "TransitGatewayPeeringAttachments"
    for attachment in reader.ec2(*peerings):
        if attachment.get("State") in _GONE or "RequesterTgwInfo" not in attachment:
            continue
        identity = str(attachment["TransitGatewayAttachmentId"])
        properties = {
            "transitGatewayId": attachment["RequesterTgwInfo"]["TransitGatewayId"],
            "peerTransitGatewayId": attachment["AccepterTgwInfo"]["TransitGatewayId"],
        }
        type_ = f"{_PREFIX}peeringAttachment:PeeringAttachment"
        yield registration(type_, identity, properties, named(attachment, identity))


def _table(reader: Reader, table: str) -> Iterator[Registration]:
    which = {"TransitGatewayRouteTableId": table}
    for kind, operation, key in (
        ("Association", "get_transit_gateway_route_table_associations", "Associations"),
        ("Propagation", "get_transit_gateway_route_table_propagations", "TransitGatewayRouteTablePropagations"),
    ):
        for item in reader.ec2(operation, key, **which):
            if enabled(item.get("State")) is False and item.get("State") not in {
                "associated",
                "associating",
                "enabling",
            }:
                continue
            attachment = str(item["TransitGatewayAttachmentId"])
            properties = {"transitGatewayAttachmentId": attachment, "transitGatewayRouteTableId": table}
            type_ = f"{_PREFIX}routeTable{kind}:RouteTable{kind}"
            yield registration(type_, f"{table}_{attachment}", properties)
    static = [{"Name": "type", "Values": ["static"]}]
    answer = reader.ask("ec2", "search_transit_gateway_routes", Filters=static, **which)
    for route in answer.get("Routes", ()):
        yield from _route(table, route)
    yield from _prefix_lists(reader, table)


def _route(table: str, route: dict[str, Any]) -> Iterator[Registration]:
    cidr = route.get("DestinationCidrBlock")
    if not cidr or route.get("PrefixListId"):  # a reference to a prefix list is listed apart
        return
    attached: dict[str, Any] = next(iter(route.get("TransitGatewayAttachments") or ()), {})
    properties = {
        "transitGatewayRouteTableId": table,
        "destinationCidrBlock": cidr,
        "blackhole": route.get("State") == "blackhole",
        "transitGatewayAttachmentId": attached.get("TransitGatewayAttachmentId"),
    }
    yield registration(f"{_PREFIX}route:Route", f"{table}_{cidr}", properties)


def _prefix_lists(reader: Reader, table: str) -> Iterator[Registration]:
    operation, key = "get_transit_gateway_prefix_list_references", "TransitGatewayPrefixListReferences"
    for item in reader.ec2(operation, key, TransitGatewayRouteTableId=table):
        properties = {
            "transitGatewayRouteTableId": table,
            "prefixListId": item["PrefixListId"],
            "blackhole": bool(item.get("Blackhole")),
            "transitGatewayAttachmentId": (item.get("TransitGatewayAttachment") or {}).get(
                "TransitGatewayAttachmentId"
            ),
        }
        type_ = f"{_PREFIX}prefixListReference:PrefixListReference"
        yield registration(type_, f"{table}_{item['PrefixListId']}", properties)
