"""Deletes that AWS refuses while something depends on the thing, and what goes along with it where they succeed."""

from __future__ import annotations

from typing import Any

from localaws.services.ec2.common import Ec2Error, dependency
from localaws.services.ec2.ipam import Ipams
from localaws.services.ec2.prefix_lists import PrefixLists


class Deletes(Ipams, PrefixLists):
    """Deletes of EC2's resources, stricter than moto's."""

    def settle_all(self) -> None:
        """Let go what has finished being deleted, so that it is in nobody's way any more."""
        from localaws.services.networkfirewall.backend import networkfirewall_backends

        networkfirewall_backends[self.account_id][self.region_name].settle()
        self.settle_connect_endpoints()
        self.settle_ipam()
        self.settle_nat()
        self.settle_transit()

    def delete_subnet(self, subnet_id: str) -> Any:
        """Refuse a subnet that holds any interface: of an instance, NAT gateway, endpoint or attachment."""
        self.settle_all()
        self.get_subnet(subnet_id)
        if any(interface.subnet.id == subnet_id for interface in self.enis.values()):
            raise dependency("subnet", subnet_id)
        deleted = super().delete_subnet(subnet_id)
        for table in self.route_tables.values():
            for association, target in list(table._associations.items()):  # noqa: SLF001
                if target == subnet_id:
                    del table._associations[association]  # noqa: SLF001
        for acl in self.network_acls.values():
            for association, item in list(acl._associations.items()):  # noqa: SLF001
                if item.subnet_id == subnet_id:
                    del acl._associations[association]  # noqa: SLF001
        self.tags.pop(subnet_id, None)
        return deleted

    def delete_route_table(self, route_table_id: str) -> None:
        """Refuse a main table; moto refuses one with associations."""
        table = self.get_route_table(route_table_id)
        if table.main_association_id is not None and table.vpc_id in self.vpcs and not self._deleting_vpc:
            raise dependency("routeTable", route_table_id)
        if any(route_table_id in endpoint.route_table_ids for endpoint in self.vpc_end_points.values()):
            for endpoint in self.vpc_end_points.values():
                endpoint.route_table_ids[:] = [known for known in endpoint.route_table_ids if known != route_table_id]
        super().delete_route_table(route_table_id)
        self.tags.pop(route_table_id, None)

    def delete_security_group(self, name: str | None = None, group_id: str | None = None) -> Any:
        """Refuse a default group, one that an interface has, and one that another group's rule names."""
        self.settle_all()
        group = self.get_security_group_from_id(group_id) if group_id else None
        if group is not None and not self._deleting_vpc:
            if group.name == "default":
                raise Ec2Error(
                    "CannotDelete", f'the specified group: "{group.id}" name: "default" cannot be deleted by a user'
                )
            used = any(group.id in {item.id for item in interface.group_set} for interface in self.enis.values())
            if used or self._named_by_rules(group):
                raise Ec2Error("DependencyViolation", f"resource {group.id} has a dependent object")
        answer = super().delete_security_group(name, group_id)
        self.tags.pop(str(group_id), None)
        return answer

    def detach_internet_gateway(self, internet_gateway_id: str, vpc_id: str) -> None:
        """Refuse while public addresses of the VPC go through the gateway."""
        self.settle_all()
        mapped = any(
            address.eni is not None and address.eni.subnet.vpc_id == vpc_id
            for address in self.addresses
            if address.association_id
        )
        public = any(interface.public_ip and interface.subnet.vpc_id == vpc_id for interface in self.enis.values())
        if mapped or public:
            raise Ec2Error(
                "DependencyViolation",
                f"Network {vpc_id} has some mapped public address(es). Please unmap those public "
                "address(es) before detaching the gateway.",
            )
        super().detach_internet_gateway(internet_gateway_id, vpc_id)
        for table in self.route_tables.values():
            for association, target in list(table._associations.items()):  # noqa: SLF001
                if target == internet_gateway_id:
                    del table._associations[association]  # noqa: SLF001

    def attach_internet_gateway(self, internet_gateway_id: str, vpc_id: str) -> Any:
        """Refuse a second internet gateway on a VPC."""
        if any(gateway.vpc is not None and gateway.vpc.id == vpc_id for gateway in self.internet_gateways.values()):
            raise Ec2Error("InvalidParameterValue", f"Network {vpc_id} already has an internet gateway attached")
        return super().attach_internet_gateway(internet_gateway_id, vpc_id)

    def release_address(self, address: str | None = None, allocation_id: str | None = None) -> None:
        """Refuse an address in use; moto would take it away from its user."""
        self.settle_nat()
        for known in self.addresses:
            named = (allocation_id and known.allocation_id == allocation_id) or (address and known.public_ip == address)
            if named and known.association_id:
                raise Ec2Error("InvalidIPAddress.InUse", f"Address {known.public_ip} is in use.")
        super().release_address(address, allocation_id)
        self.tags.pop(str(allocation_id), None)

    def delete_network_interface(self, eni_id: str) -> None:
        """Refuse an interface that is attached or that a service made."""
        interface = self.get_network_interface(eni_id)
        attached = interface.instance is not None or interface.requester_managed or interface.attachment_id
        if attached and not self._terminating:
            raise Ec2Error("InvalidParameterValue", f"Network interface '{eni_id}' is currently in use.")
        super().delete_network_interface(eni_id)
        self.tags.pop(eni_id, None)

    def delete_vpc(self, vpc_id: str) -> Any:
        """Refuse a VPC that has anything left but what it was born with."""
        self.settle_all()
        self.get_vpc(vpc_id)
        groups = [group for group in self.groups.get(vpc_id, {}).values() if group.name != "default"]
        acls = [acl for acl in self.network_acls.values() if acl.vpc_id == vpc_id and acl.default not in (True, "true")]
        left = (
            any(gateway.vpc is not None and gateway.vpc.id == vpc_id for gateway in self.internet_gateways.values())
            or any(gateway.vpc_id == vpc_id for gateway in self.egress_only_internet_gateways.values())
            or any(endpoint.vpc_id == vpc_id for endpoint in self.vpc_end_points.values())
            or any(item.resource_id == vpc_id for item in self.transit_gateway_attachments.values())
            or any(item.state != "deleted" and item.vpc_id == vpc_id for item in self.nat_gateways.values())
        )
        if groups or acls or left:
            raise dependency("vpc", vpc_id)
        self._deleting_vpc = True
        try:
            deleted = super().delete_vpc(vpc_id)
        finally:
            self._deleting_vpc = False
        for acl_id in [acl.id for acl in self.network_acls.values() if acl.vpc_id == vpc_id]:
            del self.network_acls[acl_id]
        self.tags.pop(vpc_id, None)
        return deleted

    def prepare(self) -> None:
        """Set up a part's own state."""
        super().prepare()
        self._deleting_vpc = False

    def delete_managed_prefix_list(self, prefix_list_id: str) -> Any:
        """Refuse a list that AWS manages, or that a route, transit gateway table or security group refers to."""
        prefix_list = self.prefix_list(prefix_list_id)
        if prefix_list.owner_id == "AWS":
            raise Ec2Error("UnauthorizedOperation", f"The prefix list '{prefix_list_id}' is managed by AWS")
        routed = any(
            route.destination_prefix_list_id == prefix_list_id
            for table in self.route_tables.values()
            for route in table._routes.values()  # noqa: SLF001
        )
        referenced = any(prefix_list_id in table.prefix_lists for table in self.transit_gateways_route_tables.values())
        grouped = any(
            rule.prefix_list_id == prefix_list_id for group in self._all_groups() for rule in self._rules_of(group)
        )
        if routed or referenced or grouped:
            raise dependency("prefix list", prefix_list_id)
        deleted = super().delete_managed_prefix_list(prefix_list_id)
        del self.managed_prefix_lists[prefix_list_id]
        self.tags.pop(prefix_list_id, None)
        return deleted

    def _all_groups(self) -> list[Any]:
        return [group for groups in self.groups.values() for group in groups.values()]

    @staticmethod
    def _rules_of(group: Any) -> list[Any]:
        return [*group.ingress_rules, *group.egress_rules]

    def _named_by_rules(self, group: Any) -> bool:
        return any(
            rule.source_group.get("GroupId") == group.id
            for other in self._all_groups()
            if other.id != group.id
            for rule in self._rules_of(other)
        )
