"""Brings values into the types that variables declare: optional attributes get their defaults, lists become sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .evaluate import evaluate
from .functions import number, text, to_set
from .parser import Expression
from .values import EvaluationError, StandIn, Unordered, Unsettled


def converted(value: Any, kind: Expression, scope: Any) -> Any:
    """Return a value as a variable of this type has it; what doesn't fit stays, for Terraform has accepted it."""
    if value is None or isinstance(value, Unsettled):
        return value
    if kind[0] == "name":
        return _plain(value, kind[1])
    if kind[0] != "call" or not kind[2]:
        return value
    name, (inner, *_more) = kind[1], kind[2]
    if name == "optional":
        return converted(value, inner, scope)
    if name == "object" and inner[0] == "object" and isinstance(value, Mapping):
        return {key[1]: _member(value, key[1], each, scope) for key, each in inner[1]}
    if name == "map" and isinstance(value, Mapping):
        return {key: converted(each, inner, scope) for key, each in value.items()}
    if name in {"list", "set"} and isinstance(value, list):
        found = [converted(each, inner, scope) for each in value]
        if name == "set":
            return to_set(found)
        return Unordered(found, value.order) if isinstance(value, Unordered) else found
    if name == "tuple" and isinstance(value, list) and inner[0] == "list":
        return [converted(each, one, scope) for each, one in zip(value, inner[1], strict=False)]
    return value


def _member(value: Mapping[str, Any], name: str, kind: Expression, scope: Any) -> Any:
    given = value.get(name)
    if given is None and kind[0] == "call" and kind[1] == "optional" and len(kind[2]) > 1:
        given = evaluate(kind[2][1], scope)
    return converted(given, kind, scope)


def _plain(value: Any, name: str) -> Any:
    if isinstance(value, (StandIn, list, Mapping)):
        return value
    try:
        if name == "string":
            return text(value)
        if name == "number":
            return number(value)
        if name == "bool" and value in ("true", "false"):
            return bool(value == "true")
    except EvaluationError:
        pass
    return value
