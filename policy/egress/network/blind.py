"""Finds what makes or joins networks in ways that the model can't read, so that nobody takes silence for a proof."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..program.snapshot import UNKNOWN
from .model import EAST_WEST, EGRESS, BlindSpot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..program.snapshot import Resource
    from .draft import Draft

_BOTH = (EGRESS, EAST_WEST)

# What of AWS's own resource names (AWS::SERVICE::NAME) can add a network, or change where packets go in one.
_NETWORKS = re.compile(
    r"AWS::(EC2::(?!SecurityGroup|DHCPOptions|EIP|FlowLog|IPAM|KeyPair|NetworkAcl|NetworkInterface|SubnetNetworkAcl"
    r"|PlacementGroup|CapacityReservation|CustomerGateway|Host|Instance|LaunchTemplate|NetworkInsights"
    r"|PrefixList|SnapshotBlock|SpotFleet|EC2Fleet|TrafficMirror|VerifiedAccess|Volume|VPCBlockPublicAccess"
    r"|VPCDHCPOptions|VPCEncryption|VPCEndpointConnection|VPCEndpointService|EnclaveCertificate|NetworkPerformance)"
    r"|NetworkFirewall::(Firewall|VpcEndpointAssociation)\b|NetworkManager::(TransitGateway|VpcAttachment)"
    r"|VpcLattice::ServiceNetworkVpcAssociation)",
    re.IGNORECASE,
)
_NESTED = re.compile(r"AWS::(CloudFormation::(Stack|Macro)|ServiceCatalog::)|Fn::Transform|Transform:", re.IGNORECASE)

_LATTICE = "VPC Lattice carries packets between VPCs without any route table"


def read_blind_spots(draft: Draft) -> tuple[BlindSpot, ...]:
    """Return what can't be judged. A program without a VPC hides nothing behind a template that can't be read."""
    found = [spot for resource in draft.snapshot.others for spot in _spots(resource, hidden=bool(draft.vpcs))]
    for resource in draft.snapshot.of("endpoint"):
        kind = resource.raw("vpcEndpointType")
        if kind in ("ServiceNetwork", "Resource"):
            found.append(BlindSpot(resource.key, resource.name, resource.registration.type, (EAST_WEST,), _LATTICE))
    for spot in found:
        draft.names.setdefault(spot.key, spot.name)
    return tuple(found)


def _spots(resource: Resource, *, hidden: bool) -> Iterator[BlindSpot]:
    token = resource.registration.type
    if token.startswith("aws-native:"):
        if token in _READERS:
            found = _READERS[token](resource, hidden)
        else:
            found = (_BOTH, f"{token} isn't in this model, which reads the provider aws") if _native(token) else None
    else:
        reader = _READERS.get(token)
        found = reader(resource, hidden) if reader else None
    if found:
        ways, because = found
        yield BlindSpot(resource.key, resource.name, token, ways, because)


def _native(token: str) -> bool:
    """Tell whether a type of the provider aws-native, ``aws-native:ec2:Route``, is one of networks."""
    _provider, service, name = [*token.split(":"), "", ""][:3]
    return bool(_NETWORKS.match(f"AWS::{service}::{name}"))


_Found = tuple[tuple[str, ...], str] | None


def _cloud_control(resource: Resource, _hidden: bool) -> _Found:
    name = resource.raw("typeName")
    state = resource.raw("desiredState")
    if isinstance(name, str) and not _NETWORKS.match(name) and "ubnet" not in str(state):
        return None
    what = name if isinstance(name, str) else "what it makes"
    return _BOTH, f"{what} is made through Cloud Control, which this model doesn't read"


def _template(resource: Resource, hidden: bool) -> _Found:
    body = resource.raw("templateBody") or resource.raw("template")
    if isinstance(body, str):
        if found := _NETWORKS.search(body):
            name = re.match(r"[\w:]+", body[found.start() :])
            return _BOTH, f"its template makes {name[0] if name else 'networks'}, and templates aren't read"
        if "ubnet" in body:
            return _BOTH, "its template puts things into subnets, and templates aren't read"
        return (
            (_BOTH, "its template makes other stacks, which aren't read") if hidden and _NESTED.search(body) else None
        )
    if body is UNKNOWN and not resource.dependencies("templateBody") and resource.raw("templateUrl") is None:
        return None
    return (_BOTH, "its template can't be read here, and may make routes") if hidden else None


def _product(_resource: Resource, hidden: bool) -> _Found:
    return (_BOTH, "what its product makes can't be read here, and may be routes") if hidden else None


def _always(ways: tuple[str, ...], because: str) -> Callable[[Resource, bool], _Found]:
    return lambda _resource, _hidden: (ways, because)


_CLOUD_WAN = "routes that come from a Cloud WAN core network aren't in this program"
_SECOND = "a secondary network joins instances beside the VPC and its route tables"
_READERS: dict[str, Callable[[Resource, bool], _Found]] = {
    "aws:cloudcontrol/resource:Resource": _cloud_control,
    "aws:cloudformation/stack:Stack": _template,
    "aws-native:cloudformation:Stack": _template,
    "aws:servicecatalog/provisionedProduct:ProvisionedProduct": _product,
    "aws:networkmanager/transitGatewayRouteTableAttachment:TransitGatewayRouteTableAttachment": _always(
        _BOTH, _CLOUD_WAN
    ),
    "aws:ec2transitgateway/policyTableAssociation:PolicyTableAssociation": _always(
        _BOTH, "a policy table, not a route table, decides where packets of its attachment go"
    ),
    "aws:vpclattice/serviceNetworkVpcAssociation:ServiceNetworkVpcAssociation": _always((EAST_WEST,), _LATTICE),
    "aws:ec2/secondarySubnet:SecondarySubnet": _always((EAST_WEST,), _SECOND),
}
TYPES = frozenset(_READERS)
"""Types of the provider aws whose mere presence, or a template in them, is to be looked at."""
