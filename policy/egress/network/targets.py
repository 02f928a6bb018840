"""Reads a route's next hop: which thing it names, or all things that it may name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..program.kinds import SUBNETS
from ..program.snapshot import UNKNOWN, Outside, Ref, Unknown
from .draft import is_gateway_endpoint, link_keys, outside_name
from .model import Target

if TYPE_CHECKING:
    from ..program.snapshot import Link, Resource
    from .draft import Draft

# The API takes the ids of these as gateways too, and states that older providers wrote have them; the plain reading
# comes first.
_ALSO_GATEWAYS = frozenset({"endpoint", "firewall", "firewall-endpoint", "egress-only-gateway", "nat-gateway"})

# Property of a route -> (kinds of resources it can name, kind of hop where the resource is outside the program).
_PROPERTIES: dict[str, tuple[frozenset[str], str]] = {
    "vpcEndpointId": (frozenset({"firewall", "firewall-endpoint", "endpoint"}), "endpoint"),
    "natGatewayId": (frozenset({"nat-gateway"}), "nat-gateway"),
    "transitGatewayId": (frozenset({"tgw", "tgw-vpc"}), "transit-gateway"),
    "egressOnlyGatewayId": (frozenset({"egress-only-gateway"}), "egress-only-gateway"),
    "vpcPeeringConnectionId": (frozenset({"peering", "peering-accepter"}), "peering"),
    "gatewayId": (frozenset({"internet-gateway", "vpn-gateway"}), "gateway"),
    "networkInterfaceId": (frozenset({"interface", "instance"}), "interface"),
    "instanceId": (frozenset({"instance"}), "interface"),
    "carrierGatewayId": (frozenset({"carrier-gateway"}), "carrier-gateway"),
    "localGatewayId": (frozenset(), "local-gateway"),
    "coreNetworkArn": (frozenset(), "core-network"),
    "odbNetworkArn": (frozenset(), "odb-network"),
}
_NO_NEXT_HOP = frozenset({"Interface", "Resource", "ServiceNetwork"})
# What a gateway known by id alone is: the API takes more than gateways there.
_HOP_OF_ID = {
    "nat": "nat-gateway",
    "vpce": "endpoint",
    "tgw": "transit-gateway",
    "eigw": "egress-only-gateway",
    "cagw": "carrier-gateway",
    "lgw": "local-gateway",
    "pcx": "peering",
    "eni": "interface",
}
_KIND_OF_HOP = {"tgw": "transit-gateway", "instance": "interface", "peering-accepter": "peering"}


def read_targets(draft: Draft, resource: Resource, entry: Mapping[str, Any], top: str | None) -> tuple[Target, ...]:
    """Return what a route may point at: one target where it is certain.

    ``entry`` is the route's own properties, or one element of a table's inline ``routes`` with ``top`` = "routes".
    """
    unknown: list[str] = []
    silent: list[str] = []
    for name in _PROPERTIES:
        value = entry.get(name)
        if value is None or value == "":
            continue
        if value is UNKNOWN:
            # The provider previews properties that it computes itself as unknown; those come from nowhere.
            (unknown if resource.dependencies(top or name) else silent).append(name)
            continue
        return _read(draft, resource, name, value, top)
    for names in (unknown, silent):
        if names:
            if top is None and len(names) > 1 and names is silent:
                return (Target("unknown", note=f"the next hop of {resource.name} is known only after `pulumi up`"),)
            # Each may be the one that it has: `vpc_endpoint_id = c ? … : null` beside `gateway_id = c ? null : …`.
            told = names if names is unknown else names[:1]
            return tuple(dict.fromkeys(each for n in told for each in _read(draft, resource, n, UNKNOWN, top)))
    return (Target("missing", note="it names no next hop"),)


def _read(draft: Draft, resource: Resource, name: str, value: Any, top: str | None) -> tuple[Target, ...]:
    kinds, hop = _PROPERTIES[name]
    if value == "local":
        return (Target("local"),)
    if name in {"localGatewayId", "coreNetworkArn", "odbNetworkArn"}:
        if isinstance(value, str):
            draft.names.setdefault(f"id:{value}", value)
        kind = hop if hop != "odb-network" else "outside"
        return (
            Target(
                kind,
                f"id:{value}" if isinstance(value, str) else "",
                note=f"{name} of {resource.name} leads out of the program",
            ),
        )
    if isinstance(value, str) and value in draft.endpoint_ids:
        firewall, place = draft.endpoint_ids[value]
        return (Target("firewall", firewall, (place,)),)
    link = resource.resolve(top or name, value, kinds)
    if name == "gatewayId" and not isinstance(link, Ref):
        other = resource.resolve(top or name, value, _ALSO_GATEWAYS)
        link = other if isinstance(other, Ref) else link
    return (
        tuple(_target(draft, resource, key, top or name) for key in link.keys)
        if isinstance(link, Ref)
        else (_elsewhere(draft, link, hop),)
    )


def _elsewhere(draft: Draft, link: Link, hop: str) -> Target:
    if isinstance(link, Outside):
        key = f"id:{link.id}"
        draft.names.setdefault(key, outside_name(link.id))
        if hop == "gateway":
            hop = _HOP_OF_ID.get(link.id.partition("-")[0], hop)
        if link.id.startswith("igw-"):
            return Target("outside", key, (hop,), f"internet gateway {link.id} isn't in this program")
        if hop == "transit-gateway":
            # Its tables may be in the program all the same.
            return Target("transit-gateway", key)
        return Target("outside", key, (hop,), f"{outside_name(link.id)} isn't in this program")
    because = link.because if isinstance(link, Unknown) else "its next hop is missing"
    return Target("unknown", place=(hop,), note=because)


def _target(draft: Draft, resource: Resource, key: str, top: str) -> Target:
    other = draft.snapshot.resources[key]
    if other.kind == "firewall":
        return _endpoint(draft, resource, key, top)
    if other.kind == "firewall-endpoint":
        for firewall, endpoints in draft.endpoints.items():
            if any(endpoint.key == key for endpoint in endpoints):
                return Target("firewall", firewall, (key,))
    if other.kind == "endpoint" and is_gateway_endpoint(other):
        return Target("gateway-endpoint", key)
    if other.kind == "endpoint" and other.text("vpcEndpointType") in _NO_NEXT_HOP:
        return Target("missing", note=f"AWS takes no {other.text('vpcEndpointType')} endpoint as a next hop")
    if other.kind == "tgw-vpc":
        gateways = link_keys(other.link("transitGatewayId", {"tgw"}))
        return (
            Target("transit-gateway", gateways[0])
            if gateways
            else Target("unknown", note=other.unknown("transitGatewayId"))
        )
    if other.kind == "vpn-gateway":
        return Target("virtual-private-gateway", key)
    if other.kind == "peering-accepter":
        link = other.link("vpcPeeringConnectionId", {"peering"})
        if isinstance(link, Ref):
            return Target("peering", link.keys[0])
        return Target("outside", key, ("peering",), f"the connection that {other.name} accepts isn't in this program")
    return Target(_KIND_OF_HOP.get(other.kind, other.kind), key)


def _endpoint(draft: Draft, resource: Resource, firewall: str, top: str) -> Target:
    """Narrow an endpoint id that isn't known yet: a subnet that it was looked up with says which endpoint it is.

    Inline routes share their look-ups. Where they are fewer than the routes, some may be for one route alone, and
    another route takes its endpoint by position.
    """
    standing = [endpoint.key for endpoint in draft.endpoints.get(firewall, ()) if endpoint.subnet == endpoint.key]
    looked_up = [key for key in draft.snapshot.candidates(resource, top, SUBNETS, depth=0) if key in standing]
    entries, _whole = resource.items(top) if top == "routes" else ([], True)
    hidden = sum(isinstance(entry, Mapping) and entry.get("vpcEndpointId") is UNKNOWN for entry in entries)
    others = [key for key in standing if key not in looked_up] if 0 < len(looked_up) < hidden else ()
    return Target("firewall", firewall, tuple(looked_up or standing), others=tuple(others))
