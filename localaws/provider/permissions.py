"""Security group rules in Pulumi's and in AWS's form, and as single permissions that can be compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from localaws.provider.values import Props

Kind = Literal["cidr", "ipv6", "prefix-list", "group", "self"]

_NAMES = {"all": "-1", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}
_ALL = "-1"


def protocol_of(value: Any) -> str:
    """A protocol's name as AWS tells it."""
    text = str(value).lower()
    return _NAMES.get(text, text)


@dataclass(frozen=True)
class Permission:
    """One protocol, one range of ports, one other side."""

    protocol: str
    from_port: int
    to_port: int
    kind: Kind
    peer: str
    description: str = ""

    def to_aws(self, group: str) -> dict[str, Any]:
        """The permission as an element of AWS's `IpPermissions`."""
        found: dict[str, Any] = {"IpProtocol": self.protocol}
        if self.protocol != _ALL:
            found.update(FromPort=self.from_port, ToPort=self.to_port)
        text = {"Description": self.description} if self.description else {}
        if self.kind == "cidr":
            found["IpRanges"] = [{"CidrIp": self.peer, **text}]
        elif self.kind == "ipv6":
            found["Ipv6Ranges"] = [{"CidrIpv6": self.peer, **text}]
        elif self.kind == "prefix-list":
            found["PrefixListIds"] = [{"PrefixListId": self.peer, **text}]
        else:
            found["UserIdGroupPairs"] = [{"GroupId": group if self.kind == "self" else self.peer, **text}]
        return found


def from_inline(rules: Iterable[Props]) -> set[Permission]:
    """The permissions of an `ingress` or `egress` property."""
    found: set[Permission] = set()
    for rule in rules:
        protocol = protocol_of(rule["protocol"])
        ports = (0, 0) if protocol == _ALL else (int(rule["fromPort"]), int(rule["toPort"]))
        text = rule.get("description") or ""
        peers: list[tuple[Kind, str]] = [("cidr", cidr) for cidr in rule.get("cidrBlocks") or ()]
        peers += [("ipv6", cidr) for cidr in rule.get("ipv6CidrBlocks") or ()]
        peers += [("prefix-list", id_) for id_ in rule.get("prefixListIds") or ()]
        peers += [("group", id_) for id_ in rule.get("securityGroups") or ()]
        if rule.get("self"):
            peers.append(("self", ""))
        found.update(Permission(protocol, *ports, kind, peer, text) for kind, peer in peers)
    return found


def from_aws(permissions: Iterable[dict[str, Any]], group: str) -> set[Permission]:
    """The permissions of one of AWS's lists."""
    found: set[Permission] = set()
    for item in permissions:
        protocol = protocol_of(item["IpProtocol"])
        ports = (0, 0) if protocol == _ALL else (int(item.get("FromPort", 0)), int(item.get("ToPort", 0)))

        def add(kind: Kind, peer: str, text: str | None, head: tuple[str, int, int] = (protocol, *ports)) -> None:
            found.add(Permission(*head, kind, peer, text or ""))

        for cidr in item.get("IpRanges", ()):
            add("cidr", cidr["CidrIp"], cidr.get("Description"))
        for cidr in item.get("Ipv6Ranges", ()):
            add("ipv6", cidr["CidrIpv6"], cidr.get("Description"))
        for entry in item.get("PrefixListIds", ()):
            add("prefix-list", entry["PrefixListId"], entry.get("Description"))
        for pair in item.get("UserIdGroupPairs", ()):
            own = pair["GroupId"] == group
            add("self" if own else "group", "" if own else pair["GroupId"], pair.get("Description"))
    return found


def to_inline(permissions: Iterable[Permission]) -> list[Props]:
    """Permissions as an `ingress` or `egress` property: one rule for each protocol, ports and description."""
    rules: dict[tuple[str, int, int, str], Props] = {}
    lists = {
        "cidr": "cidrBlocks",
        "ipv6": "ipv6CidrBlocks",
        "prefix-list": "prefixListIds",
        "group": "securityGroups",
    }
    for one in sorted(permissions, key=lambda p: (p.protocol, p.from_port, p.to_port, p.description, p.kind, p.peer)):
        rule = rules.setdefault(
            (one.protocol, one.from_port, one.to_port, one.description),
            {
                "protocol": one.protocol,
                "fromPort": one.from_port,
                "toPort": one.to_port,
                "description": one.description,
                "self": False,
            },
        )
        if one.kind == "self":
            rule["self"] = True
        else:
            rule.setdefault(lists[one.kind], []).append(one.peer)
    return list(rules.values())


def in_words_of(rules: list[Props] | None, actual: set[Permission]) -> list[Props]:
    """The actual permissions, in the program's own rules where these say the same."""
    return list(rules) if rules and from_inline(rules) == actual else to_inline(actual)
