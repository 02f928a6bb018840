"""Network access lists: entries and associations are held to what AWS accepts.

Source: Amazon EC2 API Reference, CreateNetworkAclEntry; VPC User Guide, "Control subnet traffic with network access
control lists" and "Amazon VPC quotas".
"""

from __future__ import annotations

import ipaddress
from typing import Any, Final

from localaws.services.ec2.common import Ec2Error, Part, not_found
from localaws.services.operations import Shape, operation
from localaws.services.quotas import table as quotas

INVALID: Final = "InvalidParameterValue"
NUMBERS: Final = range(1, 32767)
LAST: Final = 32767
"""The entry that denies what no other matched; it is always there and nobody's to change."""
WITH_PORTS: Final = ("6", "17")
NOTHING: Final = dict.fromkeys(("icmp_code", "icmp_type", "port_range_from", "port_range_to", "ipv6_cidr_block"))


class NetworkAcls(Part):
    """Operations on network access lists."""

    def create_network_acl(self, vpc_id: str, tags: Any = None, default: bool = False) -> Any:
        """Make a list that denies everything, as its last entry says."""
        acl = super().create_network_acl(vpc_id, tags, default)
        if not default:
            for egress in (True, False):
                last = {"protocol": "-1", "rule_action": "deny", "egress": egress, "cidr_block": "0.0.0.0/0"}
                super().create_network_acl_entry(network_acl_id=acl.id, rule_number=LAST, **last, **NOTHING)
        return acl

    def create_vpc(self, *args: Any, **kwargs: Any) -> Any:
        """Make it, with IPv6 in its own list if it has any."""
        vpc = super().create_vpc(*args, **kwargs)
        if vpc.get_cidr_block_association_set(ipv6=True):
            self._let_ipv6_through(vpc.id)
        return vpc

    def associate_vpc_cidr_block(self, vpc_id: str, cidr_block: str, amazon_provided_ipv6_cidr_block: bool) -> Any:
        """Associate it; with IPv6 come two more rules each way in the VPC's own list."""
        association = super().associate_vpc_cidr_block(vpc_id, cidr_block, amazon_provided_ipv6_cidr_block)
        if amazon_provided_ipv6_cidr_block:
            self._let_ipv6_through(vpc_id)
        return association

    def _let_ipv6_through(self, vpc_id: str) -> None:
        """Add what AWS adds ("Default network ACL"), unless somebody has rules for IPv6 there already."""
        acl = next(each for each in self.network_acls.values() if each.default and each.vpc_id == vpc_id)
        if any(each.ipv6_cidr_block for each in acl.network_acl_entries):
            return
        for egress in (True, False):
            for number, action in ((101, "allow"), (LAST + 1, "deny")):
                rule = {"protocol": "-1", "rule_action": action, "egress": egress, "cidr_block": None}
                everything = NOTHING | {"ipv6_cidr_block": "::/0"}
                super().create_network_acl_entry(network_acl_id=acl.id, rule_number=number, **rule, **everything)

    @operation
    def answer_create_network_acl_entry(self, request: Shape) -> Shape:
        """CreateNetworkAclEntry, ICMP types included, which moto looks for under another name."""
        self.create_network_acl_entry(**_arguments(request))
        return {}

    @operation
    def answer_replace_network_acl_entry(self, request: Shape) -> Shape:
        """ReplaceNetworkAclEntry: the entry must exist."""
        acl, arguments = self.get_network_acl(request["NetworkAclId"]), _arguments(request)
        before = self.delete_network_acl_entry(acl.id, request["RuleNumber"], request["Egress"])
        try:
            self.create_network_acl_entry(**arguments)
        except Ec2Error:
            acl.network_acl_entries.append(before)
            raise
        return {}

    def create_network_acl_entry(self, network_acl_id: str, rule_number: int, **entry: Any) -> Any:
        """Check an entry as AWS does, then add it; the first ones of a VPC's own list come from moto itself."""
        acl = self.get_network_acl(network_acl_id)
        if not acl.default or len(acl.network_acl_entries) >= 4:  # noqa: PLR2004 — two each way
            rule_number, entry = int(rule_number), {**entry, "protocol": str(entry["protocol"])}
            self._check_entry(acl, rule_number, entry)
            entry |= {block: _canonical(entry[block]) for block in ("cidr_block", "ipv6_cidr_block")}
        return super().create_network_acl_entry(network_acl_id=network_acl_id, rule_number=rule_number, **entry)

    def _check_entry(self, acl: Any, number: int, entry: dict[str, Any]) -> None:
        protocol, ports = entry["protocol"], (entry["port_range_from"], entry["port_range_to"])
        if number not in NUMBERS:
            raise Ec2Error(INVALID, f"The rule number {number} is out of range: 1 to {LAST - 1}.")
        if (entry["cidr_block"] is None) == (entry["ipv6_cidr_block"] is None):
            raise Ec2Error("MissingParameter", "The request must contain either cidrBlock or ipv6CidrBlock")
        if protocol in WITH_PORTS and None in ports:
            raise Ec2Error("MissingParameter", "The request must contain the parameter portRange")
        if protocol in WITH_PORTS and not 0 <= int(ports[0]) <= int(ports[1]) <= 65535:  # noqa: PLR2004
            raise Ec2Error(INVALID, f"The port range {ports[0]}-{ports[1]} is invalid.")
        if protocol != "-1" and not (protocol.isdigit() and int(protocol) <= 255):  # noqa: PLR2004 — of IP
            raise Ec2Error(INVALID, f"Value ({protocol}) for parameter protocol is invalid. Unknown protocol.")
        same_way = [each for each in acl.network_acl_entries if _truth(each.egress) == _truth(entry["egress"])]
        if any(int(each.rule_number) == number for each in same_way):
            raise Ec2Error(
                "NetworkAclEntryAlreadyExists", f"The network acl entry identified by {number} already exists."
            )
        # The last rule, which denies all, is in every list and doesn't count.
        quotas.ACL_RULES.check(self, len(same_way))

    def delete_network_acl_entry(self, network_acl_id: str, rule_number: int, egress: bool) -> Any:
        """Refuse to remove an entry that isn't there, or the last one."""
        acl = self.get_network_acl(network_acl_id)
        for entry in acl.network_acl_entries:
            if int(entry.rule_number) == int(rule_number) < LAST and _truth(entry.egress) == _truth(egress):
                acl.network_acl_entries.remove(entry)
                return entry
        way = "egress" if _truth(egress) else "ingress"
        raise not_found("InvalidNetworkAclEntry.NotFound", f"{way} network acl entry", rule_number)

    def delete_network_acl(self, network_acl_id: str) -> Any:
        """Refuse to delete a VPC's own list."""
        if self.get_network_acl(network_acl_id).default:
            raise Ec2Error(INVALID, f"cannot delete default network ACL {network_acl_id}")
        return super().delete_network_acl(network_acl_id)

    def replace_network_acl_association(self, association_id: str, network_acl_id: str) -> Any:
        """Give a subnet another list of the same VPC."""
        acl = self.get_network_acl(network_acl_id)
        before = next((each for each in self.network_acls.values() if association_id in each._associations), None)  # noqa: SLF001
        if before is None:
            raise not_found("InvalidAssociationID.NotFound", "association ID", association_id)
        if before.vpc_id != acl.vpc_id:
            raise Ec2Error(INVALID, f"Network ACL {acl.id} and the subnet belong to different networks.")
        return super().replace_network_acl_association(association_id, network_acl_id)

    def describe_network_acls(self, network_acl_ids: list[str] | None = None, filters: Any = None) -> list[Any]:
        """Refuse ids that do not exist, with the code that they have."""
        for identifier in network_acl_ids or []:
            self.get_network_acl(identifier)
        return list(super().describe_network_acls(network_acl_ids, filters))


def _arguments(request: Shape) -> dict[str, Any]:
    ports, icmp = request.get("PortRange") or {}, request.get("IcmpTypeCode") or {}
    return {
        "network_acl_id": request["NetworkAclId"],
        "rule_number": request["RuleNumber"],
        "protocol": request["Protocol"],
        "rule_action": request["RuleAction"],
        "egress": request["Egress"],
        "cidr_block": request.get("CidrBlock"),
        "ipv6_cidr_block": request.get("Ipv6CidrBlock"),
        "icmp_code": icmp.get("Code"),
        "icmp_type": icmp.get("Type"),
        "port_range_from": ports.get("From"),
        "port_range_to": ports.get("To"),
    }


def _truth(value: object) -> bool:
    return str(value).lower() == "true"


def _canonical(block: str | None) -> str | None:
    """Spell a block as AWS keeps it, without bits beyond its prefix."""
    if block is None:
        return None
    try:
        return str(ipaddress.ip_network(block, strict=False))
    except ValueError:
        raise Ec2Error(INVALID, f"Value ({block}) for parameter cidrBlock is invalid.") from None
