"""NAT gateways: an address in their subnet, an Elastic IP of their own, an internet gateway, and states."""

from __future__ import annotations

import ipaddress
from typing import Any

from localaws.services.core import NotInLocalAws
from localaws.services.ec2.common import Ec2Error, Part, not_found, refuse_filters
from localaws.services.operations import Shape, operation
from localaws.services.quotas import table as quotas
from localaws.services.transition import Transition

RESERVED_AT_START = 4
"""AWS keeps a subnet's first four addresses and its last for itself."""


class NatGateways(Part):
    """Operations on NAT gateways, and the addresses of interfaces."""

    def prepare(self) -> None:
        """Set up a part's own state."""
        super().prepare()
        self.pending_nat: dict[str, Transition] = {}

    def create_nat_gateway(
        self,
        subnet_id: str,
        allocation_id: str | None,
        tags: dict[str, str] | None = None,
        connectivity_type: str = "public",
    ) -> Any:
        """Make a NAT gateway; one that AWS would let fail after a while is refused at once, with the failure's code."""
        subnet = self.get_subnet(subnet_id)
        if connectivity_type == "public":
            self._check_public(subnet.vpc_id, allocation_id)
        elif allocation_id:
            raise Ec2Error("InvalidParameterCombination", "A private NAT gateway cannot have an AllocationId")
        zone = [
            each
            for each in self.nat_gateways.values()
            if each.subnet_id is not None
            and each.state not in ("deleted", "failed")
            and self.get_subnet(each.subnet_id).availability_zone == subnet.availability_zone
        ]
        quotas.NAT_GATEWAYS.check(self, len(zone) + 1)
        gateway = super().create_nat_gateway(subnet_id, allocation_id, tags, connectivity_type)
        interface = gateway._eni  # noqa: SLF001 — moto keeps it there
        address = self.hand_to_service(interface, "nat_gateway")
        interface.description = f"Interface for NAT Gateway {gateway.id}"
        gateway.private_ip = address
        gateway.address_set[0]["privateIp"] = address
        gateway.state = "pending"
        self.pending_nat[gateway.id] = Transition()
        return gateway

    def describe_nat_gateways(self, filters: Any, nat_gateway_ids: list[str] | None) -> list[Any]:
        """Refuse ids that do not exist; a deleted gateway stays visible for a while, as on AWS."""
        self.settle_nat()
        tags = {name: values for name, values in (filters or {}).items() if name.startswith("tag:")}
        filters = {name: values for name, values in (filters or {}).items() if name not in tags}
        refuse_filters("DescribeNatGateways", filters, "nat-gateway-id", "vpc-id", "subnet-id", "state")
        for identifier in nat_gateway_ids or []:
            if identifier not in self.nat_gateways:
                raise Ec2Error("NatGatewayNotFound", f"The Nat Gateway {identifier} was not found")
        found = super().describe_nat_gateways(filters, nat_gateway_ids)
        return [item for item in found if all(self.tags[item.id].get(name[4:]) in tags[name] for name in tags)]

    def delete_nat_gateway(self, nat_gateway_id: str) -> Any:
        """Delete a gateway: its interface and the use of its Elastic IP end with it."""
        gateway = self.nat_gateways.get(nat_gateway_id)
        if gateway is None or gateway.state == "deleted":
            raise Ec2Error("NatGatewayNotFound", f"The Nat Gateway {nat_gateway_id} was not found")
        gateway.state = "deleting"
        self.pending_nat[gateway.id] = Transition()
        return gateway

    @operation
    def answer_create_nat_gateway(self, request: Shape) -> Shape:
        """CreateNatGateway: zonal and regional ones."""
        for argument in ("SecondaryAllocationIds", "SecondaryPrivateIpAddresses", "SecondaryPrivateIpAddressCount"):
            if request.get(argument):
                raise NotInLocalAws(f"CreateNatGateway:{argument}")
        tags = {
            tag["Key"]: tag["Value"]
            for specification in request.get("TagSpecifications") or []
            for tag in specification.get("Tags") or []
        }
        if request.get("AvailabilityMode") == "regional":
            return {"NatGateway": self.create_regional_nat_gateway(request, tags)}
        if request.get("PrivateIpAddress"):
            raise NotInLocalAws(f"CreateNatGateway:PrivateIpAddress={request['PrivateIpAddress']}")
        for argument in ("AvailabilityZoneAddresses", "VpcId"):
            if request.get(argument):
                raise Ec2Error("InvalidParameterCombination", f"{argument} is for a regional NAT gateway alone")
        if not request.get("SubnetId"):
            raise Ec2Error("MissingParameter", "The request must contain the parameter subnetId")
        kind = request.get("ConnectivityType") or "public"
        gateway = self.create_nat_gateway(request["SubnetId"], request.get("AllocationId"), tags, kind)
        return {"NatGateway": gateway}

    def create_network_interface(self, subnet: Any, private_ip_address: Any, *args: Any, **kwargs: Any) -> Any:
        """Give an interface without an address the first free one of its subnet; moto takes any at random."""
        if not private_ip_address and not (args and args[0]) and not kwargs.get("private_ip_addresses"):
            place = self.get_subnet(subnet) if isinstance(subnet, str) else subnet
            if place.cidr_block:
                private_ip_address = self.free_address(place)
        return super().create_network_interface(subnet, private_ip_address, *args, **kwargs)

    def hand_to_service(self, interface: Any, kind: str) -> str:
        """Make an interface a service's own, nobody else's to delete, with an address of its subnet; return that."""
        address = self.free_address(interface.subnet)
        interface.private_ip_address = address
        interface.private_ip_addresses = [{"Primary": True, "PrivateIpAddress": address}]
        interface.interface_type, interface.requester_managed, interface.status = kind, True, "in-use"
        return address

    def free_address(self, subnet: Any) -> str:
        """Find the first address of a subnet that no interface has."""
        used = {
            address["PrivateIpAddress"]
            for interface in self.enis.values()
            if interface.subnet.id == subnet.id
            for address in interface.private_ip_addresses
        } | set(subnet._subnet_ips)  # noqa: SLF001 — where moto notes the addresses of instances
        network = ipaddress.ip_network(subnet.cidr_block, strict=False)
        for position in range(RESERVED_AT_START, network.num_addresses - 1):
            address = str(network[position])
            if address not in used:
                return address
        raise Ec2Error("InsufficientFreeAddressesInSubnet", f"The subnet '{subnet.id}' has no free addresses")

    def settle_nat(self) -> None:
        """Complete gateways that are pending or being deleted and have had their time."""
        for identifier, transition in list(self.pending_nat.items()):
            if not transition.over:
                continue
            del self.pending_nat[identifier]
            gateway = self.nat_gateways[identifier]
            if gateway.state == "pending":
                gateway.state = "available"
            elif gateway.state == "deleting":
                gateway.state = "deleted"
                self.ended(gateway)
                self.tags.pop(identifier, None)

    def ended(self, gateway: Any) -> None:
        """Free what a deleted gateway had: its interface and the use of its Elastic IP."""
        interface = gateway._eni  # noqa: SLF001
        for address in self.addresses:
            if address.eni is interface:
                address.eni, address.association_id = None, None
        self.enis.pop(interface.id, None)

    def _check_public(self, vpc_id: str, allocation_id: str | None) -> None:
        if not allocation_id:
            raise Ec2Error("MissingParameter", "The request must contain the parameter allocationId")
        found = [address for address in self.addresses if address.allocation_id == allocation_id]
        if not found:
            raise not_found("InvalidAllocationID.NotFound", "allocation ID", allocation_id)
        if found[0].association_id:
            raise Ec2Error("Resource.AlreadyAssociated", f"Elastic IP address [{allocation_id}] is already associated")
        if not any(gateway.vpc is not None and gateway.vpc.id == vpc_id for gateway in self.internet_gateways.values()):
            raise Ec2Error("Gateway.NotAttached", f"Network {vpc_id} has no Internet gateway attached")
