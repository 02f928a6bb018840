"""VPC peering connections, their accepters and options."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import only, pick, tag_spec, tagging
from localaws.provider.errors import ProviderError
from localaws.provider.registry import Resource, words
from localaws.provider.values import UNKNOWN, Props

_ENDED = ("deleted", "deleting", "expired", "failed", "rejected")
_OPTION = "allowRemoteVpcDnsResolution"


def _describe_peering(ctx: Context, id_: str) -> dict[str, Any] | None:
    answer = ctx.client("ec2").describe_vpc_peering_connections(VpcPeeringConnectionIds=[id_])
    found = only(answer["VpcPeeringConnections"])
    return None if found is None or found["Status"]["Code"] in _ENDED else found


def _create_peering(ctx: Context, inputs: Props) -> str:
    ec2 = ctx.client("ec2")
    answer = ec2.create_vpc_peering_connection(
        VpcId=inputs["vpcId"],
        PeerVpcId=inputs["peerVpcId"],
        **pick(inputs, {"peerOwnerId": "PeerOwnerId", "peerRegion": "PeerRegion"}),
        **tag_spec("vpc-peering-connection", inputs),
    )
    id_ = str(answer["VpcPeeringConnection"]["VpcPeeringConnectionId"])
    ctx.created_id = id_
    if inputs.get("autoAccept"):
        ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=id_)
    _set_options(ctx, id_, inputs)
    return id_


def _set_options(ctx: Context, id_: str, inputs: Props) -> None:
    sides = {}
    for prop, name in (
        ("accepter", "AccepterPeeringConnectionOptions"),
        ("requester", "RequesterPeeringConnectionOptions"),
    ):
        if inputs.get(prop):
            sides[name] = {"AllowDnsResolutionFromRemoteVpc": bool(inputs[prop].get(_OPTION))}
    if sides:
        ctx.client("ec2").modify_vpc_peering_connection_options(VpcPeeringConnectionId=id_, **sides)


def _side(info: dict[str, Any]) -> Props:
    options = info.get("PeeringOptions") or {}
    return {_OPTION: bool(options.get("AllowDnsResolutionFromRemoteVpc"))}


def _options(ctx: Context, found: dict[str, Any], state: Props) -> Props:
    """The options of both sides, told where the program asks for them: they may be a resource of their own."""
    sides = {"accepter": _side(found["AccepterVpcInfo"]), "requester": _side(found["RequesterVpcInfo"])}
    return {p: v if p in ctx.asked or ctx.importing else state.get(p, v) for p, v in sides.items()}


def _read_peering(ctx: Context, id_: str, state: Props) -> Props | None:
    found = _describe_peering(ctx, id_)
    if found is None:
        return None
    peer, own = found["AccepterVpcInfo"], found["RequesterVpcInfo"]
    return {
        # An accepter elsewhere changes it, which is no change of this resource.
        "acceptStatus": state.get("acceptStatus") or found["Status"]["Code"],
        "peerOwnerId": peer.get("OwnerId") or ctx.account,
        "peerRegion": peer.get("Region") or ctx.region,
        "peerVpcId": peer["VpcId"],
        "tagsAll": tag_map(found.get("Tags")),
        "vpcId": own["VpcId"],
        **_options(ctx, found, state),
    }


def _update_peering(ctx: Context, id_: str, old: Props, new: Props) -> None:
    if new.get("autoAccept") and not old.get("autoAccept"):
        ctx.client("ec2").accept_vpc_peering_connection(VpcPeeringConnectionId=id_)
    _set_options(ctx, id_, {key: value for key, value in new.items() if key in ctx.asked})


def _delete_peering(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_vpc_peering_connection(VpcPeeringConnectionId=id_)


def _check_peering(inputs: Props) -> list[tuple[str, str]]:
    if inputs.get("autoAccept") not in (None, False, UNKNOWN) and "peerRegion" in inputs:
        return [("autoAccept", "a peering with another Region can't be accepted from here: use an accepter")]
    return []


def _accept(ctx: Context, inputs: Props) -> str:
    id_ = str(inputs["vpcPeeringConnectionId"])
    found = _describe_peering(ctx, id_)
    if found is None:
        raise ProviderError(f"there is no VPC peering connection {id_}")
    if inputs.get("autoAccept") and found["Status"]["Code"] == "pending-acceptance":
        ctx.client("ec2").accept_vpc_peering_connection(VpcPeeringConnectionId=id_)
    _set_options(ctx, id_, inputs)
    if inputs.get("tagsAll"):
        tagging(ctx, id_, inputs, inputs["tagsAll"], [])
    return id_


def _read_accepted(ctx: Context, id_: str, state: Props) -> Props | None:
    found = _describe_peering(ctx, id_)
    if found is None:
        return None
    own, peer = found["AccepterVpcInfo"], found["RequesterVpcInfo"]
    return {
        "acceptStatus": found["Status"]["Code"],
        "peerOwnerId": peer.get("OwnerId") or ctx.account,
        "peerRegion": peer.get("Region") or ctx.region,
        "peerVpcId": peer["VpcId"],
        "tagsAll": tag_map(found.get("Tags")),
        "vpcId": own["VpcId"],
        "vpcPeeringConnectionId": id_,
        **_options(ctx, found, state),
    }


def _update_accepted(ctx: Context, id_: str, old: Props, new: Props) -> None:
    if new.get("autoAccept") and not old.get("autoAccept"):
        ctx.client("ec2").accept_vpc_peering_connection(VpcPeeringConnectionId=id_)
    _set_options(ctx, id_, {key: value for key, value in new.items() if key in ctx.asked})


def _leave(ctx: Context, id_: str, state: Props) -> None:
    """The connection is its requester's; forgetting it here deletes nothing, as with the official provider."""


def _create_options(ctx: Context, inputs: Props) -> str:
    _set_options(ctx, inputs["vpcPeeringConnectionId"], inputs)
    return str(inputs["vpcPeeringConnectionId"])


def _read_options(ctx: Context, id_: str, state: Props) -> Props | None:
    found = _describe_peering(ctx, id_)
    return found and {"vpcPeeringConnectionId": id_, **_options(ctx, found, state)}


def _update_options(ctx: Context, id_: str, old: Props, new: Props) -> None:
    _set_options(ctx, id_, {key: value for key, value in new.items() if key in ctx.asked})


RESOURCES = (
    Resource(
        token="aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
        inputs=words("vpcId peerVpcId peerOwnerId peerRegion autoAccept accepter requester"),
        replace=words("vpcId peerVpcId peerOwnerId peerRegion"),
        check=_check_peering,
        create=_create_peering,
        read=_read_peering,
        update=_update_peering,
        delete=_delete_peering,
        tagging=tagging,
    ),
    Resource(
        token="aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
        inputs=words("vpcPeeringConnectionId autoAccept accepter requester"),
        replace=words("vpcPeeringConnectionId"),
        create=_accept,
        read=_read_accepted,
        update=_update_accepted,
        delete=_leave,
        tagging=tagging,
    ),
    Resource(
        token="aws:ec2/peeringConnectionOptions:PeeringConnectionOptions",
        inputs=words("vpcPeeringConnectionId accepter requester"),
        replace=words("vpcPeeringConnectionId"),
        create=_create_options,
        read=_read_options,
        update=_update_options,
        delete=_leave,
    ),
)
