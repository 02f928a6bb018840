"""Turns what a real program registered into a draft, so that the same single changes can be made to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tests.oracle.draft import Draft, Made, Ref
from tests.oracle.judged import UNKNOWN

if TYPE_CHECKING:
    from tests.oracle.judged import Registration


def redraw(up: Iterable[Registration], preview: Iterable[Registration]) -> Draft:
    """A draft whose `up()` says what `up` says, with references wherever a value is another resource's id or output."""
    listed = list(up)
    unknown = {one.urn: one for one in preview}
    names = {one.urn: f"{one.type.rpartition(':')[2]} {one.name}" for one in listed}
    where = _references(listed, names)
    draft = Draft()
    for one in listed:
        early = unknown.get(one.urn, one)
        own = {key for key, value in early.properties.items() if value is UNKNOWN and key not in early.dependencies}
        made = Made(names[one.urn], one.type, str(one.id), {}, {})
        for key, value in one.properties.items():
            if key in own:
                made.computed[key] = value
            else:
                made.inputs[key] = _referring(value, where, names[one.urn])
        made.outputs = {ref.output: value for value, ref in where.items() if ref.to == made.name and ":" in ref.output}
        made.outputs |= {ref.output: value for value, ref in where.items() if ref == Ref(made.name, "attachment")}
        draft.made[made.name] = made
    return draft


def _references(registered: list[Registration], names: Mapping[str, str]) -> dict[str, Ref]:
    """What each id or output stands for."""
    found: dict[str, Ref] = {}
    by_id = {one.id: names[one.urn] for one in registered}
    for one in registered:
        name = names[one.urn]
        for key in ("arn", "mainRouteTableId", "associationDefaultRouteTableId", "transitGatewayAttachmentId"):
            value = one.properties.get(key)
            if isinstance(value, str) and not one.type.startswith("aws:ec2transitgateway/route"):
                found.setdefault(value, Ref(name, key))
        if isinstance(one.properties.get("ipv6CidrBlock"), str) and one.type.endswith(("/vpc:Vpc", "/subnet:Subnet")):
            found.setdefault(one.properties["ipv6CidrBlock"], _range(one, by_id))
        if one.type.endswith(":NatGateway") and isinstance(one.properties.get("routeTableId"), str):
            found.setdefault(one.properties["routeTableId"], Ref(name, "routeTableId"))
        if isinstance(one.id, str) and not one.type.endswith(":DefaultRouteTable"):
            found[one.id] = Ref(name)
        for attachment in _endpoints(one.properties):
            subnet = by_id[attachment["subnetId"]]
            found[attachment["endpointId"]] = Ref(name, f"endpoint:{subnet}", (subnet,))
        for status in one.properties.get("firewallStatuses") or []:
            for state in status.get("transitGatewayAttachmentSyncStates") or []:
                found[state["attachmentId"]] = Ref(name, "attachment")
    return found


def _range(one: Registration, by_id: Mapping[str | None, str]) -> Ref:
    """A VPC's range of Amazon's, or the part of it that a subnet has."""
    if one.type.endswith(":Vpc"):
        return Ref(by_id[one.id], "ipv6CidrBlock")
    return Ref(by_id[one.properties["vpcId"]], f"v6:{one.properties['ipv6CidrBlock']}")


def _endpoints(properties: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    statuses = [*(properties.get("firewallStatuses") or []), *(properties.get("vpcEndpointAssociationStatuses") or [])]
    states = [s for status in statuses for s in status.get("syncStates") or status.get("associationSyncStates") or []]
    return [attachment for state in states for attachment in state["attachments"]]


def _referring(value: Any, where: Mapping[str, Ref], own: str) -> Any:
    match value:
        case str() if value in where and where[value].to != own:
            return where[value]
        case list():
            return [_referring(item, where, own) for item in value]
        case dict():
            return {key: _referring(item, where, own) for key, item in value.items()}
    return value
