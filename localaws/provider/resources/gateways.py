"""Internet gateways and egress-only ones."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import only, tag_spec, tagging
from localaws.provider.registry import Resource, words
from localaws.provider.values import Props

_DETACHED = ("detached", "detaching", "deleted", "deleting")


def _attached_vpc(gateway: dict[str, Any], key: str) -> str:
    found = [a["VpcId"] for a in gateway.get(key) or () if a.get("State") not in _DETACHED]
    return found[0] if found else ""


# -- internet gateways ------------------------------------------------------------------------------------------------


def _create_internet(ctx: Context, inputs: Props) -> str:
    ec2 = ctx.client("ec2")
    id_ = str(
        ec2.create_internet_gateway(**tag_spec("internet-gateway", inputs))["InternetGateway"]["InternetGatewayId"]
    )
    ctx.created_id = id_
    if inputs.get("vpcId"):
        ec2.attach_internet_gateway(InternetGatewayId=id_, VpcId=inputs["vpcId"])
    return id_


def _read_internet(ctx: Context, id_: str, state: Props) -> Props | None:
    gateway = only(ctx.client("ec2").describe_internet_gateways(InternetGatewayIds=[id_])["InternetGateways"])
    if gateway is None:
        return None
    # An attachment may be a resource of its own.
    told = "vpcId" in ctx.asked or ctx.importing
    return {
        "arn": ctx.arn("ec2", f"internet-gateway/{id_}"),
        "ownerId": gateway.get("OwnerId") or ctx.account,
        "tagsAll": tag_map(gateway.get("Tags")),
        "vpcId": _attached_vpc(gateway, "Attachments") if told else state.get("vpcId", ""),
    }


def _update_internet(ctx: Context, id_: str, old: Props, new: Props) -> None:
    ec2 = ctx.client("ec2")
    if old.get("vpcId"):
        ctx.retry(lambda: ec2.detach_internet_gateway(InternetGatewayId=id_, VpcId=old["vpcId"]))
    if new.get("vpcId"):
        ec2.attach_internet_gateway(InternetGatewayId=id_, VpcId=new["vpcId"])


def _delete_internet(ctx: Context, id_: str, state: Props) -> None:
    ec2 = ctx.client("ec2")
    gateway = only(ec2.describe_internet_gateways(InternetGatewayIds=[id_])["InternetGateways"])
    vpc = _attached_vpc(gateway, "Attachments") if gateway else ""
    if vpc and vpc == state.get("vpcId"):
        ec2.detach_internet_gateway(InternetGatewayId=id_, VpcId=vpc)
    ec2.delete_internet_gateway(InternetGatewayId=id_)


def _create_attachment(ctx: Context, inputs: Props) -> str:
    gateway, vpc = inputs["internetGatewayId"], inputs["vpcId"]
    ctx.client("ec2").attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    return f"{gateway}:{vpc}"


def _read_attachment(ctx: Context, id_: str, state: Props) -> Props | None:
    gateway_id, _, vpc = id_.partition(":")
    gateway = only(ctx.client("ec2").describe_internet_gateways(InternetGatewayIds=[gateway_id])["InternetGateways"])
    if gateway is None or _attached_vpc(gateway, "Attachments") != vpc:
        return None
    return {"internetGatewayId": gateway_id, "vpcId": vpc}


def _delete_attachment(ctx: Context, id_: str, state: Props) -> None:
    gateway, _, vpc = id_.partition(":")
    ctx.client("ec2").detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)


# -- egress-only gateways ---------------------------------------------------------------------------------------------


def _create_egress_only(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("ec2").create_egress_only_internet_gateway(
        VpcId=inputs["vpcId"], **tag_spec("egress-only-internet-gateway", inputs)
    )
    return str(answer["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"])


def _read_egress_only(ctx: Context, id_: str, state: Props) -> Props | None:
    answer = ctx.client("ec2").describe_egress_only_internet_gateways(EgressOnlyInternetGatewayIds=[id_])
    gateway = only(answer["EgressOnlyInternetGateways"])
    return gateway and {"vpcId": _attached_vpc(gateway, "Attachments"), "tagsAll": tag_map(gateway.get("Tags"))}


def _delete_egress_only(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_egress_only_internet_gateway(EgressOnlyInternetGatewayId=id_)


RESOURCES = (
    Resource(
        token="aws:ec2/internetGateway:InternetGateway",
        inputs=words("vpcId"),
        create=_create_internet,
        read=_read_internet,
        update=_update_internet,
        delete=_delete_internet,
        tagging=tagging,
    ),
    Resource(
        token="aws:ec2/internetGatewayAttachment:InternetGatewayAttachment",
        inputs=words("internetGatewayId vpcId"),
        create=_create_attachment,
        read=_read_attachment,
        delete=_delete_attachment,
    ),
    Resource(
        token="aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
        inputs=words("vpcId"),
        create=_create_egress_only,
        read=_read_egress_only,
        delete=_delete_egress_only,
        tagging=tagging,
    ),
)
