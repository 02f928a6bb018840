"""Finds what makes or joins networks in ways that the model can't read, so that nobody takes silence for a proof."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..program.kinds import KIND_OF
from ..program.roles import NATIVE_DEFAULT_VPC
from ..program.snapshot import UNKNOWN, Ref, strings
from .default_vpc import DEFAULT_VPC
from .model import EAST_WEST, EGRESS, BlindSpot
from .named_subnets import named_subnets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..program.snapshot import Resource
    from .draft import Draft

_BOTH = (EGRESS, EAST_WEST)
_HELD = frozenset(
    {
        "bucket-object",
        "dns-association",
        "dns-config",
        "dns-group",
        "dns-profile",
        "dns-profile-association",
        "dns-profile-resource",
        "dns-rule",
        "firewall-logging",
        "instance",
        "interface",
        "launch-template",
        "load-balancer",
        "query-log",
        "query-log-association",
        "subnet-group",
    }
)
"""Kinds that no way depends on, once a subnet is known to hold them."""

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

# By these a template comes to subnets that none of its parameters is given.
_OF_ITS_OWN = re.compile(r"subnet-[0-9a-f]{8}|ImportValue|\{\{resolve:|AWS::SSM::Parameter::Value")

# What runs in the default VPC unless something in the template puts it elsewhere.
_RUN_THERE = re.compile(
    r"AWS::({})\b".format("|".join(token.split(":", 1)[1].replace(":", "::") for token in NATIVE_DEFAULT_VPC)),
    re.IGNORECASE,
)
_PUT_ELSEWHERE = re.compile(r"ubnet|NetworkInterfaceId|LaunchTemplate|TemplateName", re.IGNORECASE)

DEFERRED = "aws:terraform/deferred:Deferred"
"""The type of what a plan of Terraform puts off, whatever it will be of a network."""
HALF_MADE = "aws:terraform/tainted:Tainted"
"""The type of what stands beside a resource that Terraform holds for damaged, or made in part."""
UNDER_WAY = "aws:pulumi/underWay:UnderWay"
"""The type of what stands beside a resource that an operation of Pulumi was cut short on."""
NESTED = "aws:cloudformation/nestedStack:NestedStack"
"""The type of a nested stack in a template, whose own template isn't at hand: all that is to be judged may be in it."""
PUT_IN = "aws:cloudformation/putIn:PutIn"
"""The type of what CloudFormation puts other resources in the place of: a macro, a module, a loop."""
_PROCESSED = "`aws cloudformation get-template --template-stage Processed`"
_FIXES = {
    NESTED: "give its template beside this one, in a file whose name is what its address ends with: egress-proof check "
    "parent.yaml child.yaml. The network that is deployed can be checked as well: egress-proof check live.",
    PUT_IN: f"check what {_PROCESSED} writes of the stack, or of a change set for it (--change-set-name).",
    DEFERRED: "apply this plan, make the next one, and check that.",
    HALF_MADE: "check the plan that replaces it; or `terraform untaint` it, if it is known to be whole.",
    UNDER_WAY: "`pulumi refresh` finds out what came of it; check the state that it leaves.",
}
_LATTICE = "VPC Lattice carries packets between VPCs without any route table"


def read_blind_spots(draft: Draft) -> tuple[BlindSpot, ...]:
    """Return what can't be judged. A program without a VPC hides nothing behind a template that can't be read."""
    makers = [*draft.snapshot.of("stack-set"), *draft.snapshot.others]
    found = [spot for resource in makers for spot in _spots(draft, resource)]
    for resource in draft.snapshot.of("endpoint"):
        kind = resource.raw("vpcEndpointType")
        if kind in ("ServiceNetwork", "Resource"):
            found.append(BlindSpot(resource.key, resource.name, resource.registration.type, (EAST_WEST,), _LATTICE))
    for spot in found:
        draft.names.setdefault(spot.key, spot.name)
    return tuple(found)


def _spots(draft: Draft, resource: Resource) -> Iterator[BlindSpot]:
    token = resource.registration.type
    if reader := _READERS.get(token):
        found = reader(draft, resource)
    elif token.startswith("aws-native:") and is_native_network(token):
        found = _BOTH, f"{token} isn't in this model, which reads the provider aws"
    else:
        return
    if found:
        ways, because = found
        yield BlindSpot(resource.key, resource.name, token, ways, because, _FIXES.get(token, ""))


