"""Data sources of transit gateways: the gateway, its tables, its attachments, and what is between these."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context
from localaws.provider.ec2 import pascal
from localaws.provider.invokes.lookup import Lookup, filtered, filters_of, read_as, told
from localaws.provider.registry import Function, words
from localaws.provider.values import Props

_GATEWAY = "aws:ec2transitgateway/getTransitGateway:getTransitGateway"
_FIND_GATEWAY = Lookup(_GATEWAY, "describe_transit_gateways", "TransitGateways", "TransitGatewayId")


def _gateway(ctx: Context, arguments: Props) -> Props:
    found = _FIND_GATEWAY(ctx, arguments)
    return read_as(ctx, "aws:ec2transitgateway/transitGateway:TransitGateway", _GATEWAY, found["id"], arguments)


def _options(_ctx: Context, attachment: dict[str, Any]) -> Props:
    options = attachment.get("Options") or {}
    names = ("applianceModeSupport", "dnsSupport", "ipv6Support", "securityGroupReferencingSupport")
    return {name: options.get(pascal(name)) or "disable" for name in names}


def _association(_ctx: Context, attachment: dict[str, Any]) -> Props:
    association = attachment.get("Association") or {}
    return {
        "associationState": association.get("State", ""),
        "associationTransitGatewayRouteTableId": association.get("TransitGatewayRouteTableId", ""),
    }


def _peer(_ctx: Context, attachment: dict[str, Any]) -> Props:
    peer = attachment.get("AccepterTgwInfo") or {}
    return {
        "peerAccountId": peer.get("OwnerId", ""),
        "peerRegion": peer.get("Region", ""),
        "peerTransitGatewayId": peer.get("TransitGatewayId", ""),
        "transitGatewayId": (attachment.get("RequesterTgwInfo") or {}).get("TransitGatewayId", ""),
    }


_LOOKUPS = (
    Lookup(
        token="aws:ec2transitgateway/getRouteTable:getRouteTable",
        operation="describe_transit_gateway_route_tables",
        listed="TransitGatewayRouteTables",
        key="TransitGatewayRouteTableId",
        arn="transit-gateway-route-table",
    ),
    Lookup(
        token="aws:ec2transitgateway/getVpcAttachment:getVpcAttachment",
        operation="describe_transit_gateway_vpc_attachments",
        listed="TransitGatewayVpcAttachments",
        key="TransitGatewayAttachmentId",
        arn="transit-gateway-attachment",
        more=_options,
    ),
    Lookup(
        token="aws:ec2transitgateway/getAttachment:getAttachment",
        operation="describe_transit_gateway_attachments",
        listed="TransitGatewayAttachments",
        key="TransitGatewayAttachmentId",
        arn="transit-gateway-attachment",
        id_argument="transitGatewayAttachmentId",
        more=_association,
    ),
    Lookup(
        token="aws:ec2transitgateway/getPeeringAttachment:getPeeringAttachment",
        operation="describe_transit_gateway_peering_attachments",
        listed="TransitGatewayPeeringAttachments",
        key="TransitGatewayAttachmentId",
        arn="transit-gateway-attachment",
        more=_peer,
    ),
)


def _of_table(token: str, operation: str, listed: str) -> Function:
    """A data source for the attachments that a route table is associated with, or that propagate into it."""

    def call(ctx: Context, arguments: Props) -> Props:
        table = arguments["transitGatewayRouteTableId"]
        found = getattr(ctx.client("ec2"), operation)(TransitGatewayRouteTableId=table, **filtered(arguments))[listed]
        ids = sorted(one["TransitGatewayAttachmentId"] for one in found if one["State"] not in _ENDING)
        return told(ctx, token, arguments, {}, id=table, ids=ids)

    return Function(
        token, words("filters transitGatewayRouteTableId"), call, required=words("transitGatewayRouteTableId")
    )


_ENDING = ("disassociating", "disassociated", "disabling", "disabled")


def _routes(ctx: Context, arguments: Props) -> Props:
    table = arguments["transitGatewayRouteTableId"]
    found = ctx.client("ec2").search_transit_gateway_routes(
        TransitGatewayRouteTableId=table, Filters=filters_of(arguments)
    )["Routes"]
    return told(ctx, _ROUTES, arguments, {"Routes": found}, id=table)


_ROUTES = "aws:ec2transitgateway/getRouteTableRoutes:getRouteTableRoutes"

FUNCTIONS = (
    *(lookup.function() for lookup in _LOOKUPS),
    Function(_GATEWAY, _FIND_GATEWAY.function().arguments, _gateway),
    _of_table(
        "aws:ec2transitgateway/getRouteTableAssociations:getRouteTableAssociations",
        "get_transit_gateway_route_table_associations",
        "Associations",
    ),
    _of_table(
        "aws:ec2transitgateway/getRouteTablePropagations:getRouteTablePropagations",
        "get_transit_gateway_route_table_propagations",
        "TransitGatewayRouteTablePropagations",
    ),
    Function(
        _ROUTES,
        words("filters transitGatewayRouteTableId"),
        _routes,
        required=words("filters transitGatewayRouteTableId"),
    ),
)
