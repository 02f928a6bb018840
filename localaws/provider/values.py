"""Property values between the engine's wire form and plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from google.protobuf import struct_pb2

Props: TypeAlias = dict[str, Any]
"""Properties by their camelCase name; a value is a str, bool, int, float, list, dict, None or UNKNOWN."""

_UNKNOWN_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the signature of a secret, not one
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"


class Unknown:
    """What a preview cannot know; UNKNOWN is its one value."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false")


UNKNOWN: Final = Unknown()


def has_unknown(value: Any) -> bool:
    """Whether the value, or anything inside it, is unknown."""
    if value is UNKNOWN:
        return True
    if isinstance(value, Mapping):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return False


def decode(value: struct_pb2.Value) -> Any:
    """One wire value as Python; secrets lose their wrapping (the engine marks the results again by name)."""
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN if value.string_value == _UNKNOWN_WIRE else value.string_value
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [decode(item) for item in value.list_value.values]
    if kind == "struct_value":
        fields = value.struct_value.fields
        signature = fields[_SIGNATURE].string_value if _SIGNATURE in fields else None
        if signature in (_SECRET, _OUTPUT):
            return decode(fields["value"]) if "value" in fields else UNKNOWN
        return {key: decode(item) for key, item in fields.items()}
    return None


def decode_struct(struct: struct_pb2.Struct) -> Props:
    """All fields of a wire structure."""
    return {key: decode(item) for key, item in struct.fields.items()}


def encode(value: Any) -> struct_pb2.Value:
    """One Python value in wire form."""
    if value is UNKNOWN:
        return struct_pb2.Value(string_value=_UNKNOWN_WIRE)
    if value is None:
        return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
    if isinstance(value, bool):
        return struct_pb2.Value(bool_value=value)
    if isinstance(value, int | float):
        return struct_pb2.Value(number_value=value)
    if isinstance(value, str):
        return struct_pb2.Value(string_value=value)
    if isinstance(value, Mapping):
        return struct_pb2.Value(struct_value=encode_struct(value))
    if isinstance(value, list | tuple):
        return struct_pb2.Value(list_value=struct_pb2.ListValue(values=[encode(item) for item in value]))
    raise TypeError(f"no wire form for a {type(value).__name__}: {value!r}")


def encode_struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """Properties in wire form."""
    return struct_pb2.Struct(fields={key: encode(item) for key, item in properties.items()})
