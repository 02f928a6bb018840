"""What security groups let out of an instance, and into what it speaks to.

Network ACLs aren't asked: the layouts leave them open.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any, Literal

from hunts.backends.aws import client, pages
from traffic.prefix_lists import entries

_NUMBERS = {"6": "tcp", "17": "udp"}

Refusal = Literal["", "source", "destination"]
"""Whose groups refuse a flow: nobody's, those of its source (it never leaves), of its destination (nobody answers)."""


@dataclass(frozen=True)
class SecurityGroups:
    """The groups of a Region: by private address, those of the interface; by id, the rules of each."""

    of: Mapping[str, frozenset[str]]
    rules: Mapping[str, Mapping[str, Any]]
    prefix_lists: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, region: str) -> "SecurityGroups":
        """Read them. Raises HuntError with AWS's words when they cannot be read."""
        ec2 = client("ec2", region)
        of: dict[str, frozenset[str]] = {}
        for nic in pages(ec2, "describe_network_interfaces", "NetworkInterfaces"):
            own = [one["PrivateIpAddress"] for one in nic.get("PrivateIpAddresses", [])]
            own += [one["Ipv6Address"] for one in nic.get("Ipv6Addresses", [])]
            of |= dict.fromkeys(own, frozenset(group["GroupId"] for group in nic.get("Groups", [])))
        rules = {group["GroupId"]: group for group in pages(ec2, "describe_security_groups", "SecurityGroups")}
        named = {
            item["PrefixListId"]
            for group in rules.values()
            for permission in (*group.get("IpPermissions", []), *group.get("IpPermissionsEgress", []))
            for item in permission.get("PrefixListIds", [])
        }
        return cls(of, rules, {name: entries(ec2, name) for name in sorted(named)})

    def refusal(self, source: str, destination: str, protocol: str, port: int) -> Refusal:
        """Return whose groups refuse a flow. An address that no interface has is somebody else's, who is let be."""
        if not self._allow("IpPermissionsEgress", source, destination, protocol, port):
            return "source"
        if not self._allow("IpPermissions", destination, source, protocol, port):
            return "destination"
        return ""

    def _allow(self, rules: str, own: str, other: str, protocol: str, port: int) -> bool:
        groups = self.of.get(own)
        if not groups:  # nobody's interface, or one that groups don't apply to
            return True
        permissions = [one for group in groups if group in self.rules for one in self.rules[group].get(rules, [])]
        return any(_speaks(one, protocol, port) and self._reaches(one, other) for one in permissions)

    def _reaches(self, permission: Mapping[str, Any], other: str) -> bool:
        peers = {pair.get("GroupId") for pair in permission.get("UserIdGroupPairs", [])}
        if peers & self.of.get(other, frozenset()):
            return True
        ranges = [one["CidrIp"] for one in permission.get("IpRanges", [])]
        ranges += [one["CidrIpv6"] for one in permission.get("Ipv6Ranges", [])]
        for one in permission.get("PrefixListIds", []):
            ranges += self.prefix_lists.get(one["PrefixListId"], ())
        return _within(other, ranges)


def _speaks(permission: Mapping[str, Any], protocol: str, port: int) -> bool:
    said = str(permission["IpProtocol"])
    if said == "-1":
        return True
    first, last = permission.get("FromPort", -1), permission.get("ToPort", -1)
    return _NUMBERS.get(said, said) == protocol and first <= port <= last


def _within(address: str, ranges: Iterable[str]) -> bool:
    found = ip_address(address)
    return any(found in net for net in map(ip_network, ranges) if net.version == found.version)
