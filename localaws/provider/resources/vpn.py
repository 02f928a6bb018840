"""Customer gateways and VPN connections."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import only, pick, tag_spec, tagging
from localaws.provider.registry import Resource, words
from localaws.provider.values import Props

_GONE = ("deleted", "deleting")


def _create_customer(ctx: Context, inputs: Props) -> str:
    asn = inputs.get("bgpAsn")
    answer = ctx.client("ec2").create_customer_gateway(
        Type=inputs["type"],
        **({"BgpAsn": int(asn)} if asn else {}),
        **pick(inputs, {"ipAddress": "IpAddress", "deviceName": "DeviceName", "certificateArn": "CertificateArn"}),
        **tag_spec("customer-gateway", inputs),
    )
    return str(answer["CustomerGateway"]["CustomerGatewayId"])


def _read_customer(ctx: Context, id_: str, state: Props) -> Props | None:
    gateway = only(ctx.client("ec2").describe_customer_gateways(CustomerGatewayIds=[id_])["CustomerGateways"])
    if gateway is None or gateway["State"] in _GONE:
        return None
    return {
        "arn": ctx.arn("ec2", f"customer-gateway/{id_}"),
        "bgpAsn": str(gateway["BgpAsn"]),
        "ipAddress": gateway.get("IpAddress"),
        "tagsAll": tag_map(gateway.get("Tags")),
        "type": gateway["Type"],
    }


def _delete_customer(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_customer_gateway(CustomerGatewayId=id_)


def _describe(ctx: Context, id_: str) -> dict[str, Any] | None:
    connection = only(ctx.client("ec2").describe_vpn_connections(VpnConnectionIds=[id_])["VpnConnections"])
    return None if connection is None or connection["State"] in _GONE else connection


def _create_connection(ctx: Context, inputs: Props) -> str:
    options = {"StaticRoutesOnly": bool(inputs.get("staticRoutesOnly"))}
    answer = ctx.client("ec2").create_vpn_connection(
        CustomerGatewayId=inputs["customerGatewayId"],
        Type=inputs["type"],
        Options=options,
        **pick(inputs, {"transitGatewayId": "TransitGatewayId", "vpnGatewayId": "VpnGatewayId"}),
        **tag_spec("vpn-connection", inputs),
    )
    id_ = str(answer["VpnConnection"]["VpnConnectionId"])
    ctx.created_id = id_

    def settled() -> bool | None:
        connection = _describe(ctx, id_)
        return None if connection and connection["State"] == "pending" else True

    ctx.wait(f"VPN connection {id_}", settled)
    return id_


def _attachment(ctx: Context, id_: str) -> str:
    filters = [{"Name": "resource-id", "Values": [id_]}, {"Name": "resource-type", "Values": ["vpn"]}]
    found = ctx.client("ec2").describe_transit_gateway_attachments(Filters=filters)["TransitGatewayAttachments"]
    return str(found[0]["TransitGatewayAttachmentId"]) if found else ""


def _read_connection(ctx: Context, id_: str, state: Props) -> Props | None:
    connection = _describe(ctx, id_)
    if connection is None:
        return None
    gateway = connection.get("TransitGatewayId")
    return {
        "arn": ctx.arn("ec2", f"vpn-connection/{id_}"),
        "customerGatewayConfiguration": connection.get("CustomerGatewayConfiguration", ""),
        "customerGatewayId": connection["CustomerGatewayId"],
        "staticRoutesOnly": bool((connection.get("Options") or {}).get("StaticRoutesOnly")),
        "tagsAll": tag_map(connection.get("Tags")),
        "transitGatewayAttachmentId": _attachment(ctx, id_) if gateway else "",
        "transitGatewayId": gateway or None,
        "type": connection["Type"],
        "vpnGatewayId": connection.get("VpnGatewayId") or None,
    }


def _delete_connection(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_vpn_connection(VpnConnectionId=id_)
    ctx.wait(f"deletion of VPN connection {id_}", lambda: None if _describe(ctx, id_) else True)


RESOURCES = (
    Resource(
        token="aws:ec2/customerGateway:CustomerGateway",
        inputs=words("type bgpAsn ipAddress deviceName certificateArn"),
        create=_create_customer,
        read=_read_customer,
        delete=_delete_customer,
        tagging=tagging,
    ),
    Resource(
        token="aws:ec2/vpnConnection:VpnConnection",
        inputs=words("type customerGatewayId transitGatewayId vpnGatewayId staticRoutesOnly"),
        at_most_one=(words("transitGatewayId vpnGatewayId"),),
        create=_create_connection,
        read=_read_connection,
        delete=_delete_connection,
        tagging=tagging,
    ),
)
