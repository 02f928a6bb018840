"""Terraform's functions, as far as networks are written with them; any other's value isn't known.

Source: the function reference, https://developer.hashicorp.com/terraform/language/functions.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

from .values import EvaluationError, StandIn, Unordered, Unsettled, blurred, has_stand_in, has_words, settled


def call(name: str, arguments: list[Any]) -> Any:
    """Call a function. What hangs on a value to come, beyond passing it on, comes out Unsettled."""
    if name in _STRUCTURE:
        for value in arguments:
            if isinstance(value, Unsettled):
                return blurred(*(arguments if name not in _CHOOSE else arguments[:1] + arguments[2:]))
        return _guarded(_STRUCTURE[name], arguments)
    if name not in _CONTENT:
        return Unsettled(*_with_unseen(blurred(*arguments), f"{name}()"))
    if not all(map(settled, arguments)):
        return blurred(*arguments)
    if any(map(has_stand_in, arguments)) and (name in _TEXTS or (name in _COMPARE and has_words(arguments))):
        return blurred(*arguments)
    return _guarded(_CONTENT[name], arguments)


def _with_unseen(value: Unsettled, what: str) -> tuple[frozenset[str], frozenset[str]]:
    return value.origins, value.unseen | {what}


def _guarded(function: Callable[..., Any], arguments: list[Any]) -> Any:
    try:
        return function(*arguments)
    except (TypeError, ValueError, IndexError, KeyError, AttributeError, ArithmeticError) as error:
        raise EvaluationError(str(error)) from None


def text(value: Any) -> str:
    """Return a value as Terraform spells it in a template."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, (list, Mapping)):
        raise EvaluationError("only texts, numbers and booleans go into a template")
    return f"{value:g}" if isinstance(value, float) else str(value)


def spelled(value: Any) -> Any:
    """Return a map's key: a text, or an id to come."""
    return value if isinstance(value, StandIn) else text(value)


def number(value: Any) -> Any:
    """Return a value as a number."""
    if isinstance(value, bool) or value is None:
        raise EvaluationError("a number is expected")
    if isinstance(value, (int, float)):
        return value
    try:
        found = float(value)
    except (TypeError, ValueError):
        raise EvaluationError("a number is expected") from None
    return int(found) if found.is_integer() else found


def _element(values: Any, index: Any) -> Any:
    if not values:
        raise EvaluationError("an element of an empty list")
    if isinstance(values, Unordered) and len(values) > 1:
        return blurred(values)
    return values[int(number(index)) % len(values)]


def _one(values: Any) -> Any:
    listed = list(values)
    if len(listed) > 1:
        raise EvaluationError("one() of several")
    return listed[0] if listed else None


def _merge(*maps: Any) -> dict[str, Any]:
    return {key: value for each in maps if each is not None for key, value in each.items()}


def _flatten(values: Any) -> Any:
    found: list[Any] = []
    for value in values:
        if isinstance(value, Unsettled):
            return blurred(values)
        if isinstance(value, list):
            inner = _flatten(value)
            if isinstance(inner, Unsettled):
                return blurred(values)
            found.extend(inner)
        else:
            found.append(value)
    return Unordered(found) if isinstance(values, Unordered) else found


def _concat(*lists: Any) -> list[Any]:
    found = [value for each in lists for value in each]
    return Unordered(found) if any(isinstance(each, Unordered) for each in lists) else found


def to_set(values: Any) -> Any:
    """Return a set's elements in Terraform's order, where that can be told."""
    if not settled(values):
        return blurred(values)
    listed = list(values)
    if any(isinstance(value, (list, Mapping)) for value in listed):
        return Unordered(listed)
    unique = list(dict.fromkeys(listed))
    return Unordered(unique) if any(map(has_stand_in, unique)) else sorted(unique, key=str)


def _lookup(values: Any, key: Any, *default: Any) -> Any:
    if isinstance(values, Mapping) and key in values:
        return values[key]
    if has_stand_in([key, *values]):
        return blurred(values, *default)
    if default:
        return default[0]
    raise EvaluationError("no such key")


def _slice(values: Any, start: Any, end: Any) -> Any:
    if isinstance(values, Unordered):
        return blurred(values)
    return values[number(start) : number(end)]


def _coalesce(*values: Any) -> Any:
    return next(value for value in values if value is not None and value != "")


def _contains(values: Any, wanted: Any) -> bool:
    return wanted in list(values)


def _zipmap(keys: Any, values: Any) -> Any:
    orders = {each.order for each in (keys, values) if isinstance(each, Unordered) and len(each) > 1}
    if orders and not (len(orders) == 1 and isinstance(keys, Unordered) and isinstance(values, Unordered)):
        return blurred(keys, values)
    return dict(zip(map(spelled, keys), values, strict=True))


def _keys(values: Mapping[Any, Any]) -> list[Any]:
    return Unordered(values) if has_stand_in(list(values)) else sorted(values)


def _values(values: Mapping[Any, Any]) -> list[Any]:
    listed = [values[key] for key in sorted(values)]
    return Unordered(listed) if has_stand_in(list(values)) else listed


