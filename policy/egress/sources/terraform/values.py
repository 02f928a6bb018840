"""Turns the values of Terraform's resources into the properties that pulumi_aws would have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...network.reads import reads
from ...program.snapshot import UNKNOWN, strings
from .names import Named


def read_of(named: Named, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of a resource's values that the model reads, and its id: most of a program is no network."""
    read = reads(named.token)
    if read is None:
        return dict(values)
    return {name: value for name, value in values.items() if name == "id" or (read and named.wire(name) in read)}


def properties(named: Named, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a resource's values under their names in pulumi_aws; what is null is left out."""
    return {
        named.wire(name): _value(named, name, value) if isinstance(value, _HOLD_OTHERS) else value
        for name, value in values.items()
        if value is not None and not (name in named.single and value in ([], ()))
    }


_HOLD_OTHERS = (list, tuple, dict)


def _value(named: Named, path: str, value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        if path in named.single:
            return _value(named, path, value[0]) if value else None
        return [_value(named, path, inner) for inner in value]
    if isinstance(value, dict):
        if named.names or named.single or path.count(".") or not _is_map(value):
            return {
                named.wire(f"{path}.{name}"): _value(named, f"{path}.{name}", inner)
                for name, inner in value.items()
                if inner is not None
            }
        return dict(value)
    return value


def _is_map(value: Mapping[str, Any]) -> bool:
    """Tell a map of the user's own keys (tags) from a block: all of its values are texts."""
    return all(isinstance(inner, str) for inner in value.values())


def sensitive_texts(value: Any, marks: Any) -> Iterator[str]:
    """Yield the texts of a value that Terraform marks as sensitive: True, or marks by name or position."""
    if marks is True:
        yield from strings(value)
    elif isinstance(marks, Mapping) and isinstance(value, Mapping):
        for name, inner in marks.items():
            yield from sensitive_texts(value.get(name), inner)
    elif isinstance(marks, list) and isinstance(value, list):
        for one, inner in zip(value, marks, strict=False):
            yield from sensitive_texts(one, inner)


def any_sensitive(marks: Any) -> bool:
    """Tell whether anything is marked."""
    inner = marks.values() if isinstance(marks, Mapping) else marks if isinstance(marks, list) else ()
    return marks is True or any(map(any_sensitive, inner))


def sensitive_at(values: Any, path: Sequence[Any]) -> Iterator[str]:
    """Yield the texts at a path of a raw state's ``sensitive_attributes``: steps with a name, or an index."""
    for step in path:
        at = step.get("value") if isinstance(step, Mapping) else None
        at = at.get("value") if isinstance(at, Mapping) else at
        if isinstance(values, Mapping) and isinstance(at, str):
            values = values.get(at)
        elif isinstance(values, list) and isinstance(at, int) and at < len(values):
            values = values[at]
        # Elements of sets have no place that a path could name: all of the set is meant.
    yield from strings(values)


def with_unknowns(after: Any, unknown: Any) -> Any:
    """Lay ``after_unknown`` over ``after``: UNKNOWN where only `terraform apply` will know."""
    if unknown is True:
        return UNKNOWN
    if not unknown:
        return after
    if isinstance(unknown, dict):
        known = after if isinstance(after, dict) else {}
        # Whatever isn't a mark of its own is what is known beside it.
        return {**known, **{name: with_unknowns(known.get(name), marks) for name, marks in unknown.items()}}
    if isinstance(unknown, list) and isinstance(after, list):
        longer = max(len(after), len(unknown))
        return [
            with_unknowns(
                after[index] if index < len(after) else None, unknown[index] if index < len(unknown) else None
            )
            for index in range(longer)
        ]
    if isinstance(unknown, list) and after is None:
        return [with_unknowns(None, inner) for inner in unknown] or None
    return after


_ID = re.compile(r"[a-z]+(-[a-z]+)*-[0-9a-f]{8,17}")


def is_id(text: str) -> bool:
    """Tell whether a text is an id that AWS gives, or an ARN."""
    return _ID.fullmatch(text) is not None or text.startswith("arn:")


def ids_in(value: Any) -> Iterator[str]:
    """Yield the ids and ARNs in a known value."""
    return filter(is_id, strings(value))


def may_be(name: str, identity: str) -> bool:
    """Tell whether an attribute may have an id as its value: one of a subnet or a VPC only chooses for others."""
    if identity.startswith("arn:"):
        return "arn" in name
    kind = identity.partition("-")[0]
    return kind not in {"subnet", "vpc"} or ("subnet" if kind == "subnet" else "vpc_id") in name


def at_path(value: Any, path: Sequence[Any]) -> tuple[Any, Sequence[Any]]:
    """Return what lies at a path of a value, as far as that can be followed, and the rest of the path."""
    for number, step in enumerate(path):
        key = step[0] if isinstance(step, tuple) else step
        listed = isinstance(value, list) and isinstance(key, int) and key < len(value)
        if not listed and not (isinstance(value, Mapping) and key in value):
            return value, path[number:]
        value = value[key]
    return value, ()


def holds_unknown(value: Any) -> bool:
    """Tell whether a value, or anything in it, is UNKNOWN."""
    if isinstance(value, dict):
        return any(map(holds_unknown, value.values()))
    return any(map(holds_unknown, value)) if isinstance(value, list) else value is UNKNOWN
