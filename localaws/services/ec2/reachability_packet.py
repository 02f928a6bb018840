"""A packet under analysis: what it has passed so far, and the filters that let it pass or don't."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from localaws.services.operations import Shape

MAX_HOPS: Final = 100
TCP, UDP = "tcp", "udp"


class NotFollowed(Exception):  # noqa: N818 — it is an outcome, not an error of the caller's
    """Something on the way that is not understood here."""


class Unreachable(Exception):  # noqa: N818
    """The packet gets no further; `shape` is AWS's Explanation."""

    def __init__(self, code: str, *, egress: bool = True, **members: object) -> None:
        super().__init__(code)
        self.shape: Shape = {"ExplanationCode": code, "Direction": "egress" if egress else "ingress", **members}


@dataclass
class Packet:
    """One packet; `components` are AWS's PathComponents so far."""

    ec2: Any
    destination_id: str
    source: str
    destination: str
    protocol: str
    port: int | None
    components: list[Shape] = field(default_factory=list)

    def step(self, identifier: str, **members: object) -> None:
        """Note a component that the packet passes."""
        if len(self.components) >= MAX_HOPS:
            raise Unreachable("NO_PATH", Component={"Id": identifier})  # it goes round in circles
        header = {
            "SourceAddresses": [f"{self.source}/32"],
            "DestinationAddresses": [f"{self.destination}/32"],
            "Protocol": {TCP: "6", UDP: "17"}[self.protocol],
            **({"DestinationPortRanges": [{"From": self.port, "To": self.port}]} if self.port else {}),
        }
        number = len(self.components) + 1
        self.components.append(
            {"SequenceNumber": number, "Component": self.component(identifier), "OutboundHeader": header, **members}
        )

    def component(self, identifier: str) -> Shape:
        """Shape `AnalysisComponent`."""
        kinds = {
            "i": "instance",
            "eni": "network-interface",
            "igw": "internet-gateway",
            "nat": "natgateway",
            "vpce": "vpc-endpoint",
            "rtb": "route-table",
            "sg": "security-group",
            "acl": "network-acl",
            "tgw": "transit-gateway",
        }
        prefix = identifier.split("-", maxsplit=1)[0]
        kind = kinds.get(prefix, prefix)
        if identifier.startswith("tgw-attach-"):
            kind = "transit-gateway-attachment"
        if identifier.startswith("tgw-rtb-"):
            kind = "transit-gateway-route-table"
        arn = f"arn:{self.ec2.partition}:ec2:{self.ec2.region_name}:{self.ec2.account_id}:{kind}/{identifier}"
        return {"Id": identifier, "Arn": arn}

    def check_groups(self, interface: Any, *, egress: bool) -> None:
        """Pass an interface's groups; requester-managed interfaces have none that count."""
        if interface.requester_managed:
            return
        groups = list(interface.group_set)
        for group in groups:
            if any(self._rule_allows(rule, egress=egress) for rule in _rules(group, egress=egress)):
                self.step(group.id)
                return
        bare = not any(_rules(group, egress=way) for group in groups for way in (False, True))
        raise Unreachable(
            "SG_HAS_NO_RULES" if bare else "ENI_SG_RULES_MISMATCH",
            egress=egress,
            NetworkInterface=self.component(interface.id),
            SecurityGroups=[self.component(group.id) for group in groups],
        )

    def _rule_allows(self, rule: Any, *, egress: bool) -> bool:
        if rule.ip_protocol not in ("-1", self.protocol):
            return False
        ports = (rule.from_port, rule.to_port)
        if (
            rule.ip_protocol != "-1"
            and self.port is not None
            and None not in ports
            and not ports[0] <= self.port <= ports[1]
        ):
            return False
        other = self.destination if egress else self.source
        cidr = rule.ip_range.get("CidrIp")
        if cidr:
            return ipaddress.ip_address(other) in ipaddress.ip_network(cidr, strict=False)
        group = rule.source_group.get("GroupId")
        if group:
            return any(
                group in {item.id for item in interface.group_set}
                and other in {address["PrivateIpAddress"] for address in interface.private_ip_addresses}
                for interface in self.ec2.enis.values()
            )
        prefix_list = self.ec2.managed_prefix_lists.get(rule.prefix_list_id)
        entries = prefix_list.entries.get(prefix_list.version or 1) if prefix_list is not None else None
        return any(ipaddress.ip_address(other) in ipaddress.ip_network(entry["Cidr"]) for entry in entries or ())

    def check_acl(self, subnet: Any, *, egress: bool) -> None:
        """Pass a subnet's access list."""
        for acl in self.ec2.network_acls.values():
            if any(item.subnet_id == subnet.id for item in acl.associations):
                entries = [
                    entry for entry in acl.network_acl_entries if (str(entry.egress).lower() == "true") == egress
                ]
                for entry in sorted(entries, key=lambda found: int(found.rule_number)):
                    if self._entry_matches(entry, egress=egress):
                        if entry.rule_action == "allow":
                            self.step(acl.id)
                            return
                        break
                raise Unreachable(
                    "SUBNET_ACL_RESTRICTION",
                    egress=egress,
                    Acl=self.component(acl.id),
                    Subnet=self.component(subnet.id),
                )

    def _entry_matches(self, entry: Any, *, egress: bool) -> bool:
        if str(entry.protocol) not in ("-1", {TCP: "6", UDP: "17"}[self.protocol]) or not entry.cidr_block:
            return False
        ports = entry.port_range_from is not None and self.port is not None and str(entry.protocol) != "-1"
        if ports and not int(entry.port_range_from) <= int(self.port or 0) <= int(entry.port_range_to):
            return False
        other = self.destination if egress else self.source
        return ipaddress.ip_address(other) in ipaddress.ip_network(entry.cidr_block, strict=False)


def _rules(group: Any, *, egress: bool) -> list[Any]:
    return list(group.egress_rules if egress else group.ingress_rules)
