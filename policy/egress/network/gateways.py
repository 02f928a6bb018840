"""Reads gateways, NAT gateways, middleboxes and peerings: everything but transit gateways that a route can name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..addresses import EMPTY, AddressError, AddressSet
from ..program.kinds import SUBNETS, VPCS
from ..program.snapshot import UNKNOWN, Ref, Unknown
from .draft import keys_of, link_keys
from .model import Gateway, Middlebox, Nat, Peering
from .vpcs import vpc_key

if TYPE_CHECKING:
    from ..program.snapshot import Resource
    from .draft import Draft

_ATTACHMENTS = {
    "internet-gateway": ("internet-gateway-attachment", "internetGatewayId"),
    "vpn-gateway": ("vpn-gateway-attachment", "vpnGatewayId"),
}


def read_gateways(draft: Draft) -> None:
    """Fill in ``draft.gateways``, with no edge tables yet."""
    for kind in ("internet-gateway", "egress-only-gateway", "carrier-gateway", "vpn-gateway"):
        vpcs: dict[str, set[str]] = {}
        doubts: dict[str, str] = {}
        own = draft.snapshot.of(kind)
        attachment_kind, name = _ATTACHMENTS.get(kind, ("", ""))
        attachments = draft.snapshot.of(attachment_kind) if attachment_kind else []
        for attachment in attachments:
            # One that nobody knows may be any.
            keys = link_keys(attachment.link(name, {kind})) or tuple(each.key for each in own)
            found = link_keys(attachment.link("vpcId", VPCS))
            for key in keys:
                vpcs.setdefault(key, set()).update(found)
                if len(keys) > 1 or not found:
                    doubts[key] = attachment.unknown("vpcId" if len(keys) == 1 else name)
        for resource in own:
            draft.keep(resource)
            link = resource.link("vpcId", VPCS)
            # The provider previews vpcId of a gateway that is attached apart as unknown: the attachment settles it.
            if isinstance(link, Unknown) and not vpcs.get(resource.key):
                doubts[resource.key] = link.because
            vpcs.setdefault(resource.key, set()).update(link_keys(link))
            draft.gateways[resource.key] = Gateway(
                resource.key,
                resource.name,
                kind.replace("vpn-gateway", "virtual-private-gateway"),
                frozenset(vpcs[resource.key]),
                doubt=doubts.get(resource.key, ""),
            )


def read_nats(draft: Draft) -> None:
    """Fill in ``draft.nats``; a regional one's own table is read with the other tables."""
    for resource in draft.snapshot.of("nat-gateway"):
        draft.keep(resource)
        mode = resource.raw("availabilityMode")
        # AWS makes no zonal one without a subnet, and no regional one with it.
        regional = resource.raw("subnetId") is None if mode is UNKNOWN else mode == "regional"
        subnets = () if regional else link_keys(resource.link("subnetId", SUBNETS))
        known = [draft.subnets[key] for key in subnets if key in draft.subnets]
        vpc = vpc_key(draft, resource.link("vpcId", VPCS), resource.key) if regional or not known else known[0].vpc
        connectivity = resource.raw("connectivityType")
        draft.nats[resource.key] = Nat(
            key=resource.key,
            name=resource.name,
            vpc=vpc,
            subnets=subnets,
            public=None if connectivity is UNKNOWN else connectivity != "private",
            table=f"{resource.key}#table" if regional else None,
            address=_nat_address(draft, resource, subnets, vpc, regional=regional),
        )


def _nat_address(draft: Draft, resource: Resource, subnets: tuple[str, ...], vpc: str, *, regional: bool) -> AddressSet:
    if address := resource.text("privateIp"):
        try:
            return AddressSet.of(address)
        except AddressError:
            pass
    if regional and vpc in draft.vpcs:
        # A regional gateway lives in no subnet: its public side is reached from the internet gateway alone.
        return EMPTY
    return AddressSet.union(draft.subnets[key].cidrs.v4 for key in subnets if key in draft.subnets)


