"""Attachments of VPCs to transit gateways, and the accepting side of those that another account asks for."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import only, pick, tag_spec, tagging
from localaws.provider.errors import is_gone
from localaws.provider.registry import Resource, words
from localaws.provider.transit import ENDED, ended, gateway, settled
from localaws.provider.values import Props

_ATTACHMENT_OPTIONS = {
    "applianceModeSupport": "ApplianceModeSupport",
    "dnsSupport": "DnsSupport",
    "ipv6Support": "Ipv6Support",
    "securityGroupReferencingSupport": "SecurityGroupReferencingSupport",
}


def _attachment(ctx: Context, id_: str) -> dict[str, Any] | None:
    answer = ctx.client("ec2").describe_transit_gateway_vpc_attachments(TransitGatewayAttachmentIds=[id_])
    return only([each for each in answer["TransitGatewayVpcAttachments"] if each["State"] != "deleted"])


_DEFAULTS = {
    "transitGatewayDefaultRouteTableAssociation": (
        "AssociationDefaultRouteTableId",
        "associate_transit_gateway_route_table",
        "disassociate_transit_gateway_route_table",
        "get_transit_gateway_route_table_associations",
        "Associations",
    ),
    "transitGatewayDefaultRouteTablePropagation": (
        "PropagationDefaultRouteTableId",
        "enable_transit_gateway_route_table_propagation",
        "disable_transit_gateway_route_table_propagation",
        "get_transit_gateway_route_table_propagations",
        "TransitGatewayRouteTablePropagations",
    ),
}


def _apply_defaults(ctx: Context, id_: str, gateway_id: str, inputs: Props) -> None:
    """Bring the attachment's relation to the gateway's default tables to what the switches say.

    The tables of a gateway that another account shares are that account's matter.
    """
    ec2, found = ctx.client("ec2"), gateway(ctx, gateway_id)
    if found is None or found["OwnerId"] != ctx.account:
        return
    options = found.get("Options") or {}
    for switch, (table_option, enable, disable, search, answer) in _DEFAULTS.items():
        table = options.get(table_option)
        if not table:
            continue
        related = _related(ec2, search, answer, table, id_)
        wanted = inputs.get(switch, True)
        if related is not wanted:
            call = getattr(ec2, enable if wanted else disable)
            call(TransitGatewayRouteTableId=table, TransitGatewayAttachmentId=id_)


def _related(ec2: Any, search: str, answer: str, table: str, attachment: str) -> bool:
    found = getattr(ec2, search)(
        TransitGatewayRouteTableId=table,
        Filters=[{"Name": "transit-gateway-attachment-id", "Values": [attachment]}],
    )[answer]
    return any(each.get("State") in ("associated", "associating", "enabled", "enabling") for each in found)


def _create_attachment(ctx: Context, inputs: Props) -> str:
    made = ctx.client("ec2").create_transit_gateway_vpc_attachment(
        TransitGatewayId=inputs["transitGatewayId"],
        VpcId=inputs["vpcId"],
        SubnetIds=inputs["subnetIds"],
        Options=pick(inputs, _ATTACHMENT_OPTIONS),
        **tag_spec("transit-gateway-attachment", inputs),
    )["TransitGatewayVpcAttachment"]
    ctx.created_id = str(made["TransitGatewayAttachmentId"])
    settled(ctx, "transit gateway attachment", _attachment, ctx.created_id)
    _apply_defaults(ctx, ctx.created_id, inputs["transitGatewayId"], inputs)
    return ctx.created_id


def _read_attachment(ctx: Context, id_: str, state: Props) -> Props | None:
    found = _attachment(ctx, id_)
    if found is None or found["State"] in ENDED:
        return None
    options = found.get("Options") or {}
    return {
        "arn": ctx.arn("ec2", f"transit-gateway-attachment/{id_}"),
        "subnetIds": found["SubnetIds"],
        "tagsAll": tag_map(found.get("Tags")),
        "transitGatewayId": found["TransitGatewayId"],
        "vpcId": found["VpcId"],
        "vpcOwnerId": found.get("VpcOwnerId") or ctx.account,
        **_defaults_kept(ctx, id_, found["TransitGatewayId"], state),
        **{ours: options[theirs] for ours, theirs in _ATTACHMENT_OPTIONS.items() if theirs in options},
    }


def _defaults_kept(ctx: Context, id_: str, gateway_id: str, state: Props) -> dict[str, bool]:
    """What the switches would say; of a gateway that another account shares nobody can tell, and they stay on."""
    try:
        found = gateway(ctx, gateway_id)
    except ClientError as error:
        if not is_gone(error):
            raise
        found = None  # no longer shared, which the attachment outlives
    if found is None or found["OwnerId"] != ctx.account:
        return dict.fromkeys(_DEFAULTS, True)
    tables = found.get("Options") or {}
    return {
        switch: _related(ctx.client("ec2"), search, answer, tables[option], id_)
        if tables.get(option)
        else state.get(switch, True)
        for switch, (option, _enable, _disable, search, answer) in _DEFAULTS.items()
    }


def _update_attachment(ctx: Context, id_: str, old: Props, new: Props) -> None:
    changed = {ours: theirs for ours, theirs in _ATTACHMENT_OPTIONS.items() if old.get(ours) != new.get(ours)}
    before, after = set(old.get("subnetIds") or ()), set(new.get("subnetIds") or ())
    request: dict[str, Any] = {"Options": pick(new, changed)} if pick(new, changed) else {}
    if after - before:
        request["AddSubnetIds"] = sorted(after - before)
    if before - after:
        request["RemoveSubnetIds"] = sorted(before - after)
    if request:
        ctx.client("ec2").modify_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=id_, **request)
        settled(ctx, "transit gateway attachment", _attachment, id_)
    if any(old.get(switch) != new.get(switch) for switch in _DEFAULTS):
        _apply_defaults(ctx, id_, new["transitGatewayId"], new)


def _delete_attachment(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=id_)
    ended(ctx, "transit gateway attachment", _attachment, id_)


# -- the accepting side of a VPC attachment ---------------------------------------------------------------------------


def _create_accepter(ctx: Context, inputs: Props) -> str:
    id_ = str(inputs["transitGatewayAttachmentId"])
    ctx.client("ec2").accept_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=id_)
    ctx.created_id = id_
    settled(ctx, "transit gateway attachment", _attachment, id_)
    found = _attachment(ctx, id_)
    if found is not None:
        _apply_defaults(ctx, id_, found["TransitGatewayId"], inputs)
        tagging(ctx, id_, {}, inputs.get("tagsAll") or {}, [])
    return id_


def _read_accepter(ctx: Context, id_: str, state: Props) -> Props | None:
    found = _read_attachment(ctx, id_, state)
    if found is None:
        return None
    return {**{key: value for key, value in found.items() if key != "arn"}, "transitGatewayAttachmentId": id_}


def _update_accepter(ctx: Context, id_: str, old: Props, new: Props) -> None:
    _apply_defaults(ctx, id_, old["transitGatewayId"], new)


RESOURCES = (
    Resource(
        token="aws:ec2transitgateway/vpcAttachment:VpcAttachment",
        inputs=words("""applianceModeSupport dnsSupport ipv6Support securityGroupReferencingSupport subnetIds
            transitGatewayId vpcId
            transitGatewayDefaultRouteTableAssociation transitGatewayDefaultRouteTablePropagation"""),
        replace=words("transitGatewayId vpcId"),
        defaults={
            "applianceModeSupport": "disable",
            "dnsSupport": "enable",
            "ipv6Support": "disable",
            "transitGatewayDefaultRouteTableAssociation": True,
            "transitGatewayDefaultRouteTablePropagation": True,
        },
        sets=words("subnetIds"),
        create=_create_attachment,
        read=_read_attachment,
        update=_update_attachment,
        delete=_delete_attachment,
        tagging=tagging,
    ),
    Resource(
        token="aws:ec2transitgateway/vpcAttachmentAccepter:VpcAttachmentAccepter",
        inputs=words("""transitGatewayAttachmentId transitGatewayDefaultRouteTableAssociation
            transitGatewayDefaultRouteTablePropagation"""),
        replace=words("transitGatewayAttachmentId"),
        defaults={
            "transitGatewayDefaultRouteTableAssociation": True,
            "transitGatewayDefaultRouteTablePropagation": True,
        },
        create=_create_accepter,
        read=_read_accepter,
        update=_update_accepter,
        delete=_delete_attachment,
        tagging=tagging,
    ),
)
