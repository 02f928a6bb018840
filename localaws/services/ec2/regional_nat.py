"""Regional NAT gateways: one for all zones of a VPC, in no subnet, with a route table of its own.

Only in manual mode, with the Elastic IP addresses of each zone given: by itself AWS expands one to the zones in which
it finds interfaces, and takes addresses of its own choice.
Source: Amazon VPC User Guide, "Regional NAT gateways"; Amazon EC2 API Reference, CreateNatGateway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.utils import utcnow
from moto.ec2.models.nat_gateways import NatGateway
from moto.ec2.utils import random_eip_association_id, random_nat_gateway_id

from localaws.services.core import NotInLocalAws
from localaws.services.ec2.common import Ec2Error
from localaws.services.ec2.nat import NatGateways
from localaws.services.transition import Transition

if TYPE_CHECKING:
    from localaws.services.operations import Shape


class RegionalNatGateway(NatGateway):
    """One of a VPC: its addresses stand in zones, not in subnets."""

    def __init__(self, backend: RegionalNatGateways, vpc_id: str, tags: dict[str, str], addresses: list[Shape]) -> None:
        self.id = random_nat_gateway_id()
        self.ec2_backend = backend
        self.vpc_id, self.subnet_id, self.private_ip = vpc_id, None, None
        self.state, self.connectivity_type = "pending", "public"
        self.address_set = addresses
        self.availability_mode = "regional"
        self.auto_scaling_ips = self.auto_provision_zones = "disabled"
        self.route_table_id = backend.create_route_table(vpc_id).id
        self._created_at = utcnow()
        self.add_tags(tags)


class RegionalNatGateways(NatGateways):
    """What a regional NAT gateway has that a zonal one has not."""

    def create_regional_nat_gateway(self, request: Shape, tags: dict[str, str]) -> Any:
        """Make one; what AWS would let fail after a while is refused at once, with the failure's code."""
        for argument in ("SubnetId", "AllocationId", "PrivateIpAddress"):
            if request.get(argument):
                raise Ec2Error("InvalidParameterCombination", f"A regional NAT gateway cannot have a {argument}")
        if request.get("ConnectivityType") == "private":
            raise Ec2Error("InvalidParameterCombination", "A regional NAT gateway cannot be private")
        if not request.get("VpcId"):
            raise Ec2Error("MissingParameter", "The request must contain the parameter vpcId")
        given = request.get("AvailabilityZoneAddresses")
        if not given:
            raise NotInLocalAws("CreateNatGateway: a regional NAT gateway without AvailabilityZoneAddresses")
        vpc_id = self.get_vpc(request["VpcId"]).id
        wanted = [(zone, allocation) for zone in map(self._zone, given) for allocation in zone["AllocationIds"]]
        for _, allocation in wanted:
            self._check_public(vpc_id, allocation)
        gateway = RegionalNatGateway(self, vpc_id, tags, [self._take(zone, allocation) for zone, allocation in wanted])
        internet = next(each.id for each in self.internet_gateways.values() if each.vpc and each.vpc.id == vpc_id)
        self.create_route(gateway.route_table_id, "0.0.0.0/0", gateway_id=internet)
        self.nat_gateways[gateway.id] = gateway
        self.pending_nat[gateway.id] = Transition()
        return gateway

    def detach_internet_gateway(self, internet_gateway_id: str, vpc_id: str) -> None:
        """Refuse while a regional gateway has addresses that go through the internet gateway."""
        self.settle_nat()
        if any(
            isinstance(each, RegionalNatGateway) and each.vpc_id == vpc_id and each.state != "deleted"
            for each in self.nat_gateways.values()
        ):
            raise Ec2Error("DependencyViolation", f"Network {vpc_id} has some mapped public address(es).")
        super().detach_internet_gateway(internet_gateway_id, vpc_id)

    def ended(self, gateway: Any) -> None:
        """Free what a deleted gateway had: a regional one's table and its addresses."""
        if not isinstance(gateway, RegionalNatGateway):
            super().ended(gateway)
            return
        mine = {each["allocationId"] for each in gateway.address_set}
        for address in self.addresses:
            if address.allocation_id in mine:
                address.association_id = None
        self.route_tables.pop(gateway.route_table_id, None)

    def _zone(self, given: Shape) -> Shape:
        zones = {zone.name: zone.zone_id for zone in self.describe_availability_zones()}
        names = {identity: name for name, identity in zones.items()}
        name = given.get("AvailabilityZone") or names.get(given.get("AvailabilityZoneId", ""))
        if name not in zones:
            raise Ec2Error("InvalidParameterValue", f"Value ({name}) for parameter availabilityZone is invalid.")
        if not given.get("AllocationIds"):
            raise Ec2Error("MissingParameter", f"The zone {name} needs the parameter allocationIds")
        return {"availabilityZone": name, "availabilityZoneId": zones[name], "AllocationIds": given["AllocationIds"]}

    def _take(self, zone: Shape, allocation: str) -> Shape:
        (address,) = (each for each in self.addresses if each.allocation_id == allocation)
        address.association_id = random_eip_association_id()
        return {
            "allocationId": allocation,
            "associationId": address.association_id,
            "availabilityZone": zone["availabilityZone"],
            "availabilityZoneId": zone["availabilityZoneId"],
            "publicIp": address.public_ip,
            "status": "succeeded",
        }