def says_where_packets_go(token: str) -> bool:
    """Tell whether a resource of a type may open a way, or close one, if it isn't as it is told to be."""
    return KIND_OF.get(token, "instance") not in _HELD or is_native_network(token)


def is_native_network(token: str) -> bool:
    """Tell whether a type of the provider aws-native, ``aws-native:ec2:Route``, is one of networks."""
    _provider, service, name = [*token.split(":"), "", ""][:3]
    return bool(_NETWORKS.match(f"AWS::{service}::{name}"))


_Found = tuple[tuple[str, ...], str] | None


def _cloud_control(_draft: Draft, resource: Resource) -> _Found:
    name = resource.raw("typeName")
    state = resource.raw("desiredState")
    if isinstance(name, str) and not _NETWORKS.match(name) and "ubnet" not in str(state):
        if _RUN_THERE.match(name) and not _PUT_ELSEWHERE.search(str(state)):
            return (EGRESS,), f"{name} without a subnet runs in {DEFAULT_VPC}, which isn't in this program"
        return None
    what = name if isinstance(name, str) else "what it makes"
    return _BOTH, f"{what} is made through Cloud Control, which this model doesn't read"


def _template(draft: Draft, resource: Resource) -> _Found:
    if resource.raw("templateBody") is UNKNOWN and not _comes_from_somewhere(resource):
        return None
    return _by_bodies(draft, resource, _bodies(draft, resource), "its template")


def _comes_from_somewhere(resource: Resource) -> bool:
    """Tell a template that nobody knows yet from one that AWS only reports, as the program gave none."""
    return bool(resource.dependencies("templateBody")) or resource.raw("templateUrl") is not None


def _by_bodies(draft: Draft, resource: Resource, bodies: list[str], what: str) -> _Found:
    """Judge what a resource makes by all the templates that it may make it from; without any, by where it stands."""
    if not bodies:
        return _where_networks_are(draft, f"{what} can't be read here, and may make routes")
    return next((found for body in bodies if (found := _by_body(draft, resource, body, what))), None)


def _by_body(draft: Draft, resource: Resource, body: str, what: str) -> _Found:
    if found := _NETWORKS.search(body):
        name = re.match(r"[\w:]+", body[found.start() :])
        return _BOTH, f"{what} makes {name[0] if name else 'networks'}, and templates aren't read"
    if "ubnet" in body and (_OF_ITS_OWN.search(body) or not any(True for _ in named_subnets(resource))):
        return _BOTH, f"{what} puts things into subnets, and templates aren't read"
    if (found := _RUN_THERE.search(body)) and not _PUT_ELSEWHERE.search(body):
        return (EGRESS,), f"{what} runs {found[0]} in {DEFAULT_VPC}, which isn't in this program"
    nested = _NESTED.search(body)
    return _where_networks_are(draft, f"{what} makes other stacks, which aren't read") if nested else None


def _bodies(draft: Draft, resource: Resource) -> list[str]:
    """Return the template of a resource, in the bucket object of this program too that its address comes from.

    Empty where it, or one that it may be, can't be read.
    """
    body = resource.raw("templateBody") or resource.raw("template")
    if isinstance(body, str):
        return [body]
    urns = {urn for name in _ADDRESSES for urn in resource.dependencies(name)}
    found = [other for urn in sorted(urns) if (other := draft.snapshot.get(urn))]
    contents = [each.raw("content") for each in found if each.kind == "bucket-object"]
    return contents if all(isinstance(each, str) for each in contents) else []


def _nested(_draft: Draft, resource: Resource) -> _Found:
    address = resource.raw("templateUrl")
    where = f" ({address})" if isinstance(address, str) else ""
    return _BOTH, f"the template of this nested stack{where} isn't at hand, and may make networks and routes"


def _put_in(draft: Draft, resource: Resource) -> _Found:
    what = resource.raw("what")
    if found := _NETWORKS.search(str(resource.raw("body"))):
        return _BOTH, f"{what} makes {found[0]} and the like, how many isn't known"
    return _where_networks_are(draft, f"what {what} makes isn't in this template, and may be routes")


