"""Reads firewalls: where their endpoints stand, which ids those have, and what they are told to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..program.kinds import SUBNETS, VPCS
from ..program.snapshot import UNKNOWN, Outside, Ref, Unknown
from .draft import keys_of, link_keys, outside
from .model import Endpoint, Firewall
from .rules import read_policy
from .vpcs import vpc_key

if TYPE_CHECKING:
    from ..program.snapshot import Resource
    from .draft import Draft

_PROTECTIONS = {
    "deleteProtection": "delete protection",
    "subnetChangeProtection": "subnet change protection",
    "firewallPolicyChangeProtection": "policy change protection",
    "availabilityZoneChangeProtection": "zone change protection",
}


def read_endpoints(draft: Draft) -> None:
    """Fill in where firewall endpoints stand and which ids belong to them; routes are read with this at hand."""
    for firewall in draft.snapshot.of("firewall"):
        draft.keep(firewall)
        places: list[Endpoint] = []
        mappings, _whole = firewall.items("subnetMappings")
        values = [mapping.get("subnetId", UNKNOWN) if isinstance(mapping, Mapping) else UNKNOWN for mapping in mappings]
        if firewall.raw("subnetMappings") is UNKNOWN:
            values = [UNKNOWN]
        links, _settled = firewall.resolve_all("subnetMappings", values, SUBNETS)
        for key in keys_of(links):
            draft.names.setdefault(key, key.removeprefix("id:"))
            places.append(Endpoint(key, key, f"{firewall.name} in {draft.names[key]}"))
        draft.endpoints[firewall.key] = tuple(places)
        _read_statuses(draft, firewall)
    for association in draft.snapshot.of("firewall-endpoint"):
        _read_association(draft, association)


def _read_statuses(draft: Draft, firewall: Resource) -> None:
    for status in _mappings(firewall.raw("firewallStatuses")):
        for state in _mappings(status.get("syncStates")):
            for attachment in _mappings(state.get("attachments")):
                identity, subnet = attachment.get("endpointId"), attachment.get("subnetId")
                if isinstance(identity, str) and identity and isinstance(subnet, str):
                    link = firewall.resolve("subnetMappings", subnet, SUBNETS)
                    keys = link_keys(link) or (outside(subnet),)
                    draft.endpoint_ids[identity] = (firewall.key, keys[0])
        for state in _mappings(status.get("transitGatewayAttachmentSyncStates")):
            identity = state.get("attachmentId")
            if isinstance(identity, str) and identity:
                draft.transit_attachment_ids[identity] = firewall.key


def _read_association(draft: Draft, association: Resource) -> None:
    draft.keep(association)
    link = association.link("firewallArn", {"firewall"})
    if isinstance(link, Ref) and len(link.keys) == 1:
        firewall = link.keys[0]
    elif isinstance(link, Outside):
        firewall = outside(link.id)
    else:
        firewall = f"?{association.key}"
    draft.names.setdefault(firewall, firewall.removeprefix("id:").rsplit("/", 1)[-1])
    mapping = association.raw("subnetMapping")
    value = mapping.get("subnetId") if isinstance(mapping, Mapping) else UNKNOWN
    subnets = link_keys(association.resolve("subnetMapping", value, SUBNETS))
    subnet = subnets[0] if len(subnets) == 1 else ""
    endpoint = Endpoint(association.key, subnet, association.name)
    draft.endpoints[firewall] = (*draft.endpoints.get(firewall, ()), endpoint)
    for status in _mappings(association.raw("vpcEndpointAssociationStatuses")):
        for state in _mappings(status.get("associationSyncStates")):
            for attachment in _mappings(state.get("attachments")):
                identity = attachment.get("endpointId")
                if isinstance(identity, str) and identity:
                    draft.endpoint_ids[identity] = (firewall, association.key)


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        return [value]
    if isinstance(value, (list, tuple)):
        return [inner for inner in value if isinstance(inner, Mapping)]
    return []


def read_firewalls(draft: Draft) -> dict[str, Firewall]:
    """Return all firewalls; those known by ARN alone (from endpoint associations) carry a doubt."""
    logs = _log_types(draft)
    firewalls: dict[str, Firewall] = {}
    for resource in draft.snapshot.of("firewall"):
        vpc = resource.link("vpcId", VPCS)
        transit = resource.link("transitGatewayId", {"tgw"})
        attached = ""
        if resource.raw("transitGatewayId") is not UNKNOWN or resource.dependencies("transitGatewayId"):
            attached = next(iter(link_keys(transit)), "") or ("?" if isinstance(transit, Unknown) else "")
        # The provider previews a computed vpcId for a firewall on a transit gateway as unknown: that's no VPC.
        own_vpc = "" if attached or vpc is None else vpc_key(draft, vpc, resource.key)
        firewalls[resource.key] = Firewall(
            key=resource.key,
            name=resource.name,
            vpc=own_vpc,
            endpoints=draft.endpoints.get(resource.key, ()),
            attached=attached,
            policy=read_policy(draft, resource),
            log_types=logs.get(resource.key, frozenset()),
            protections=_protections(resource, attached=bool(attached)),
        )
    return firewalls


def _protections(resource: Resource, *, attached: bool) -> dict[str, bool | None]:
    wanted = dict(_PROTECTIONS)
    # A firewall on a transit gateway has zones instead of subnets.
    del wanted["subnetChangeProtection" if attached else "availabilityZoneChangeProtection"]
    return {text: resource.flag(name, default=False) for name, text in wanted.items()}


def _log_types(draft: Draft) -> dict[str, frozenset[str] | None]:
    types: dict[str, frozenset[str] | None] = {}
    for logging in draft.snapshot.of("firewall-logging"):
        keys = link_keys(logging.link("firewallArn", {"firewall"}))
        value = logging.raw("loggingConfiguration")
        configs = value.get("logDestinationConfigs") if isinstance(value, Mapping) else value
        found: set[str] | None = set()
        if configs is UNKNOWN or len(keys) != 1:
            found = None
        for config in _mappings(configs):
            kind = config.get("logType")
            if not isinstance(kind, str):
                found = None
            elif found is not None:
                found.add(kind.upper())
        for key in keys:
            have = types.get(key, frozenset())
            types[key] = None if found is None or have is None else have | found
    if any(
        logging.raw("firewallArn") is UNKNOWN and not link_keys(logging.link("firewallArn", {"firewall"}))
        for logging in draft.snapshot.of("firewall-logging")
    ):
        for firewall in draft.snapshot.of("firewall"):
            types.setdefault(firewall.key, None)
    return types
