"""Where things go that name no subnet: into the account's default VPC, which AWS connects to the internet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..program.roles import DEFAULT_VPC as RUN_THERE
from ..program.roles import FOLLOWED, NATIVE_DEFAULT_VPC, TEMPLATES
from ..program.schema import Takes, takes
from ..program.snapshot import UNKNOWN, Outside, Ref, Unknown
from .draft import outside
from .named_subnets import at_paths, named_subnets

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from ..program.snapshot import Link, Resource
    from .draft import Draft

DEFAULT_VPC = "the account's default VPC"

_NATIVE = Takes(interfaces=(("networkInterfaces", "networkInterfaceId"),))
_SPECIFICATIONS = frozenset({"launchTemplate", "launchTemplateSpecification"})
_IDS = ("id", "launchTemplateId", "name", "launchTemplateName")
_DEPTH = 6


def without_subnet(draft: Draft, resource: Resource, *, placed: bool) -> tuple[list[str], str]:
    """Say where a resource goes as far as it names no subnet: what is out of sight, and a doubt where nobody can tell.

    ``placed``: it names some. Neither, where it goes by an interface, a subnet group or a template of this program:
    those are judged by themselves.
    """
    token = resource.registration.type
    taken = takes(token) or _NATIVE
    if placed:
        return _loose(draft, resource)
    for paths, kind in ((taken.groups, "subnet-group"), (taken.interfaces, "interface")):
        if links := list(_links(resource, paths, {kind})):
            strays = [_outside(link.id) for link in links if isinstance(link, Outside)]
            return strays, next((link.because for link in links if isinstance(link, Unknown)), "")
    stays_beside = NATIVE_DEFAULT_VPC.get(token, (FOLLOWED[token],) if token in FOLLOWED else ())
    if any(resource.raw(name) is not None and not _is_computed(resource, name) for name in stays_beside):
        return [], ""
    if token not in RUN_THERE and token not in NATIVE_DEFAULT_VPC:
        return [], ""
    if resource.raw("templateName") is not None:
        return _by_settings(draft, resource)
    templates = [(top, value) for top in TEMPLATES for value in _template_ids(resource, top)]
    return _by_templates(draft, resource, templates) if templates else ([DEFAULT_VPC], "")


def _links(resource: Resource, paths: tuple[tuple[str, ...], ...], kinds: Collection[str]) -> Iterator[Link]:
    for top, value in at_paths(resource, paths):
        if value is not UNKNOWN or resource.dependencies(top):
            yield resource.resolve(top, value, kinds)


def _outside(identity: str) -> str:
    return DEFAULT_VPC if identity == "default" else outside(identity)


def _is_computed(resource: Resource, name: str) -> bool:
    return resource.raw(name) is UNKNOWN and not resource.dependencies(name)


def _loose(draft: Draft, resource: Resource) -> tuple[list[str], str]:
    """Look at those of a fleet's parts that name no subnet beside others that do."""
    specifications, _ = resource.items("launchSpecifications")
    if any(isinstance(each, Mapping) and not each.get("subnetId") for each in specifications):
        return [DEFAULT_VPC], ""
    configs, _ = resource.items("launchTemplateConfigs")
    loose = [each for each in configs if isinstance(each, Mapping) and not _is_overridden(each)]
    templates = [("launchTemplateConfigs", value) for value in _specified(loose, _DEPTH)]
    return _by_templates(draft, resource, templates)


def _is_overridden(config: Mapping[str, Any]) -> bool:
    overrides = config.get("overrides")
    if not isinstance(overrides, (list, tuple)) or not overrides:
        return overrides is UNKNOWN
    return all(not isinstance(each, Mapping) or each.get("subnetId") for each in overrides)


def _by_settings(draft: Draft, resource: Resource) -> tuple[list[str], str]:
    """Look for the subnets of an Elastic Beanstalk environment in the configuration template that it is made from."""
    made_here = [draft.snapshot.get(urn) for urn in sorted(resource.dependencies("templateName"))]
    templates = [each for each in made_here if each and each.registration.type.endswith(":ConfigurationTemplate")]
    if not templates:
        return [], f"which subnet the configuration template of {resource.name} names isn't in this program"
    return ([] if all(any(True for _ in named_subnets(each)) for each in templates) else [DEFAULT_VPC]), ""


def _by_templates(draft: Draft, resource: Resource, templates: list[tuple[str, Any]]) -> tuple[list[str], str]:
    for top, value in templates:
        link = resource.resolve(top, value, {"launch-template"})
        if not isinstance(link, Ref):
            return [], f"which subnet the launch template of {resource.name} names isn't in this program"
        placed = [_has_place(draft.snapshot.resources[key]) for key in link.keys]
        if not any(placed):
            return [DEFAULT_VPC], ""
        if not all(placed):
            return [], f"which of its launch templates {resource.name} uses is known only after `pulumi up`"
    return [], ""


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