def _instances(draft: Draft, resource: Resource) -> _Found:
    """Look for the stack set that instances are of: one of this program is judged by its own template."""
    if isinstance(resource.link("stackSetName", {"stack-set"}), Ref):
        return None
    return _where_networks_are(draft, "the template of its stack set can't be read here, and may make routes")


def _product(draft: Draft, resource: Resource) -> _Found:
    """Judge a product of this program by its own templates; any other can't be seen."""
    details = resource.raw(_DETAILS)
    top, value = (_DETAILS, details) if details is UNKNOWN else ("productId", resource.raw("productId"))
    if isinstance(details, Mapping):
        top, value = _DETAILS, details.get("productId")
    link = resource.resolve(top, value, {"product"})
    keys = link.keys if isinstance(link, Ref) else ()
    versions = [
        each
        for each in draft.snapshot.of("product-version")
        if isinstance(of := each.link("productId", {"product"}), Ref) and not set(of.keys).isdisjoint(keys)
    ]
    read = [_bodies(draft, each) for each in (*(draft.snapshot.resources[key] for key in keys), *versions)]
    bodies = [body for each in read for body in each] if all(read) else []
    return _by_bodies(draft, resource, bodies, "the template of its product")


def _application(draft: Draft, _resource: Resource) -> _Found:
    return _where_networks_are(draft, "what its application makes can't be read here, and may be routes")


def _firewall_manager(draft: Draft, resource: Resource) -> _Found:
    kinds = [text for text in strings(resource.raw("securityServicePolicyData")) if text in _MANAGED]
    return _where_networks_are(draft, "Firewall Manager makes firewalls and routes of its own") if kinds else None


def _where_networks_are(draft: Draft, because: str) -> _Found:
    return (_BOTH, because) if draft.vpcs else None


def _always(ways: tuple[str, ...], because: str) -> Callable[[Draft, Resource], _Found]:
    return lambda _draft, _resource: (ways, because)


_ADDRESSES = ("templateUrl", "provisioningArtifactParameters")
_DETAILS = "serviceCatalogProvisioningDetails"
_MANAGED = frozenset({"NETWORK_FIREWALL", "THIRD_PARTY_FIREWALL"})
_CLOUD_WAN = "routes that come from a Cloud WAN core network aren't in this program"
_SECOND = "a secondary network joins instances beside the VPC and its route tables"
_READERS: dict[str, Callable[[Draft, Resource], _Found]] = {
    "aws:cloudcontrol/resource:Resource": _cloud_control,
    "aws:cloudformation/stack:Stack": _template,
    "aws:cloudformation/stackSet:StackSet": _template,
    "aws:cloudformation/stackInstances:StackInstances": _instances,
    "aws:cloudformation/stackSetInstance:StackSetInstance": _instances,
    "aws:fms/policy:Policy": _firewall_manager,
    "aws:sagemaker/project:Project": _product,
    "aws:serverlessrepository/cloudFormationStack:CloudFormationStack": _application,
    "aws:servicecatalog/provisionedProduct:ProvisionedProduct": _product,
    "aws-native:cloudformation:Stack": _template,
    "aws-native:cloudformation:StackSet": _template,
    "aws-native:servicecatalog:CloudFormationProvisionedProduct": _product,
    "aws:networkmanager/transitGatewayRouteTableAttachment:TransitGatewayRouteTableAttachment": _always(
        _BOTH, _CLOUD_WAN
    ),
    "aws:ec2transitgateway/policyTableAssociation:PolicyTableAssociation": _always(
        _BOTH, "a policy table, not a route table, decides where packets of its attachment go"
    ),
    "aws:vpclattice/serviceNetworkVpcAssociation:ServiceNetworkVpcAssociation": _always((EAST_WEST,), _LATTICE),
    DEFERRED: _always(_BOTH, "Terraform defers it to the next plan, and what it will be isn't known"),
    NESTED: _nested,
    PUT_IN: _put_in,
    HALF_MADE: _always(_BOTH, "it is tainted, and how much of it Terraform has made isn't known"),
    UNDER_WAY: _always(_BOTH, "an operation on it was cut short, and what came of that isn't known"),
    "aws:ec2/secondarySubnet:SecondarySubnet": _always((EAST_WEST,), _SECOND),
}
TYPES = frozenset(_READERS)
"""Types whose mere presence, or a template in them, is to be looked at."""
