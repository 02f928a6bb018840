"""The names and types of a Pulumi type's properties, and whether a value has its type."""

from __future__ import annotations

import functools
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from localaws.provider import sdk
from localaws.provider.values import UNKNOWN


def of_field(kind: Any) -> Any:
    """The type of a nested object's field: a required one is marked."""
    return kind["required"] if isinstance(kind, dict) and "required" in kind else kind


class MismatchError(ValueError):
    """A value that does not fit its type; `path` is where, in Pulumi's notation."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True)
class Schema:
    """One type: property name to type, where a type is a scalar's name or {"list"|"map"|"object"|"enum": …}."""

    inputs: Mapping[str, Any]
    required: frozenset[str]
    outputs: frozenset[str]
    optional: frozenset[str]
    """Outputs that may be absent."""
    types: Mapping[str, Mapping[str, Any]]

    @functools.cached_property
    def computed(self) -> frozenset[str]:
        """Outputs that AWS fills in if the program does not: no inputs, or inputs that always get a value.

        The SDK says so: an output of which it does not say that it may be absent is required, or computed.
        """
        return frozenset(o for o in self.outputs if o not in self.inputs or o not in self.optional) - self.required

    def normalize(self, name: str, value: Any) -> Any:
        """The value of an input in its declared type ("5" for a number); MismatchError if it has another."""
        return self._normalize(name, self.inputs[name], value)

    def _normalize(self, path: str, kind: Any, value: Any) -> Any:
        if value is None or value is UNKNOWN or kind in ("any", "Asset", "Archive"):
            return value
        if isinstance(kind, str):
            return _scalar(path, kind, value)
        if "enum" in kind:
            return _scalar(path, "string", value)
        if "list" in kind:
            if not isinstance(value, list):
                raise MismatchError(path, f"expected a list, got {value!r}")
            return [self._normalize(f"{path}[{i}]", kind["list"], item) for i, item in enumerate(value)]
        if not isinstance(value, dict):
            raise MismatchError(path, f"expected an object, got {value!r}")
        if "map" in kind:
            return {key: self._normalize(f"{path}.{key}", kind["map"], item) for key, item in value.items()}
        return self._object(path, kind["object"], value)

    def _object(self, path: str, name: str, value: Mapping[str, Any]) -> dict[str, Any]:
        fields = self.types[name]
        found: dict[str, Any] = {}
        for key, item in value.items():
            if key == "__defaults":
                continue
            if key not in fields:
                raise MismatchError(f"{path}.{key}", f"no such property; there are {', '.join(sorted(fields))}")
            normal = self._normalize(f"{path}.{key}", of_field(fields[key]), item)
            if normal is not None:
                found[key] = normal
        for key, kind in fields.items():
            if isinstance(kind, dict) and "required" in kind and key not in found:
                raise MismatchError(f"{path}.{key}", "missing, and required")
        return found


def _scalar(path: str, kind: str, value: Any) -> Any:
    if isinstance(value, list | dict):
        raise MismatchError(path, f"expected a {kind}, got {value!r}")
    if kind == "string":
        if isinstance(value, bool):
            return "true" if value else "false"
        return value if isinstance(value, str) else str(value)
    if kind == "boolean":
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if not isinstance(value, bool):
            raise MismatchError(path, f"expected true or false, got {value!r}")
        return value
    if kind in ("integer", "number"):
        try:
            number = float(value) if not isinstance(value, bool) else None
        except ValueError:
            number = None
        if number is None or (kind == "integer" and not number.is_integer()):
            raise MismatchError(path, f"expected a {kind}, got {value!r}")
        return int(number) if number.is_integer() else number
    return value


_reading = threading.Lock()
"""An engine asks for 64 types at once; reading them one after the other, each folder is read once."""


@functools.cache
def _read(token: str) -> Schema:
    raw = sdk.resource(token)
    return Schema(
        inputs=raw["inputs"],
        required=frozenset(raw["required"]),
        outputs=frozenset(raw["outputs"]),
        optional=frozenset(raw["optional"]),
        types=raw["types"],
    )


def schema_of(token: str) -> Schema:
    """The schema of a type; NotInSdkError if the installed SDK has none of that token."""
    with _reading:
        return _read(token)
