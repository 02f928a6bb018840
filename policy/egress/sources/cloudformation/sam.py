"""Lays the `Globals` of a SAM template under the properties of its resources.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..reading import mapping

_SERVICE = "AWS::Serverless::"


def with_globals(kind: str, properties: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the properties of a resource with those that the template gives to all of its type."""
    if not kind.startswith(_SERVICE):
        return properties
    shared = mapping(mapping(document.get("Globals")).get(kind.removeprefix(_SERVICE)))
    return {**shared, **{name: _laid(shared.get(name), value) for name, value in properties.items()}}


def _laid(shared: Any, own: Any) -> Any:
    """Add maps and lists to each other; anything else of one's own takes the place of what is shared."""
    if isinstance(shared, Mapping) and isinstance(own, Mapping) and not _is_function(shared) and not _is_function(own):
        return {**shared, **{name: _laid(shared.get(name), value) for name, value in own.items()}}
    return [*shared, *own] if isinstance(shared, list) and isinstance(own, list) else own


def _is_function(value: Mapping[str, Any]) -> bool:
    return len(value) == 1 and str(next(iter(value))).startswith(("Ref", "Fn::"))
