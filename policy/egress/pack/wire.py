"""Reads the engine's own messages into Registrations, without the detour over dictionaries and proxies.

The SDK converts and wraps every resource once per stack policy. Here a stack is converted once, and only what the
model can read at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..network.reads import known, reads
from ..program.roles import NATIVE_DEFAULT_VPC
from ..program.snapshot import PROVIDERS, UNKNOWN, Registration
from ..program.sources import SENTINELS, clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from google.protobuf.struct_pb2 import Struct, Value

_TELLING = (b"ubnet", b"vpcZoneIdentifier")
_MARKS = frozenset({"4dabf18193072939515e22adb298388d"})


def from_request(resources: Iterable[Any]) -> list[Registration]:
    """Read the resources of an ``AnalyzeStackRequest``, which has none that the program only reads."""
    return [_registration(resource) for resource in resources if resource.type.startswith(PROVIDERS)]


def _registration(resource: Any) -> Registration:
    secrets: set[str] = set()
    properties = _properties(resource.type, resource.properties, secrets)
    return Registration(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        properties=properties,
        dependencies={name: frozenset(each.urns) for name, each in resource.propertyDependencies.items()},
        secrets=frozenset(secrets),
    )


def _properties(token: str, properties: Struct, secrets: set[str]) -> dict[str, Any]:
    fields = properties.fields
    if (read := reads(token)) is not None:
        return {name: _value(fields[name], secrets) for name in read if name in fields}
    if not known(token):
        # What the schema doesn't know says so with one of these words where it has to do with subnets.
        written = properties.SerializeToString()
        if token not in NATIVE_DEFAULT_VPC and not any(word in written for word in _TELLING):
            return {}
    return {name: _value(value, secrets) for name, value in fields.items()}


def _value(value: Value, secrets: set[str]) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if text in SENTINELS else text
    if kind == "struct_value":
        fields = {name: _value(inner, secrets) for name, inner in value.struct_value.fields.items()}
        return clean(fields, secrets) if not _MARKS.isdisjoint(fields) else fields
    if kind == "list_value":
        return [_value(inner, secrets) for inner in value.list_value.values]
    if kind == "number_value":
        return value.number_value
    if kind == "bool_value":
        return value.bool_value
    return None
