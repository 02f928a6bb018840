"""VPCs and what is in every one as AWS makes them: groups, subnets, addresses."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Callable
from typing import Any, Final

from moto.ec2.models.elastic_ip_addresses import ElasticAddress
from moto.ec2.models.subnets import Subnet

from localaws.services.ec2.common import Ec2Error, Part, not_found
from localaws.services.operations import Shape, operation
from localaws.services.quotas import table as quotas

PREFIXES: Final = range(16, 29)
"""Prefix lengths that a subnet can have, and a VPC."""
LIVE: Final = ("associated", "associating")
PUBLIC_ADDRESSES: Final = ipaddress.ip_network("198.18.0.0/15")
"""Where Elastic IP addresses come from: nobody's on the internet (RFC 2544), and no private one either."""

IPV6_RANGE: Final = "ipv6-cidr-block-association."
IPV6_MEMBERS: Final[dict[str, Callable[[Shape], object]]] = {
    "association-id": lambda one: one["associationId"],
    "ipv6-cidr-block": lambda one: one["ipv6CidrBlock"],
    "state": lambda one: one["ipv6CidrBlockState"]["state"],
}
"""What a subnet's IPv6 ranges are filtered by (EC2 API Reference, DescribeSubnets)."""


class Vpcs(Part):
    """Creation of VPCs and subnets."""

    def create_vpc(self, *args: Any, **kwargs: Any) -> Any:
        """Give the default group the rule that it has on AWS, and not in moto: its members may talk to each other."""
        quotas.VPCS.check(self, len(self.vpcs) + 1)
        vpc = super().create_vpc(*args, **kwargs)
        group = self.get_security_group_from_name("default", vpc_id=vpc.id)
        self.authorize_security_group_ingress(group.id, "-1", "", "", [], source_groups=[{"GroupId": group.id}])
        return vpc

    def associate_vpc_cidr_block(self, vpc_id: str, cidr_block: str, *args: Any, **kwargs: Any) -> Any:
        """Refuse a further range of a size that no VPC has, that overlaps with one, or that a route is within."""
        if cidr_block:
            self._check_further(self.get_vpc(vpc_id), cidr_block)
        return super().associate_vpc_cidr_block(vpc_id, cidr_block, *args, **kwargs)

    def _check_further(self, vpc: Any, text: str) -> None:
        try:
            wanted = ipaddress.IPv4Network(text)
        except ValueError:
            raise Ec2Error("InvalidParameterValue", f"Value ({text}) for parameter cidrBlock is invalid.") from None
        blocks = [each for each in vpc.get_cidr_block_association_set() if each["cidr_block_state"]["state"] in LIVE]
        present = [ipaddress.IPv4Network(each["cidr_block"], strict=False) for each in blocks]
        routed = [
            ipaddress.IPv4Network(route.destination_cidr_block)
            for table in self.route_tables.values()
            if table.vpc_id == vpc.id
            for route in table._routes.values()  # noqa: SLF001
            if route.destination_cidr_block and not route.local
        ]
        if (
            wanted.prefixlen not in PREFIXES
            or any(wanted.overlaps(each) for each in present)
            or any(each.subnet_of(wanted) for each in routed)
        ):
            raise Ec2Error("InvalidVpc.Range", f"The CIDR '{text}' is invalid.")

    def create_security_group(
        self, name: str, description: str, vpc_id: str | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        """Refuse names that look like ids, and VPCs that don't exist."""
        if name.lower().startswith("sg-"):
            raise Ec2Error(
                "InvalidParameterValue",
                f"Value ({name}) for parameter GroupName is invalid. Group names may not be in the format sg-*.",
            )
        if vpc_id:
            self.get_vpc(vpc_id)
        quotas.GROUPS.check(self, sum(map(len, self.groups.values())) + 1)
        return super().create_security_group(name, description, vpc_id, *args, **kwargs)

    def allocate_address(
        self, domain: str, address: str | None = None, tags: dict[str, str] | None = None
    ) -> ElasticAddress:
        """Give as many addresses as an account may have in a Region, NAT gateways' included; moto's are loopback's."""
        quotas.ADDRESSES.check(self, len(self.addresses) + 1)
        return super().allocate_address(domain, address or self._free_public_address(), tags)

    @operation
    def describe_addresses_attribute(self, request: Shape) -> Shape:
        """DescribeAddressesAttribute: no address has a name of its own in DNS here."""
        wanted = request.get("AllocationIds") or []
        known = {address.allocation_id: address.public_ip for address in self.addresses}
        for missing in (each for each in wanted if each not in known):
            raise not_found("InvalidAllocationID.NotFound", "allocation ID", missing)
        return {"Addresses": [{"AllocationId": id_, "PublicIp": known[id_]} for id_ in wanted or known]}

    def _free_public_address(self) -> str:
        taken = {known.public_ip for known in self.addresses}
        while (found := str(PUBLIC_ADDRESSES[secrets.randbelow(PUBLIC_ADDRESSES.num_addresses)])) in taken:
            pass
        return found

    def create_subnet(
        self,
        vpc_id: str,
        cidr_block: str,
        ipv6_cidr_block: str | None = None,
        availability_zone: str | None = None,
        availability_zone_id: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Refuse a size that no subnet has and a zone of another Region; choose a zone of this one if none is given."""
        if cidr_block:
            self._check_size(cidr_block)
        there = [each for zone in self.subnets.values() for each in zone.values() if each.vpc_id == vpc_id]
        quotas.SUBNETS.check(self, len(there) + 1)
        zones = {zone.name: zone.zone_id for zone in self.describe_availability_zones()}
        if availability_zone is None and availability_zone_id is None:
            availability_zone = next(iter(zones))
        if (availability_zone or availability_zone_id) not in {*zones, *zones.values()}:
            raise Ec2Error(
                "InvalidParameterValue",
                f"Value ({availability_zone or availability_zone_id}) for parameter "
                "availabilityZone is invalid. Subnets "
                f"can currently only be created in the following availability zones: {', '.join(zones)}.",
            )
        if availability_zone is None:
            availability_zone = next(name for name, identifier in zones.items() if identifier == availability_zone_id)
        return super().create_subnet(vpc_id, cidr_block, ipv6_cidr_block, availability_zone, None, **kwargs)

    def describe_subnets(self, subnet_ids: list[str] | None = None, filters: Any = None) -> list[Any]:
        """Filter by IPv6 ranges too, which moto can't."""
        of_ranges = {name: values for name, values in (filters or {}).items() if name.startswith(IPV6_RANGE)}
        others = {name: values for name, values in (filters or {}).items() if name not in of_ranges}
        found: list[Any] = super().describe_subnets(subnet_ids, others)
        for name, values in of_ranges.items():
            member = IPV6_MEMBERS.get(name.removeprefix(IPV6_RANGE))
            if member is None:
                raise Ec2Error("InvalidParameterValue", f"The filter '{name}' is invalid")
            found = [each for each in found if any(member(one) in values for one in _ranges(each))]
        return found

    @staticmethod
    def _check_size(cidr_block: str) -> None:
        try:
            network = ipaddress.IPv4Network(cidr_block)
        except ValueError:
            raise Ec2Error(
                "InvalidParameterValue", f"Value ({cidr_block}) for parameter cidrBlock is invalid."
            ) from None
        if network.prefixlen not in PREFIXES:
            raise Ec2Error("InvalidSubnet.Range", f"The CIDR '{cidr_block}' is invalid.")


def _ranges(subnet: Any) -> list[Shape]:
    """Say a subnet's IPv6 ranges as responses have them; moto nests their states one time too often."""
    return [
        {**one, "ipv6CidrBlockState": {"state": one["ipv6CidrBlockState"]["State"]}}
        for one in subnet.ipv6_cidr_block_associations.values()
        if one["ipv6CidrBlockState"]["State"] == "associated"
    ]


Subnet.ipv6_cidr_block_association_set = property(_ranges)
