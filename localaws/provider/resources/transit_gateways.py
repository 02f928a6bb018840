"""Transit gateways and what attaches to them: VPCs, peers, and the accepting side of both."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import only, pick, tag_spec, tagging
from localaws.provider.errors import is_gone
from localaws.provider.registry import Resource, words
from localaws.provider.values import UNKNOWN, Props

_ENDED = frozenset({"deleted", "deleting", "rejected", "failed"})

_GATEWAY_OPTIONS = {
    "autoAcceptSharedAttachments": "AutoAcceptSharedAttachments",
    "defaultRouteTableAssociation": "DefaultRouteTableAssociation",
    "defaultRouteTablePropagation": "DefaultRouteTablePropagation",
    "dnsSupport": "DnsSupport",
    "securityGroupReferencingSupport": "SecurityGroupReferencingSupport",
    "vpnEcmpSupport": "VpnEcmpSupport",
}
_ATTACHMENT_OPTIONS = {
    "applianceModeSupport": "ApplianceModeSupport",
    "dnsSupport": "DnsSupport",
    "securityGroupReferencingSupport": "SecurityGroupReferencingSupport",
}


def _settled(ctx: Context, what: str, find: Any, id_: str) -> None:
    """Wait until a thing is no longer on its way."""

    def check() -> bool | None:
        found = find(ctx, id_)
        state = found["State"] if found else "deleted"
        return None if state in ("pending", "modifying", "initiating") else True

    ctx.wait(f"{what} {id_}", check)


def _ended(ctx: Context, what: str, find: Any, id_: str) -> None:
    """Wait until a thing is gone."""

    def check() -> bool | None:
        try:
            found = find(ctx, id_)
        except Exception as error:
            if is_gone(error):
                return True
            raise
        return True if found is None or found["State"] in ("deleted", "rejected") else None

    ctx.wait(f"deletion of {what} {id_}", check)


# -- the gateway ------------------------------------------------------------------------------------------------------


def _gateway(ctx: Context, id_: str) -> dict[str, Any] | None:
    return only(ctx.client("ec2").describe_transit_gateways(TransitGatewayIds=[id_])["TransitGateways"])


def _create_gateway(ctx: Context, inputs: Props) -> str:
    options: dict[str, Any] = pick(inputs, {**_GATEWAY_OPTIONS, "multicastSupport": "MulticastSupport"})
    if inputs.get("amazonSideAsn"):
        options["AmazonSideAsn"] = int(inputs["amazonSideAsn"])
    if inputs.get("transitGatewayCidrBlocks"):
        options["TransitGatewayCidrBlocks"] = inputs["transitGatewayCidrBlocks"]
    made = ctx.client("ec2").create_transit_gateway(
        Description=inputs.get("description") or "", Options=options, **tag_spec("transit-gateway", inputs)
    )["TransitGateway"]
    ctx.created_id = str(made["TransitGatewayId"])
    _settled(ctx, "transit gateway", _gateway, ctx.created_id)
    return ctx.created_id


def _read_gateway(ctx: Context, id_: str, state: Props) -> Props | None:
    found = _gateway(ctx, id_)
    if found is None or found["State"] in _ENDED:
        return None
    options = found.get("Options") or {}
    # moto counts the ASN as text.
    asn = options.get("AmazonSideAsn")
    return {
        "amazonSideAsn": int(asn) if asn else None,
        "arn": found.get("TransitGatewayArn") or ctx.arn("ec2", f"transit-gateway/{id_}"),
        "associationDefaultRouteTableId": options.get("AssociationDefaultRouteTableId", ""),
        "description": found.get("Description", ""),
        "multicastSupport": options.get("MulticastSupport", "disable"),
        "ownerId": found.get("OwnerId") or ctx.account,
        "propagationDefaultRouteTableId": options.get("PropagationDefaultRouteTableId", ""),
        "tagsAll": tag_map(found.get("Tags")),
        "transitGatewayCidrBlocks": options.get("TransitGatewayCidrBlocks", []),
        **{ours: options[theirs] for ours, theirs in _GATEWAY_OPTIONS.items() if theirs in options},
    }


def _update_gateway(ctx: Context, id_: str, old: Props, new: Props) -> None:
    changed = {ours: theirs for ours, theirs in _GATEWAY_OPTIONS.items() if old.get(ours) != new.get(ours)}
    options: dict[str, Any] = pick(new, changed)
    before, after = set(old.get("transitGatewayCidrBlocks") or ()), set(new.get("transitGatewayCidrBlocks") or ())
    if after - before:
        options["AddTransitGatewayCidrBlocks"] = sorted(after - before)
    if before - after:
        options["RemoveTransitGatewayCidrBlocks"] = sorted(before - after)
    described = (
        {"Description": new.get("description") or ""} if old.get("description") != new.get("description") else {}
    )
    if options or described:
        ctx.client("ec2").modify_transit_gateway(
            TransitGatewayId=id_, **described, **({"Options": options} if options else {})
        )
        _settled(ctx, "transit gateway", _gateway, id_)


def _delete_gateway(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_transit_gateway(TransitGatewayId=id_)
    _ended(ctx, "transit gateway", _gateway, id_)


def _enabling_a_default(prop: str, old: Props, new: Props) -> bool:
    """A default table can be given up in place; to get one the gateway must be made anew."""
    return prop.startswith("defaultRouteTable") and (old[prop], new[prop]) == ("disable", "enable")


# -- VPC attachments --------------------------------------------------------------------------------------------------


def _attachment(ctx: Context, id_: str) -> dict[str, Any] | None:
    answer = ctx.client("ec2").describe_transit_gateway_vpc_attachments(TransitGatewayAttachmentIds=[id_])
    return only(answer["TransitGatewayVpcAttachments"])


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
    """Bring the attachment's relation to the gateway's default tables to what the switches say."""
    ec2, gateway = ctx.client("ec2"), _gateway(ctx, gateway_id)
    options = (gateway or {}).get("Options") or {}
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
    _settled(ctx, "transit gateway attachment", _attachment, ctx.created_id)
    _apply_defaults(ctx, ctx.created_id, inputs["transitGatewayId"], inputs)
    return ctx.created_id


def _read_attachment(ctx: Context, id_: str, state: Props) -> Props | None:
    found = _attachment(ctx, id_)
    if found is None or found["State"] in _ENDED:
        return None
    options = found.get("Options") or {}
    gateway = _gateway(ctx, found["TransitGatewayId"])
    tables = (gateway or {}).get("Options") or {}
    switches = {
        switch: _related(ctx.client("ec2"), search, answer, tables[option], id_)
        if tables.get(option)
        else state.get(switch, True)
        for switch, (option, _enable, _disable, search, answer) in _DEFAULTS.items()
    }
    return {
        "arn": ctx.arn("ec2", f"transit-gateway-attachment/{id_}"),
        "subnetIds": found["SubnetIds"],
        "tagsAll": tag_map(found.get("Tags")),
        "transitGatewayId": found["TransitGatewayId"],
        "vpcId": found["VpcId"],
        "vpcOwnerId": found.get("VpcOwnerId") or ctx.account,
        **switches,
        **{ours: options[theirs] for ours, theirs in _ATTACHMENT_OPTIONS.items() if theirs in options},
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
        _settled(ctx, "transit gateway attachment", _attachment, id_)
    if any(old.get(switch) != new.get(switch) for switch in _DEFAULTS):
        _apply_defaults(ctx, id_, new["transitGatewayId"], new)


def _delete_attachment(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=id_)
    _ended(ctx, "transit gateway attachment", _attachment, id_)


# -- the accepting side of a VPC attachment ---------------------------------------------------------------------------


def _create_accepter(ctx: Context, inputs: Props) -> str:
    id_ = str(inputs["transitGatewayAttachmentId"])
    found = _attachment(ctx, id_)
    if found is not None and found["State"] == "pendingAcceptance":
        ctx.client("ec2").accept_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=id_)
    ctx.created_id = id_
    _settled(ctx, "transit gateway attachment", _attachment, id_)
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


# -- peers ------------------------------------------------------------------------------------------------------------


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
    if found is None or found["State"] in _ENDED:
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
    _ended(ctx, "transit gateway peering", _peering, id_)


def _create_peering_accepter(ctx: Context, inputs: Props) -> str:
    id_ = str(inputs["transitGatewayAttachmentId"])
    ctx.client("ec2").accept_transit_gateway_peering_attachment(TransitGatewayAttachmentId=id_)
    ctx.created_id = id_
    tagging(ctx, id_, {}, inputs.get("tagsAll") or {}, [])
    return id_


def _read_peering_accepter(ctx: Context, id_: str, state: Props) -> Props | None:
    found = _peering(ctx, id_)
    if found is None or found["State"] in _ENDED:
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


def _check_gateway(inputs: Props) -> list[tuple[str, str]]:
    asn = inputs.get("amazonSideAsn")
    if asn in (None, UNKNOWN) or 64512 <= asn <= 65534 or 4200000000 <= asn <= 4294967294:  # noqa: PLR2004 - AWS's
        return []
    return [("amazonSideAsn", f"{asn:.0f} is not a private ASN: 64512 to 65534, or 4200000000 to 4294967294")]


RESOURCES = (
    Resource(
        token="aws:ec2transitgateway/transitGateway:TransitGateway",
        inputs=words("""amazonSideAsn autoAcceptSharedAttachments defaultRouteTableAssociation
            defaultRouteTablePropagation description dnsSupport multicastSupport securityGroupReferencingSupport
            transitGatewayCidrBlocks vpnEcmpSupport"""),
        replace=words("amazonSideAsn multicastSupport"),
        replace_if=_enabling_a_default,
        defaults={
            "amazonSideAsn": 64512,
            "autoAcceptSharedAttachments": "disable",
            "defaultRouteTableAssociation": "enable",
            "defaultRouteTablePropagation": "enable",
            "dnsSupport": "enable",
            "multicastSupport": "disable",
            "securityGroupReferencingSupport": "disable",
            "vpnEcmpSupport": "enable",
        },
        sets=words("transitGatewayCidrBlocks"),
        check=_check_gateway,
        create=_create_gateway,
        read=_read_gateway,
        update=_update_gateway,
        delete=_delete_gateway,
        tagging=tagging,
    ),
    Resource(
        token="aws:ec2transitgateway/vpcAttachment:VpcAttachment",
        inputs=words("""applianceModeSupport dnsSupport securityGroupReferencingSupport subnetIds transitGatewayId vpcId
            transitGatewayDefaultRouteTableAssociation transitGatewayDefaultRouteTablePropagation"""),
        replace=words("transitGatewayId vpcId"),
        defaults={
            "applianceModeSupport": "disable",
            "dnsSupport": "enable",
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
