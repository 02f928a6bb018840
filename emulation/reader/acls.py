"""Reads network ACLs: each one's rules in their order, and which subnet has which."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from emulation.plan import Acl, Entry

Listing = Callable[..., Iterator[Mapping[str, Any]]]


def read_acls(listing: Listing) -> tuple[dict[str, Acl], dict[str, str]]:
    """Return all of them by id, and the id of each subnet's."""
    acls: dict[str, Acl] = {}
    used: dict[str, str] = {}
    for item in listing("describe_network_acls", "NetworkAcls"):
        identity = item["NetworkAclId"]
        entries = sorted(item.get("Entries", []), key=lambda entry: int(entry["RuleNumber"]))
        ways = [tuple(_entry(one) for one in entries if one["Egress"] is egress) for egress in (False, True)]
        acls[identity] = Acl(identity, *ways)
        used |= {one["SubnetId"]: identity for one in item.get("Associations", [])}
    return acls, used


def _entry(item: Mapping[str, Any]) -> Entry:
    ports, icmp = item.get("PortRange"), item.get("IcmpTypeCode")
    return Entry(
        allow=item["RuleAction"] == "allow",
        protocol=str(item["Protocol"]),
        peer=ipaddress.ip_network(item.get("CidrBlock") or item["Ipv6CidrBlock"]),
        ports=(int(ports["From"]), int(ports["To"])) if ports and "From" in ports else None,
        icmp=(int(icmp["Type"]), int(icmp.get("Code", -1))) if icmp and "Type" in icmp else None,
    )
