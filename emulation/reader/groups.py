"""Reads security groups: what each lets out and in, with prefix lists taken apart."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from emulation.plan import Group, Permission

from .tables import prefix_lists

Listing = Callable[..., Iterator[Mapping[str, Any]]]


def read_groups(listing: Listing) -> dict[str, Group]:
    """Return all of them by id."""
    entries = prefix_lists(listing)

    def permissions(items: list[Mapping[str, Any]]) -> tuple[Permission, ...]:
        return tuple(_permission(item, entries) for item in items)

    return {
        item["GroupId"]: Group(
            item["GroupId"],
            ingress=permissions(item.get("IpPermissions", [])),
            egress=permissions(item.get("IpPermissionsEgress", [])),
        )
        for item in listing("describe_security_groups", "SecurityGroups")
    }


def _permission(item: Mapping[str, Any], entries: Callable[[str], tuple[str, ...]]) -> Permission:
    peers = [one["CidrIp"] for one in item.get("IpRanges", [])]
    peers += [one["CidrIpv6"] for one in item.get("Ipv6Ranges", [])]
    peers += [cidr for one in item.get("PrefixListIds", []) for cidr in entries(one["PrefixListId"])]
    first, last = item.get("FromPort", -1), item.get("ToPort", -1)
    return Permission(
        protocol=str(item["IpProtocol"]),
        ports=(first, last) if first is not None and first >= 0 and last >= first else None,
        peers=tuple(map(ipaddress.ip_network, peers)),
        groups=tuple(one["GroupId"] for one in item.get("UserIdGroupPairs", []) if one.get("GroupId")),
    )
