"""Attachments of transit gateways to each other, and their accepting side."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import only, tag_spec, tagging
from localaws.provider.registry import Resource, words
from localaws.provider.transit import ENDED, ended
from localaws.provider.values import Props


def _peering(ctx: Context, id_: str) -> dict[str, Any] | None:
    answer = ctx.client("ec2").describe_transit_gateway_peering_attachments(TransitGatewayAttachmentIds=[id_])
    return only(answer["TransitGatewayPeeringAttachments"])


def _create_peering(ctx: Context, inputs: Props) -> str:
    made = ctx.client("ec2").create_transit_gateway_peering_attachment(
        TransitGatewayId=inputs["transitGatewayId"],
        PeerTransitGatewayId=inputs["peerTransitGatewayId"],
        PeerAccountId=inputs.get("peerAccountId") or ctx.account,
        PeerRegion=inputs["peerRegion"],
        **tag_spec("transit-gateway-attachment", inputs),
    )["TransitGatewayPeeringAttachment"]
    return str(made["TransitGatewayAttachmentId"])


def _read_peering(ctx: Context, id_: str, state: Props) -> Props | None:
    found = _peering(ctx, id_)
    if found is None or found["State"] in ENDED:
        return None
    requester, accepter = found["RequesterTgwInfo"], found["AccepterTgwInfo"]
    return {
        "arn": ctx.arn("ec2", f"transit-gateway-attachment/{id_}"),
        "peerAccountId": accepter.get("OwnerId") or ctx.account,
        "peerRegion": accepter["Region"],
        "peerTransitGatewayId": accepter["TransitGatewayId"],
        "state": found["State"],
        "tagsAll": tag_map(found.get("Tags")),
        "transitGatewayId": requester["TransitGatewayId"],
    }


def _delete_peering(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_transit_gateway_peering_attachment(TransitGatewayAttachmentId=id_)
    ended(ctx, "transit gateway peering", _peering, id_)


def _create_peering_accepter(ctx: Context, inputs: Props) -> str:
    id_ = str(inputs["transitGatewayAttachmentId"])
    ctx.client("ec2").accept_transit_gateway_peering_attachment(TransitGatewayAttachmentId=id_)
    ctx.created_id = id_
    tagging(ctx, id_, {}, inputs.get("tagsAll") or {}, [])
    return id_


def _read_peering_accepter(ctx: Context, id_: str, state: Props) -> Props | None:
    found = _peering(ctx, id_)
    if found is None or found["State"] in ENDED:
        return None
    requester, accepter = found["RequesterTgwInfo"], found["AccepterTgwInfo"]
    return {
        "peerAccountId": requester.get("OwnerId") or ctx.account,
        "peerRegion": requester["Region"],
        "peerTransitGatewayId": requester["TransitGatewayId"],
        "tagsAll": tag_map(found.get("Tags")),
        "transitGatewayAttachmentId": id_,
        "transitGatewayId": accepter["TransitGatewayId"],
    }


RESOURCES = (
    Resource(
        token="aws:ec2transitgateway/peeringAttachment:PeeringAttachment",
        inputs=words("peerAccountId peerRegion peerTransitGatewayId transitGatewayId"),
        replace=words("peerAccountId peerRegion peerTransitGatewayId transitGatewayId"),
        create=_create_peering,
        read=_read_peering,
        delete=_delete_peering,
        tagging=tagging,
    ),
    Resource(
        token="aws:ec2transitgateway/peeringAttachmentAccepter:PeeringAttachmentAccepter",
        inputs=words("transitGatewayAttachmentId"),
        replace=words("transitGatewayAttachmentId"),
        create=_create_peering_accepter,
        read=_read_peering_accepter,
        delete=_delete_peering,
        tagging=tagging,
    ),
)
