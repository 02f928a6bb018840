"""Tells what a resource says itself from its copies of what separate resources say, as old as the last refresh."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_DESTINATIONS = ("cidr_block", "ipv6_cidr_block", "destination_prefix_list_id")
# Type -> where its copies are, and what tells one of them from the others.
_COPIES = {
    "aws_route_table": ("route", _DESTINATIONS),
    "aws_default_route_table": ("route", _DESTINATIONS),
    "aws_ec2_managed_prefix_list": ("entry", ("cidr",)),
}
# Type -> the attribute that says what it is a part of, and those that tell it from the other parts.
_PARTS = {
    "aws_route": (
        "route_table_id",
        ("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"),
    ),
    "aws_ec2_managed_prefix_list_entry": ("prefix_list_id", ("cidr",)),
}

Parts = set[tuple[str, str]]
"""By the id of what each is a part of, and by what tells it from the others there."""


def parts(resources: Iterable[tuple[str, Mapping[str, Any]]]) -> Parts:
    """Return the separate resources of which others have copies; each has its type, and its values."""
    return {
        (of, each)
        for kind, values in resources
        if kind in _PARTS and isinstance(of := values.get(_PARTS[kind][0]), str)
        for name in _PARTS[kind][1]
        if isinstance(each := values.get(name), str) and each
    }


def holds_copies(kind: str) -> str:
    """Return the attribute of a type that may hold copies beside what is its own; empty where there is none."""
    return _COPIES[kind][0] if kind in _COPIES else ""


def without_copies(kind: str, values: Mapping[str, Any], apart: Parts) -> Mapping[str, Any]:
    """Return a resource's values without its copies of separate resources."""
    name, keys = _COPIES.get(kind, ("", ()))
    if not isinstance(values.get(name), list):
        return values
    kept = [
        each
        for each in values[name]
        if not isinstance(each, Mapping)
        or not any((values.get("id"), each[key]) in apart for key in keys if isinstance(each.get(key), str))
    ]
    return {**values, name: kept}
