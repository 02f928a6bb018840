"""Finds the values in a resource's properties that name subnets: by the schema, or by their names where it has none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..program.kinds import SUBNETS
from ..program.roles import LISTED
from ..program.schema import takes
from ..program.snapshot import UNKNOWN, Ref

if TYPE_CHECKING:
    from ..program.snapshot import Resource

# How services spell it whose types the schema doesn't know: subnetId, subnetIds, subnets, clientSubnets, subnetArns.
_NAMES_SUBNETS = re.compile(r"(^|[a-z0-9])subnet(s|_?ids?|_?arns?)?$|^vpcZoneIdentifiers?$", re.IGNORECASE)
_NOT_INSIDE = frozenset(
    {"tags", "tagsAll", "environment", "environments", "variables", "triggers", "parameters", "__defaults"}
)
_CONFIGURATIONS = frozenset({"Config", "ration", "ptions", "ttings"})
_DEPTH = 6
_MEANS_A_RANGE = re.compile(r"cidr|range|block", re.IGNORECASE)
_OPTIONS = ("Subnets", "ELBSubnets")


def named_subnets(resource: Resource) -> Iterator[tuple[str, Any]]:
    """Yield every value that names subnets (an id, a list, or UNKNOWN), with the top-level property that it lies under.

    What AWS computes and nobody knows yet isn't among them.
    """
    taken = takes(resource.registration.type)
    found = _by_name(resource) if taken is None else at_paths(resource, taken.subnets)
    for top, value in found:
        if value is not UNKNOWN or resource.dependencies(top):
            yield top, value.split(",") if isinstance(value, str) and "," in value else value
    if settings := LISTED.get(resource.registration.type):
        for value in _listed(resource, settings, resource.raw(settings), ""):
            yield settings, value


def at_paths(resource: Resource, paths: tuple[tuple[str, ...], ...]) -> Iterator[tuple[str, Any]]:
    """Yield what lies at paths of a resource's inputs; UNKNOWN where something on the way isn't known."""
    for top, *rest in paths:
        for value in _at(resource.raw(top), rest):
            yield top, value


def _at(value: Any, path: list[str]) -> Iterator[Any]:
    if value is None or value == "":
        return
    if value is UNKNOWN or not path:
        yield value
    elif isinstance(value, Mapping):
        yield from _at(value.get(path[0]), path[1:])
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _at(inner, path)


def _listed(resource: Resource, top: str, value: Any, name: str) -> Iterator[Any]:
    """Find subnets among settings of the user's own naming, ``{name: value}`` or a name beside a value."""
    if isinstance(value, Mapping):
        label = str(value.get("name") or value.get("key") or "")
        for key, inner in value.items():
            yield from _listed(resource, top, inner, label if key == "value" else str(key))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _listed(resource, top, inner, name)
    elif value is UNKNOWN:
        known, _ = resource.resolve_all(top, UNKNOWN, SUBNETS)
        if name in _OPTIONS or (known and not _MEANS_A_RANGE.search(name)):
            yield UNKNOWN
    elif isinstance(value, str):
        for text in (part.strip() for part in value.split(",")):
            known_id = isinstance(resource.resolve(top, text, SUBNETS), Ref)
            if text and (name in _OPTIONS or text.startswith("subnet-") or known_id):
                yield text


def _by_name(resource: Resource) -> Iterator[tuple[str, Any]]:
    for top, value in resource.registration.properties.items():
        if top in _NOT_INSIDE or value is None or value == "":
            continue
        if _NAMES_SUBNETS.search(top):
            yield top, _bare(value)
        elif isinstance(value, (Mapping, list, tuple)):
            for inner in _nested(value, _DEPTH):
                yield top, inner
        elif value is UNKNOWN and top[-6:] in _CONFIGURATIONS and _leads_to_subnets(resource, top):
            yield top, UNKNOWN


def _leads_to_subnets(resource: Resource, top: str) -> bool:
    """Take a configuration that is unknown as a whole to lead wherever its dependencies do."""
    return any("/subnet:" in urn or "Subnet::" in urn for urn in resource.dependencies(top))


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