def _cidrsubnet(prefix: str, bits: Any, index: Any) -> str:
    network = ipaddress.ip_network(prefix, strict=False)
    longer = network.prefixlen + number(bits)
    size = 1 << (network.max_prefixlen - longer)
    if not 0 <= number(index) < 1 << number(bits):
        raise EvaluationError("there is no such subnet")
    return f"{network.network_address + number(index) * size}/{longer}"


def _cidrsubnets(prefix: str, *bits: Any) -> list[str]:
    network = ipaddress.ip_network(prefix, strict=False)
    at, found = int(network.network_address), []
    for each in bits:
        longer = network.prefixlen + number(each)
        size = 1 << (network.max_prefixlen - longer)
        at = -(-at // size) * size
        found.append(f"{type(network.network_address)(at)}/{longer}")
        at += size
    return found


def _cidrhost(prefix: str, index: Any) -> str:
    network = ipaddress.ip_network(prefix, strict=False)
    return str(network[number(index)])


def _format(pattern: str, *values: Any) -> str:
    plain = pattern.replace("%v", "%s").replace("%q", '"%s"')
    return plain % tuple(
        each if isinstance(each, (int, float)) and not isinstance(each, bool) else text(each) for each in values
    )


def _range(*limits: Any) -> list[int]:
    listed = [number(each) for each in limits]
    found = list(range(*listed))
    if len(found) > 1024:  # noqa: PLR2004 - Terraform's own limit
        raise EvaluationError("range() of more than 1024")
    return found


# What only moves values about: elements that aren't known stay what they are.
_STRUCTURE: dict[str, Callable[..., Any]] = {
    "chunklist": lambda values, size: [values[at : at + size] for at in range(0, len(values), size)],
    "coalescelist": lambda *lists: next(each for each in lists if each),
    "concat": _concat,
    "element": _element,
    "flatten": _flatten,
    "keys": _keys,
    "length": len,
    "lookup": _lookup,
    "merge": _merge,
    "nonsensitive": lambda value: value,
    "one": _one,
    "reverse": lambda values: blurred(values) if isinstance(values, Unordered) else values[::-1],
    "sensitive": lambda value: value,
    "setproduct": lambda *lists: [list(each) for each in product(*lists)],
    "slice": _slice,
    "tolist": lambda values: values if isinstance(values, list) else list(values),
    "tomap": dict,
    "toset": to_set,
    "values": _values,
    "zipmap": _zipmap,
}

# What looks at values: all of them have to be known.
_CONTENT: dict[str, Callable[..., Any]] = {
    "abs": lambda value: abs(number(value)),
    "alltrue": all,
    "anytrue": any,
    "ceil": lambda value: math.ceil(number(value)),
    "cidrhost": _cidrhost,
    "cidrnetmask": lambda prefix: str(ipaddress.ip_network(prefix, strict=False).netmask),
    "cidrsubnet": _cidrsubnet,
    "cidrsubnets": _cidrsubnets,
    "coalesce": _coalesce,
    "compact": lambda values: [value for value in values if value not in (None, "")],
    "contains": _contains,
    "distinct": lambda values: [value for at, value in enumerate(values) if value not in values[:at]],
    "endswith": lambda value, end: value.endswith(end),
    "floor": lambda value: math.floor(number(value)),
    "format": _format,
    "index": lambda values, wanted: list(values).index(wanted),
    "join": lambda sign, *lists: sign.join(text(value) for values in lists for value in values),
    "lower": lambda value: value.lower(),
    "matchkeys": lambda values, keys, wanted: [v for v, k in zip(values, keys, strict=True) if k in wanted],
    "max": lambda *values: max(map(number, values)),
    "min": lambda *values: min(map(number, values)),
    "range": _range,
    "replace": lambda value, old, new: value.replace(old, new),
    "setintersection": lambda first, *others: to_set([v for v in first if all(v in each for each in others)]),
    "setsubtract": lambda first, second: to_set([value for value in first if value not in second]),
    "setunion": lambda *sets: to_set([value for each in sets for value in each]),
    "sort": sorted,
    "split": lambda sign, value: value.split(sign),
    "startswith": lambda value, start: value.startswith(start),
    "strrev": lambda value: value[::-1],
    "substr": lambda value, start, length: value[start:] if length < 0 else value[start : start + length],
    "sum": lambda values: sum(map(number, values)),
    "title": lambda value: value.title(),
    "tobool": lambda value: value if isinstance(value, bool) else {"true": True, "false": False}[value],
    "tonumber": number,
    "tostring": lambda value: value if isinstance(value, StandIn) or value is None else text(value),
    "transpose": lambda values: {
        each: [key for key in sorted(values) if each in values[key]]
        for each in sorted({each for listed in values.values() for each in listed})
    },
    "trim": lambda value, signs: value.strip(signs),
    "trimprefix": lambda value, prefix: value.removeprefix(prefix),
    "trimspace": lambda value: value.strip(),
    "trimsuffix": lambda value, suffix: value.removesuffix(suffix),
    "upper": lambda value: value.upper(),
}

# The second argument says which of the first one's values it is.
_CHOOSE = frozenset({"element", "lookup"})

# These compare texts, with which ids to come may yet be the same.
_COMPARE = frozenset({"contains", "distinct", "index", "matchkeys", "setintersection", "setsubtract", "setunion"})

# Of these, the ones that would read an id to come as if it were a text.
_TEXTS = _CONTENT.keys() - {"coalesce", "compact", "tostring"} - _COMPARE
