"""Checks a value against the part of JSON Schema that the policies' config uses, and says what is wrong in words."""

from __future__ import annotations

import datetime as dt
import reprlib
from collections.abc import Iterator, Mapping
from typing import Any

_TYPES: dict[str, tuple[str, tuple[type, ...]]] = {
    "string": ("a text", (str,)),
    "array": ("a list", (list, tuple)),
    "object": ("an object", (Mapping,)),
    "number": ("a number", (int, float)),
    "integer": ("a whole number", (int,)),
    "boolean": ("true or false", (bool,)),
}


def mistakes(where: str, value: Any, schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield every mistake in a value, each beginning with where it is."""
    noun, types = _TYPES[schema["type"]]
    # The engine's numbers are floats, and Python's booleans are numbers.
    whole = isinstance(value, float) and value.is_integer() and schema["type"] == "integer"
    if not (isinstance(value, types) or whole) or (isinstance(value, bool) and bool not in types):
        yield f"{where} is {noun}, found {_short(value)}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where} is one of {', '.join(map(repr, schema['enum']))}, found {_short(value)}"
    if isinstance(value, str):
        yield from _text(where, value, schema)
    elif isinstance(value, Mapping):
        yield from _object(where, value, schema)
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value, 1):
            yield from mistakes(f"{where}, entry {number},", item, schema["items"])
    elif value <= schema.get("exclusiveMinimum", value - 1):
        yield f"{where} is more than {schema['exclusiveMinimum']}, found {_short(value)}"


def _short(value: Any) -> str:
    return reprlib.repr(value)


def _text(where: str, value: str, schema: Mapping[str, Any]) -> Iterator[str]:
    if len(value.strip()) < schema.get("minLength", 0):
        yield f"{where} is empty"
    if schema.get("format") == "date":
        try:
            dt.date.fromisoformat(value)
        except ValueError:
            yield f"{where} is a date like 2030-12-31, found {_short(value)}"


def _object(where: str, value: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    known = schema["properties"]
    for key in value:
        if key not in known:
            yield f"{where} has an unknown key {key!r}; known: {', '.join(sorted(known))}"
    for key, inner in known.items():
        if key in value:
            yield from mistakes(f"{where} {key}".strip(), value[key], inner)
        elif key in schema.get("required", ()):
            yield f"{where} needs {key!r}: {inner['description']}"
