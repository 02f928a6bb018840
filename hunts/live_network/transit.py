"""Transit gateways: attachments of every kind, tables, associations, propagations and routes."""

from collections.abc import Iterator, Mapping
from typing import Any

from hunts.errors import HuntError
from hunts.live_network.shape import Reader, named, registration
from policy.egress.program.snapshot import Registration

_NO_DEFAULTS = {
    # What is associated and propagated is read table by table: nothing is left to defaults.
    "transitGatewayDefaultRouteTableAssociation": False,
    "transitGatewayDefaultRouteTablePropagation": False,
}
_MOST_ROUTES = 1000


def transit(reader: Reader) -> Iterator[Registration]:
    """Yield all transit gateways that this account sees, with everything on them."""
    for item in reader.items("ec2", "describe_transit_gateways", "TransitGateways"):
        identity = item["TransitGatewayId"]
        properties = {"arn": item.get("TransitGatewayArn")}
        yield registration(
            "ec2transitgateway/transitGateway:TransitGateway", identity, properties, named(item, identity)
        )
    kinds: dict[str, str] = {}
    for item in reader.items("ec2", "describe_transit_gateway_attachments", "TransitGatewayAttachments"):
        kinds[item["TransitGatewayAttachmentId"]] = item["ResourceType"]
        yield from _attachment(item)
    for item in reader.items("ec2", "describe_transit_gateway_vpc_attachments", "TransitGatewayVpcAttachments"):
        yield _vpc_attachment(item)
    for item in reader.items("ec2", "describe_transit_gateway_peering_attachments", "TransitGatewayPeeringAttachments"):
        if kinds.get(item["TransitGatewayAttachmentId"]) not in ("peering", "tgw-peering"):
            continue
        properties = {
            "transitGatewayId": item["RequesterTgwInfo"]["TransitGatewayId"],
            "peerTransitGatewayId": item["AccepterTgwInfo"]["TransitGatewayId"],
        }
        token = "ec2transitgateway/peeringAttachment:PeeringAttachment"  # noqa: S105 (a type token)
        identity = item["TransitGatewayAttachmentId"]
        yield registration(token, identity, properties, named(item, identity))
    for item in reader.items("ec2", "describe_transit_gateway_route_tables", "TransitGatewayRouteTables"):
        yield from _table(reader, item, kinds)


def _attachment(item: Mapping[str, Any]) -> Iterator[Registration]:
    """Yield attachments that have no listing with more about them: VPN, Direct Connect, Connect."""
    identity = item["TransitGatewayAttachmentId"]
    common = {**_NO_DEFAULTS, "transitGatewayAttachmentId": identity}
    match item["ResourceType"]:
        case "vpn" | "vpn-concentrator":
            properties = {**common, "transitGatewayId": item["TransitGatewayId"]}
            yield registration("ec2/vpnConnection:VpnConnection", item["ResourceId"], properties)
        case "direct-connect-gateway":
            properties = {**common, "associatedGatewayId": item["TransitGatewayId"]}
            yield registration("directconnect/gatewayAssociation:GatewayAssociation", f"{identity}#gateway", properties)
        case "connect":
            properties = {**_NO_DEFAULTS, "transitGatewayId": item["TransitGatewayId"]}
            yield registration("ec2transitgateway/connect:Connect", identity, properties, named(item, identity))


def _vpc_attachment(item: Mapping[str, Any]) -> Registration:
    identity = item["TransitGatewayAttachmentId"]
    properties = {
        **_NO_DEFAULTS,
        "transitGatewayId": item["TransitGatewayId"],
        "vpcId": item["VpcId"],
        "subnetIds": item.get("SubnetIds", []),
        "applianceModeSupport": item.get("Options", {}).get("ApplianceModeSupport", "disable"),
        "ipv6Support": item.get("Options", {}).get("Ipv6Support", "disable"),
    }
    return registration("ec2transitgateway/vpcAttachment:VpcAttachment", identity, properties, named(item, identity))


def _table(reader: Reader, item: Mapping[str, Any], kinds: Mapping[str, str]) -> Iterator[Registration]:
    identity = item["TransitGatewayRouteTableId"]
    properties = {"transitGatewayId": item["TransitGatewayId"]}
    yield registration("ec2transitgateway/routeTable:RouteTable", identity, properties, named(item, identity))
    ends = {"transitGatewayRouteTableId": identity}
    arguments = {"TransitGatewayRouteTableId": identity}
    for each in reader.items("ec2", "get_transit_gateway_route_table_associations", "Associations", **arguments):
        token = "ec2transitgateway/routeTableAssociation:RouteTableAssociation"  # noqa: S105 (a type token)
        yield _link(token, identity, each["TransitGatewayAttachmentId"], ends)
    for each in reader.items(
        "ec2", "get_transit_gateway_route_table_propagations", "TransitGatewayRouteTablePropagations", **arguments
    ):
        # What other attachments propagate is among the routes, as it is at this moment.
        if kinds.get(each["TransitGatewayAttachmentId"], "vpc") == "vpc":
            token = "ec2transitgateway/routeTablePropagation:RouteTablePropagation"  # noqa: S105 (a type token)
            yield _link(token, identity, each["TransitGatewayAttachmentId"], ends)
    for each in reader.items(
        "ec2", "get_transit_gateway_prefix_list_references", "TransitGatewayPrefixListReferences", **arguments
    ):
        attachment = each.get("TransitGatewayAttachment", {}).get("TransitGatewayAttachmentId")
        properties = {
            **ends,
            "prefixListId": each["PrefixListId"],
            "transitGatewayAttachmentId": attachment,
            "blackhole": each.get("Blackhole", False),
        }
        token = "ec2transitgateway/prefixListReference:PrefixListReference"  # noqa: S105 (a type token)
        yield registration(token, f"{identity}_{each['PrefixListId']}", properties)
    yield from _routes(reader, identity, kinds)


def _link(token: str, table: str, attachment: str, ends: Mapping[str, str]) -> Registration:
    return registration(token, f"{table}_{attachment}", {**ends, "transitGatewayAttachmentId": attachment})


def _routes(reader: Reader, table: str, kinds: Mapping[str, str]) -> Iterator[Registration]:
    answer = reader.one(
        "ec2",
        "search_transit_gateway_routes",
        TransitGatewayRouteTableId=table,
        Filters=[{"Name": "state", "Values": ["active", "blackhole"]}],
        MaxResults=_MOST_ROUTES,
    )
    if answer.get("AdditionalRoutesAvailable"):
        raise HuntError(f"{table} has more than {_MOST_ROUTES:,} routes, and AWS lists no more: it can't be audited")
    for route in answer.get("Routes", []):
        attachments = route.get("TransitGatewayAttachments", [])
        attachment = attachments[0]["TransitGatewayAttachmentId"] if attachments else None
        from_vpc = attachment is not None and kinds.get(attachment, "vpc") == "vpc"
        if route.get("PrefixListId") or (route.get("Type") == "propagated" and from_vpc):
            continue
        destination = route.get("DestinationCidrBlock")
        properties = {
            "transitGatewayRouteTableId": table,
            "destinationCidrBlock": destination,
            "transitGatewayAttachmentId": attachment,
            "blackhole": route.get("State") == "blackhole" and attachment is None,
        }
        yield registration(
            "ec2transitgateway/route:Route", f"{table}_{destination}", properties, f"{destination} in {table}"
        )
