"""Firewall endpoints as EC2 sees them.

A requester-managed Gateway Load Balancer endpoint and its interface in a subnet.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localaws.services.core import AwsError
from localaws.services.networkfirewall.common import INVALID
from localaws.services.transition import Transition

if TYPE_CHECKING:
    from localaws.services.operations import Shape


@dataclass
class Endpoint:
    """One endpoint of a firewall: CREATING, then READY, at the end DELETING and gone."""

    id: str
    subnet_id: str
    vpc_id: str
    zone: str
    address_type: str
    creating: Transition = field(default_factory=Transition)
    deleting: Transition | None = None

    @property
    def status(self) -> str:
        """AWS's attachment status."""
        if self.deleting is not None:
            return "DELETING"
        return "READY" if self.creating.over else "CREATING"

    @property
    def gone(self) -> bool:
        """Whether its deletion is complete."""
        return self.deleting is not None and self.deleting.over

    def attachment(self) -> Shape:
        """Shape `Attachment`."""
        return {"SubnetId": self.subnet_id, "EndpointId": self.id, "Status": self.status}


def create(ec2: Any, firewall_arn: str, mapping: Shape, vpc_id: str) -> Endpoint:
    """Put an endpoint into the subnet that a SubnetMapping names; it shows in EC2 at once.

    Raises InvalidRequestException where the subnet is not one of `vpc_id` or cannot take an endpoint.
    """
    subnet = check_subnet(ec2, mapping, vpc_id)
    from moto.ec2.models.vpcs import VPCEndPoint
    from moto.ec2.utils import random_vpc_ep_id

    interface = ec2.create_network_interface(
        subnet, None, description=f"VPC Endpoint Interface {firewall_arn.rsplit('/', 1)[-1]}"
    )
    interface.requester_managed = True
    interface.interface_type = "gateway_load_balancer_endpoint"
    interface.status = "in-use"
    service = hashlib.sha256(firewall_arn.encode()).hexdigest()[:17]
    made = VPCEndPoint(
        ec2,
        random_vpc_ep_id(),
        vpc_id,
        f"com.amazonaws.vpce.{ec2.region_name}.vpce-svc-{service}",
        "GatewayLoadBalancer",
        None,
        [],
        [subnet.id],
        [interface.id],
        tags={"AWSNetworkFirewallManaged": "true", "Firewall": firewall_arn},
    )
    made.policy_document = None
    made.requester_managed = True
    made.ip_address_type = mapping.get("IPAddressType", "IPV4").lower()
    ec2.vpc_end_points[made.id] = made
    return Endpoint(made.id, subnet.id, vpc_id, subnet.availability_zone, mapping.get("IPAddressType", "IPV4"))


def check_subnet(ec2: Any, mapping: Shape, vpc_id: str) -> Any:
    """Find the subnet of a SubnetMapping, which must be one of `vpc_id`; dual stack and IPv6 need an IPv6 block."""
    subnet_id = mapping["SubnetId"]
    found = [subnet for zone in ec2.subnets.values() for subnet in zone.values() if subnet.id == subnet_id]
    if not found or found[0].vpc_id != vpc_id:
        raise AwsError(INVALID, f"subnet mapping is invalid, subnet {subnet_id} does not exist in {vpc_id}")
    subnet = found[0]
    if mapping.get("IPAddressType", "IPV4") != "IPV4" and not subnet.ipv6_cidr_block_associations:
        raise AwsError(INVALID, f"subnet mapping is invalid, subnet {subnet_id} has no IPv6 CIDR block")
    if subnet.available_ip_address_count < 1:
        raise AwsError(INVALID, f"subnet mapping is invalid, subnet {subnet_id} has no free address")
    return subnet


def remove(ec2: Any, endpoint: Endpoint) -> None:
    """Take an endpoint out of EC2: routes that point at it become blackholes."""
    made = ec2.vpc_end_points.pop(endpoint.id, None)
    if made is not None:
        for interface in made.network_interface_ids:
            ec2.enis.pop(interface, None)


def in_arbitrary_order(zones: Any, salt: str) -> list[str]:
    """Sort zones in an order that differs from firewall to firewall and is none that a caller could rely on."""
    return sorted(zones, key=lambda zone: hashlib.sha256(f"{salt}{zone}".encode()).digest())
