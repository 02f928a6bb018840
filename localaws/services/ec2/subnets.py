"""Subnets' attributes and IPv6 ranges: a /64 of the VPC's own, nobody else's, and free before it is taken off.

Source: Amazon EC2 API Reference, CreateSubnet, AssociateSubnetCidrBlock, ModifySubnetAttribute.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any, Final

from moto.ec2.models.subnets import Subnet

from localaws.services.core import NotInLocalAws
from localaws.services.ec2.common import Ec2Error, Part
from localaws.services.operations import Shape, operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

INVALID: Final = "InvalidParameterValue"
IN_USE: Final = "InvalidCidrBlock.InUse"
SIZES: Final = range(44, 65, 4)
"""Prefix lengths that a subnet's IPv6 range can have."""
Subnet.enable_dns64 = False
SWITCHES: Final[Mapping[str, Callable[[Subnet, bool], None]]] = {
    "AssignIpv6AddressOnCreation": lambda subnet, on: setattr(subnet, "assign_ipv6_address_on_creation", on),
    "EnableDns64": lambda subnet, on: setattr(subnet, "enable_dns64", on),
    "EnableResourceNameDnsARecordOnLaunch": lambda subnet, on: subnet.private_dns_name_options_on_launch.update(
        EnableResourceNameDnsARecord=on
    ),
    "MapPublicIpOnLaunch": lambda subnet, on: setattr(subnet, "map_public_ip_on_launch", on),
}
"""How each attribute of a subnet that is known here is switched."""


FOR_IPV6: Final = ("AssignIpv6AddressOnCreation", "EnableDns64")
"""Those that a subnet needs an IPv6 range for."""


class Subnets(Part):
    """IPv6 ranges of subnets, and what a subnet does for those that start in it."""

    def create_subnet(
        self, vpc_id: str, cidr_block: str, ipv6_cidr_block: str | None = None, *args: Any, **kw: Any
    ) -> Any:
        """Refuse an IPv6 range that is none for a subnet of the VPC."""
        if ipv6_cidr_block:
            self._check_ipv6(vpc_id, ipv6_cidr_block)
        return super().create_subnet(vpc_id, cidr_block, ipv6_cidr_block, *args, **kw)

    def associate_subnet_cidr_block(self, subnet_id: str, ipv6_cidr_block: str) -> Any:
        """Refuse a second range, and one that is none for a subnet of the VPC."""
        subnet = self.get_subnet(subnet_id)
        if _ranges(subnet):
            raise Ec2Error("InvalidSubnet.Conflict", f"The subnet {subnet_id} already has an IPv6 CIDR block")
        self._check_ipv6(subnet.vpc_id, ipv6_cidr_block)
        return super().associate_subnet_cidr_block(subnet_id, ipv6_cidr_block)

    def disassociate_subnet_cidr_block(self, association_id: str) -> Any:
        """Refuse to take a range off that is given out, or in which an interface has an address."""
        subnet = self.get_subnet_from_ipv6_association(association_id)
        if subnet is not None and subnet.assign_ipv6_address_on_creation:
            raise Ec2Error(
                IN_USE,
                f"The subnet IPv6 CIDR block with association ID {association_id} may not be disassociated, "
                "because its subnet has assign-ipv6-address-on-creation set to true.",
            )
        if subnet is not None and any(
            interface.ipv6_addresses for interface in self.enis.values() if interface.subnet.id == subnet.id
        ):
            raise Ec2Error(IN_USE, f"The IPv6 CIDR block of subnet {subnet.id} has addresses in use")
        return super().disassociate_subnet_cidr_block(association_id)

    def disassociate_vpc_cidr_block(self, association_id: str) -> Any:
        """Refuse to take a VPC's IPv6 range off while a subnet has a part of it."""
        for vpc in self.vpcs.values():
            for block in vpc.get_cidr_block_association_set(ipv6=True):
                if block["association_id"] == association_id and any(self._ipv6_taken(vpc.id)):
                    text = f"The vpc {vpc.id} currently has a subnet within CIDR block {block['cidr_block']}"
                    raise Ec2Error(IN_USE, text)
        return super().disassociate_vpc_cidr_block(association_id)

    @operation
    def answer_modify_subnet_attribute(self, request: Shape) -> Shape:
        """ModifySubnetAttribute: one attribute a call."""
        subnet = self.get_subnet(request["SubnetId"])
        given = {name: value for name, value in request.items() if name not in ("SubnetId", "DryRun")}
        if len(given) != 1:
            raise Ec2Error("InvalidParameterCombination", "Exactly one attribute of a subnet is modified at a time.")
        ((name, value),) = given.items()
        if name not in SWITCHES:
            raise NotInLocalAws(f"ec2:ModifySubnetAttribute:{name}")
        if value["Value"] and name in FOR_IPV6 and not _ranges(subnet):
            raise Ec2Error(INVALID, f"Invalid value 'true' for {name}. Subnet {subnet.id} has no IPv6 CIDR block.")
        SWITCHES[name](subnet, value["Value"])
        return {}

    def create_network_interface(self, subnet: Any, *args: Any, **kwargs: Any) -> Any:
        """Give an interface an IPv6 address where its subnet does so."""
        place = self.get_subnet(subnet) if isinstance(subnet, str) else subnet
        if place.assign_ipv6_address_on_creation and not kwargs.get("ipv6_addresses"):
            kwargs["ipv6_address_count"] = kwargs.get("ipv6_address_count") or 1
        if kwargs.get("ipv6_address_count") and not _ranges(place):
            raise Ec2Error(INVALID, f"The subnet {place.id} has no IPv6 CIDR block to take addresses from")
        return super().create_network_interface(subnet, *args, **kwargs)

    def _check_ipv6(self, vpc_id: str, text: str) -> None:
        try:
            wanted = ipaddress.IPv6Network(text)
        except ValueError:
            raise Ec2Error(INVALID, f"Value ({text}) for parameter ipv6CidrBlock is invalid.") from None
        owned = [
            ipaddress.IPv6Network(each["cidr_block"], strict=False)
            for each in self.get_vpc(vpc_id).get_cidr_block_association_set(ipv6=True)
            if each["cidr_block_state"]["state"] == "associated"
        ]
        if wanted.prefixlen not in SIZES or not any(wanted.subnet_of(each) for each in owned):
            raise Ec2Error("InvalidSubnet.Range", f"The CIDR '{text}' is invalid.")
        if any(wanted.overlaps(other) for other in self._ipv6_taken(vpc_id)):
            raise Ec2Error("InvalidSubnet.Conflict", f"The CIDR '{text}' conflicts with another subnet")

    def _ipv6_taken(self, vpc_id: str) -> Iterator[ipaddress.IPv6Network]:
        for subnet in self.describe_subnets():
            if subnet.vpc_id == vpc_id:
                yield from _ranges(subnet)


def _ranges(subnet: Any) -> list[ipaddress.IPv6Network]:
    return [
        ipaddress.IPv6Network(each["ipv6CidrBlock"], strict=False)
        for each in subnet.ipv6_cidr_block_associations.values()
        if each["ipv6CidrBlockState"]["State"] == "associated"
    ]
