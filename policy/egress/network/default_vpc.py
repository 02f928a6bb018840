"""Where things go that name no subnet: into the account's default VPC, which AWS connects to the internet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..program.snapshot import UNKNOWN, Outside, Ref
from .draft import outside
from .gateways import interface_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..program.snapshot import Resource
    from .draft import Draft

DEFAULT_VPC = "the account's default VPC"

# Types that need a subnet -> the properties by which they may name network interfaces, which have one, instead.
NEED_SUBNET: dict[str, tuple[str, ...]] = {
    "aws:ec2/instance:Instance": ("networkInterfaces", "primaryNetworkInterface"),
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": ("networkInterfaces", "primaryNetworkInterface"),
    "aws:ec2/spotFleetRequest:SpotFleetRequest": (),
    "aws:ec2/fleet:Fleet": (),
    "aws:autoscaling/group:Group": (),
    "aws-native:ec2:Instance": ("networkInterfaces",),
    "aws-native:autoscaling:AutoScalingGroup": (),
}
_TEMPLATES = ("launchTemplate", "mixedInstancesPolicy", "launchTemplateConfigs")
_SPECIFICATIONS = frozenset({"launchTemplate", "launchTemplateSpecification"})
_IDS = ("id", "launchTemplateId", "name", "launchTemplateName")
_DEPTH = 6


def without_subnet(draft: Draft, resource: Resource) -> tuple[list[str], str]:
    """Say where a resource goes that names no subnet: what is out of sight, and a doubt where nobody can tell.

    Neither, where it goes by an interface or a launch template of this program: those are judged by themselves.
    """
    interfaces = NEED_SUBNET.get(resource.registration.type)
    if interfaces is None:
        return [], ""
    for name in interfaces:
        if identities := interface_ids(resource, name):
            links, settled = resource.resolve_all(name, identities, {"interface"})
            strays = [outside(link.id) for link in links if isinstance(link, Outside)]
            return strays, "" if settled else resource.unknown(name)
    templates = [(top, value) for top in _TEMPLATES for value in _template_ids(resource, top)]
    for top, value in templates:
        link = resource.resolve(top, value, {"launch-template"})
        if not isinstance(link, Ref):
            return [], f"which subnet the launch template of {resource.name} names isn't in this program"
        if not all(_has_place(draft.snapshot.resources[key]) for key in link.keys):
            return [DEFAULT_VPC], ""
    return ([] if templates else [DEFAULT_VPC]), ""


def _template_ids(resource: Resource, top: str) -> Iterator[Any]:
    value = resource.raw(top)
    if value is UNKNOWN and resource.dependencies(top):
        yield UNKNOWN
    yield from _specified({top: value}, _DEPTH)


def _specified(value: Any, depth: int) -> Iterator[Any]:
    """Find the id or name of every launch template inside a value."""
    if depth == 0:
        return
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in _SPECIFICATIONS and isinstance(inner, Mapping):
                yield from [inner[key] for key in _IDS if inner.get(key)][:1]
            yield from _specified(inner, depth - 1)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _specified(inner, depth - 1)


def _has_place(template: Resource) -> bool:
    """Tell whether a launch template names subnets or interfaces; which, is read where it is judged itself."""
    listed, whole = template.items("networkInterfaces")
    if not whole:
        return bool(template.dependencies("networkInterfaces"))
    named = [each for each in listed if isinstance(each, Mapping)]
    return any(each.get(key) for each in named for key in ("subnetId", "networkInterfaceId"))
