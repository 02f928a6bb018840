"""Quotas on what moto makes without any: tables, lists, gateways, rules of groups, groups of interfaces."""

from __future__ import annotations

from typing import Any

from localaws.services.ec2.common import Part
from localaws.services.quotas import table as quotas


class Quotas(Part):
    """Counts what there is before more is made; the other parts count what they make themselves."""

    def create_route_table(self, vpc_id: str, *args: Any, **kwargs: Any) -> Any:
        """Refuse more tables than a VPC may have."""
        quotas.TABLES.check(self, sum(table.vpc_id == vpc_id for table in self.route_tables.values()) + 1)
        return super().create_route_table(vpc_id, *args, **kwargs)

    def create_network_acl(self, vpc_id: str, *args: Any, **kwargs: Any) -> Any:
        """Refuse more lists than a VPC may have."""
        quotas.ACLS.check(self, sum(acl.vpc_id == vpc_id for acl in self.network_acls.values()) + 1)
        return super().create_network_acl(vpc_id, *args, **kwargs)

    def create_internet_gateway(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse more gateways than a Region may have."""
        quotas.INTERNET_GATEWAYS.check(self, len(self.internet_gateways) + 1)
        return super().create_internet_gateway(*args, **kwargs)

    def create_egress_only_internet_gateway(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse more gateways than a Region may have."""
        quotas.EGRESS_ONLY.check(self, len(self.egress_only_internet_gateways) + 1)
        return super().create_egress_only_internet_gateway(*args, **kwargs)

    def create_network_interface(self, subnet: Any, private_ip_address: Any, *args: Any, **kwargs: Any) -> Any:
        """Refuse more groups than an interface may have."""
        groups = args[1] if len(args) > 1 else kwargs.get("group_ids")
        quotas.GROUPS_PER_INTERFACE.check(self, len(set(groups or ())))
        return super().create_network_interface(subnet, private_ip_address, *args, **kwargs)

    def modify_network_interface_attribute(self, eni_id: str, group_ids: list[str], *args: Any, **kwargs: Any) -> None:
        """Refuse more groups than an interface may have."""
        quotas.GROUPS_PER_INTERFACE.check(self, len(set(group_ids)))
        super().modify_network_interface_attribute(eni_id, group_ids, *args, **kwargs)

    def run_instances(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse more groups than an instance's interface may have."""
        too_many = "SecurityGroupsPerInstanceLimitExceeded"
        quotas.GROUPS_PER_INTERFACE.check(self, len(set(kwargs.get("security_group_ids") or ())), too_many)
        for nic in kwargs.get("nics") or ():
            quotas.GROUPS_PER_INTERFACE.check(self, len(set(nic.get("Groups") or ())), too_many)
        return super().run_instances(*args, **kwargs)

    def _verify_group_will_respect_rule_count_limit(
        self, group: Any, current_rule_nb: int, ip_ranges: Any, source_groups: Any = None, egress: bool = False
    ) -> None:
        """Count ranges of both families together, which AWS counts apart."""
        del group, egress
        quotas.RULES.check(self, current_rule_nb + len(ip_ranges or ()) + len(source_groups or ()))