def read_middleboxes(draft: Draft) -> None:
    """Fill in interfaces, instances and Gateway Load Balancer endpoints, as next hops."""
    owners: dict[str, list[str]] = {}
    for attachment in draft.snapshot.of("interface-attachment"):
        instances = link_keys(attachment.link("instanceId", {"instance"}))
        interfaces = link_keys(attachment.link("networkInterfaceId", {"interface"}))
        for instance in instances:
            owners.setdefault(instance, []).extend(interfaces)
    subnets_of: dict[str, tuple[str, ...]] = {}
    for resource in draft.snapshot.of("interface", "instance"):
        subnets_of[resource.key] = link_keys(resource.link("subnetId", SUBNETS))
    for resource in draft.snapshot.of("instance"):
        own = list(owners.get(resource.key, ()))
        for name in ("networkInterfaces", "primaryNetworkInterface"):
            links, _ = resource.resolve_all(name, interface_ids(resource, name), {"interface"})
            own += keys_of(links)
        owners[resource.key] = own
    siblings = {interface: owner for owner, interfaces in owners.items() for interface in interfaces}
    for resource in draft.snapshot.of("interface", "instance"):
        draft.keep(resource)
        # Whatever enters an appliance by one interface may leave by any other.
        owner = siblings.get(resource.key, resource.key)
        keys = [*subnets_of.get(resource.key, ()), *subnets_of.get(owner, ())]
        for interface in owners.get(owner, ()):
            keys += subnets_of.get(interface, ())
        check = resource.flag("sourceDestCheck", default=True)
        draft.middleboxes[resource.key] = Middlebox(
            resource.key,
            resource.name,
            "interface",
            tuple(dict.fromkeys(keys)),
            forwards=None if check is None else not check,
        )
    _read_balancer_endpoints(draft)


def interface_ids(resource: Resource, name: str) -> list[object]:
    """Return the ids of the network interfaces that a resource names under a property, as they stand there."""
    value = resource.raw(name)
    if value is UNKNOWN:
        # Computed, unless the program gave one: then its dependencies name it.
        return [UNKNOWN] if resource.dependencies(name) else []
    listed = value if isinstance(value, (list, tuple)) else [value]
    return [inner.get("networkInterfaceId") for inner in listed if isinstance(inner, Mapping)]


def _read_balancer_endpoints(draft: Draft) -> None:
    extra: dict[str, list[str]] = {}
    for association in draft.snapshot.of("endpoint-subnet"):
        for key in link_keys(association.link("vpcEndpointId", {"endpoint"})):
            extra.setdefault(key, []).extend(link_keys(association.link("subnetId", SUBNETS)))
    for resource in draft.snapshot.of("endpoint"):
        draft.keep(resource)
        links, _ = resource.links("subnetIds", SUBNETS) if resource.raw("subnetIds") is not UNKNOWN else ([], True)
        if resource.raw("subnetIds") is UNKNOWN and resource.dependencies("subnetIds"):
            links, _ = resource.links("subnetIds", SUBNETS)
        if keys := (*keys_of(links), *extra.get(resource.key, ())):
            draft.middleboxes[resource.key] = Middlebox(resource.key, resource.name, "endpoint", keys)


def read_peerings(draft: Draft) -> None:
    """Fill in ``draft.peerings``."""
    for resource in draft.snapshot.of("peering"):
        draft.keep(resource)
        sides: list[str] = []
        for name in ("vpcId", "peerVpcId"):
            link = resource.link(name, VPCS)
            if isinstance(link, Ref) and len(link.keys) == 1:
                sides.append(link.keys[0])
            else:
                sides.append(vpc_key(draft, link, f"{resource.key}.{name}"))
        draft.peerings[resource.key] = Peering(resource.key, resource.name, (sides[0], sides[1]))
