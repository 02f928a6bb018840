"""Tells what a resource says itself from its copies of what separate resources say, as old as the last refresh."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

_DESTINATIONS = ("cidr_block", "ipv6_cidr_block", "destination_prefix_list_id")
_OF_TABLES: Mapping[str, tuple[str, ...]] = {"propagating_vgws": (), "route": _DESTINATIONS}
# Type -> where its copies are, and what tells one of them from the others: nothing where they are plain ids.
_COPIES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "aws_default_route_table": _OF_TABLES,
    "aws_ec2_managed_prefix_list": {"entry": ("cidr",)},
    "aws_internet_gateway": {"vpc_id": ()},
    "aws_route_table": _OF_TABLES,
    "aws_vpc_endpoint": {"route_table_ids": (), "subnet_ids": (), "security_group_ids": ()},
    "aws_vpn_gateway": {"vpc_id": ()},
}
# Type -> the attribute that says what it is a part of, and those that tell it from the other parts.
_PARTS = {
    "aws_ec2_managed_prefix_list_entry": ("prefix_list_id", ("cidr",)),
    "aws_internet_gateway_attachment": ("internet_gateway_id", ("vpc_id",)),
    "aws_route": (
        "route_table_id",
        ("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"),
    ),
    "aws_vpc_endpoint_route_table_association": ("vpc_endpoint_id", ("route_table_id",)),
    "aws_vpc_endpoint_security_group_association": ("vpc_endpoint_id", ("security_group_id",)),
    "aws_vpc_endpoint_subnet_association": ("vpc_endpoint_id", ("subnet_id",)),
    "aws_vpn_gateway_attachment": ("vpn_gateway_id", ("vpc_id",)),
    "aws_vpn_gateway_route_propagation": ("route_table_id", ("vpn_gateway_id",)),
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


def holds_copies(kind: str) -> Collection[str]:
    """Return the attributes of a type that may hold copies beside what is its own."""
    return _COPIES.get(kind, {}).keys()


def without_copies(kind: str, values: Mapping[str, Any], apart: Parts) -> Mapping[str, Any]:
    """Return a resource's values without its copies of separate resources."""
    own = dict(values)
    for name, keys in _COPIES.get(kind, {}).items():
        found = values.get(name)
        if isinstance(found, list):
            own[name] = [each for each in found if not _is_copy(values.get("id"), each, keys, apart)]
        elif isinstance(found, str) and (values.get("id"), found) in apart:
            own[name] = None
    return own


def _is_copy(of: Any, each: Any, keys: Iterable[str], apart: Parts) -> bool:
    told = [each] if isinstance(each, str) else [each.get(key) for key in keys] if isinstance(each, Mapping) else []
    return any(isinstance(one, str) and (of, one) in apart for one in told)
