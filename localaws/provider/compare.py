"""When two property values mean the same, although they are written differently."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from localaws.provider.registry import Resource
from localaws.provider.schema import of_field
from localaws.provider.values import UNKNOWN, Props

_NOTHING: tuple[Any, ...] = (None, "", [], {}, False)
"""Values that a property which is left out may have on AWS."""


def _json(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    try:
        return _policy(json.loads(text))
    except ValueError:
        return text


def _policy(value: Any) -> Any:
    """A JSON document as AWS reads a policy: a list of one and its element are the same, and order means nothing."""
    if isinstance(value, dict):
        return {key: _policy(item) for key, item in value.items()}
    if isinstance(value, list):
        items = sorted((_policy(item) for item in value), key=_order)
        return items[0] if len(items) == 1 else items
    return value


def _order(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=repr)


def canonical(resource: Resource, path: str, value: Any) -> Any:
    """A form in which equal means the same to AWS: sets sorted, JSON parsed, empty nested fields left out."""
    if value is UNKNOWN or value is None:
        return value
    if path in resource.json:
        return _json(value)
    if isinstance(value, Mapping):
        items = {key: canonical(resource, f"{path}.{key}", item) for key, item in value.items() if key != "__defaults"}
        if "." not in path and path in ("tags", "tagsAll"):
            return items
        return {key: item for key, item in items.items() if item is UNKNOWN or item not in _NOTHING}
    if isinstance(value, list):
        found = [canonical(resource, path, item) for item in value]
        return sorted(found, key=_order) if path in resource.sets else found
    return value


def same(resource: Resource, prop: str, left: Any, right: Any) -> bool:
    """Whether two values of a property mean the same; an unknown one is never the same as another."""
    if left is UNKNOWN or right is UNKNOWN:
        return False
    a, b = canonical(resource, prop, left), canonical(resource, prop, right)
    if a is None or b is None:
        return a in _NOTHING and b in _NOTHING
    return bool(a == b)


def told_of(kind: Any, types: Mapping[str, Mapping[str, Any]], asked: Any, actual: Any) -> Any:
    """The part of an actual value that the asked one speaks of: fields that only AWS fills in are left out.

    `kind` is the property's type in the schema and `types` are the schema's nested objects. Keys of maps always count.
    """
    if not isinstance(kind, dict) or actual is None:
        return actual
    if "object" in kind and isinstance(asked, dict) and isinstance(actual, dict):
        fields = types[kind["object"]]
        found = {}
        for key in asked.keys() & actual.keys():
            found[key] = told_of(of_field(fields.get(key)), types, asked[key], actual[key])
        return found
    if "list" in kind and isinstance(asked, list) and isinstance(actual, list) and len(asked) == len(actual):
        return [told_of(kind["list"], types, one, other) for one, other in zip(asked, actual, strict=True)]
    return actual


def reconcile(resource: Resource, known: Props, actual: Props) -> Props:
    """What AWS says, in the program's own words where the two mean the same."""
    return {
        prop: known[prop] if prop in known and same(resource, prop, known[prop], value) else value
        for prop, value in actual.items()
    }
