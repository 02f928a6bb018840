"""Finds what lives in subnets: workloads of every service, infrastructure, and things that are neither."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..program.kinds import SUBNETS
from ..program.snapshot import UNKNOWN, Outside, Ref
from .default_vpc import without_subnet
from .draft import outside, outside_name
from .model import Occupant

if TYPE_CHECKING:
    from ..program.snapshot import Resource
    from .draft import Draft

# Every service spells it its own way: subnetId, subnetIds, subnets, clientSubnets, subnetArns, vpcZoneIdentifiers.
_NAMES_SUBNETS = re.compile(r"(^|[a-z])subnet(s|_?ids?|_?arns?)?$|^vpcZoneIdentifiers?$", re.IGNORECASE)
_NOT_INSIDE = frozenset(
    {"tags", "tagsAll", "environment", "environments", "variables", "triggers", "parameters", "__defaults"}
)
_DEPTH = 6

# They refer to subnets without putting anything into them that sends packets of its own accord.
_REFERENCES = frozenset(
    {
        "aws:ec2/networkAcl:NetworkAcl",
        "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
        "aws:ec2/networkAclAssociation:NetworkAclAssociation",
        "aws:ec2/flowLog:FlowLog",
        "aws:ec2/subnetCidrReservation:SubnetCidrReservation",
        "aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion",
        "aws:ec2/networkInsightsPath:NetworkInsightsPath",
        "aws:ec2transitgateway/multicastDomainAssociation:MulticastDomainAssociation",
        "aws:ram/resourceShare:ResourceShare",
        "aws:ec2/tag:Tag",
    }
)
_NEUTRAL = frozenset(
    {
        "aws:ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint",
        "aws:route53/resolverEndpoint:ResolverEndpoint",
        "aws:vpc/routeServerEndpoint:RouteServerEndpoint",
        "aws:vpc/routeServerPeer:RouteServerPeer",
    }
)
# The provider aws-native's names for the same.
_NATIVE_REFERENCES = ("aws-native:ec2:Subnet", "aws-native:ec2:NetworkAcl", "aws-native:ec2:FlowLog")
_NATIVE_INFRASTRUCTURE = (":LoadBalancer", ":NatGateway", ":TransitGatewayAttachment", ":TransitGatewayVpcAttachment")
_INFRASTRUCTURE = frozenset({"nat-gateway", "firewall", "firewall-endpoint", "tgw-vpc", "load-balancer"})
_ROLE_OF_KIND = dict.fromkeys(_INFRASTRUCTURE, "infrastructure") | {
    "instance": "workload",
    "interface": "workload",
    "launch-template": "workload",
    "endpoint": "neutral",
}


def read_occupants(draft: Draft) -> tuple[Occupant, ...]:
    """Return everything that lives in subnets."""
    found: list[Occupant] = []
    for kind, role in _ROLE_OF_KIND.items():
        for resource in draft.snapshot.of(kind):
            found += _occupant(draft, resource, role)
    for resource in draft.snapshot.others:
        token = resource.registration.type
        if token == "aws:ram/resourceAssociation:ResourceAssociation":  # noqa: S105 - a type token
            found += _shared(draft, resource)
        elif token not in _REFERENCES and not token.startswith(_NATIVE_REFERENCES):
            found += _occupant(draft, resource, _role(token))
    return tuple(found)


def _role(token: str) -> str:
    if token.startswith("aws-native:") and token.endswith(_NATIVE_INFRASTRUCTURE):
        return "infrastructure"
    return "neutral" if token in _NEUTRAL else "workload"


def _occupant(draft: Draft, resource: Resource, role: str) -> Iterator[Occupant]:
    places = list(_places(resource))
    subnets: dict[str, None] = {}
    strays: dict[str, None] = {}
    certain, doubt = True, ""
    for top, value in places:
        if value is UNKNOWN and not resource.dependencies(top):
            continue
        links, settled = resource.resolve_all(top, value, SUBNETS)
        for link in links:
            if isinstance(link, Ref):
                subnets.update(dict.fromkeys(link.keys))
                certain = certain and len(link.keys) == 1
            elif isinstance(link, Outside):
                strays[outside(link.id)] = None
        if not settled:
            doubt = resource.unknown(top)
    if not (subnets or strays or doubt):
        found, doubt = without_subnet(draft, resource)
        strays.update(dict.fromkeys(found))
    if subnets or strays or doubt:
        draft.names.setdefault(resource.key, resource.name)
        for key in strays:
            draft.names.setdefault(key, outside_name(key.removeprefix("id:")))
        yield Occupant(
            resource.key,
            resource.name,
            resource.registration.type,
            role,
            tuple(subnets),
            certain,
            tuple(strays) if role == "workload" else (),
            doubt if role == "workload" else "",
        )


def _places(resource: Resource) -> Iterator[tuple[str, Any]]:
    """Find all values that name subnets, with the top-level property that each lies under."""
    for top, value in resource.registration.properties.items():
        if top in _NOT_INSIDE or value is None or value == "":
            continue
        if _NAMES_SUBNETS.search(top):
            yield top, _bare(value)
        elif isinstance(value, (Mapping, list, tuple)):
            for inner in _nested(value, _DEPTH):
                yield top, inner
        elif value is UNKNOWN and resource.dependencies(top) and top[-6:] in {"Config", "ration", "ptions", "ttings"}:
            yield from _hidden(resource, top)


def _hidden(resource: Resource, top: str) -> Iterator[tuple[str, Any]]:
    """Take a configuration that is unknown as a whole to lead wherever its dependencies do."""
    if any("/subnet:" in urn or "Subnet::" in urn for urn in resource.dependencies(top)):
        yield top, UNKNOWN


def _bare(value: Any) -> Any:
    """Strip mappings around subnet ids, as in ``subnets = [{subnetId: …}]``."""
    if isinstance(value, Mapping):
        return list(_nested(value, _DEPTH))
    if isinstance(value, (list, tuple)) and any(isinstance(inner, Mapping) for inner in value):
        return list(_nested(value, _DEPTH))
    return value


def _nested(value: Any, depth: int) -> Iterator[Any]:
    if depth == 0:
        return
    if isinstance(value, Mapping):
        # Elastic Beanstalk spells its settings as namespace, name and value.
        if value.get("name") in ("Subnets", "ELBSubnets") and "value" in value:
            listed = value["value"]
            yield from listed.split(",") if isinstance(listed, str) else [listed]
        for name, inner in value.items():
            if name in _NOT_INSIDE:
                continue
            if isinstance(name, str) and _NAMES_SUBNETS.search(name) and not isinstance(inner, Mapping):
                yield from inner if isinstance(inner, (list, tuple)) else [inner]
            elif isinstance(inner, (Mapping, list, tuple)):
                yield from _nested(inner, depth - 1)
    else:
        for inner in value:
            if isinstance(inner, (Mapping, list, tuple)):
                yield from _nested(inner, depth - 1)


def _shared(draft: Draft, resource: Resource) -> Iterator[Occupant]:
    """Take a subnet that is shared with other accounts to hold workloads, which this program can't see."""
    link = resource.link("resourceArn", SUBNETS)
    if isinstance(link, Ref):
        draft.names.setdefault(resource.key, resource.name)
        yield Occupant(
            resource.key, resource.name, resource.registration.type, "workload", link.keys, len(link.keys) == 1
        )
