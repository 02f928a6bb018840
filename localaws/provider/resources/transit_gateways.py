"""Transit gateways."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import pick, tag_spec, tagging
from localaws.provider.registry import Resource, words
from localaws.provider.transit import ENDED, ended, gateway, settled
from localaws.provider.values import UNKNOWN, Props

_GATEWAY_OPTIONS = {
    "autoAcceptSharedAttachments": "AutoAcceptSharedAttachments",
    "defaultRouteTableAssociation": "DefaultRouteTableAssociation",
    "defaultRouteTablePropagation": "DefaultRouteTablePropagation",
    "dnsSupport": "DnsSupport",
    "securityGroupReferencingSupport": "SecurityGroupReferencingSupport",
    "vpnEcmpSupport": "VpnEcmpSupport",
}


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
    settled(ctx, "transit gateway", gateway, ctx.created_id)
    return ctx.created_id


def _read_gateway(ctx: Context, id_: str, state: Props) -> Props | None:
    found = gateway(ctx, id_)
    if found is None or found["State"] in ENDED:
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
        settled(ctx, "transit gateway", gateway, id_)


def _delete_gateway(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_transit_gateway(TransitGatewayId=id_)
    ended(ctx, "transit gateway", gateway, id_)


def _enabling_a_default(prop: str, old: Props, new: Props) -> bool:
    """A default table can be given up in place; to get one the gateway must be made anew."""
    return prop.startswith("defaultRouteTable") and (old[prop], new[prop]) == ("disable", "enable")


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
)
