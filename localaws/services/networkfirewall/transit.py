"""A firewall that is attached to a transit gateway itself: its attachment as EC2 sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.services.core import AwsError
from localaws.services.networkfirewall.common import INVALID
from localaws.services.transition import Transition

if TYPE_CHECKING:
    from localaws.services.networkfirewall.store import Firewall
    from localaws.services.operations import Shape


def attach(ec2: Any, firewall: Firewall, request: Shape) -> None:
    """Attach a new firewall to the transit gateway that a CreateFirewall request names.

    The attachment is of resource type network-function and always in appliance mode; what it is associated with and
    propagates to follows the transit gateway's defaults.
    """
    if request.get("VpcId") or request.get("SubnetMappings") or request.get("SubnetChangeProtection"):
        raise AwsError(INVALID, "VpcId, SubnetMappings and SubnetChangeProtection are not valid with TransitGatewayId")
    ec2.settle_transit()
    gateway = ec2.transit_gateways.get(request["TransitGatewayId"])
    if gateway is None or gateway.state != "available":
        raise AwsError(INVALID, f"Transit gateway {request['TransitGatewayId']} does not exist")
    zones = [mapping["AvailabilityZone"] for mapping in request.get("AvailabilityZoneMappings") or []]
    if not zones:
        raise AwsError(INVALID, "AvailabilityZoneMappings are required with TransitGatewayId")
    firewall.transit_gateway_id = gateway.id
    firewall.zones = check_zones(ec2, [], zones)

    from moto.ec2.models.transit_gateway_attachments import TransitGatewayAttachment

    attachment = TransitGatewayAttachment(ec2, firewall.arn, "network-function", gateway)
    attachment.options = {"ApplianceModeSupport": "enable"}
    ec2.transit_gateway_attachments[attachment.id] = attachment
    ec2.apply_attachment_defaults(attachment, gateway)
    firewall.attachment_id = attachment.id
    firewall.attachment_transition = Transition()


def detach(ec2: Any, firewall: Firewall) -> None:
    """Remove the attachment with all that tables know of it."""
    attachment = ec2.retire_attachment(firewall.attachment_id)
    if attachment is not None:
        attachment.state = "deleted"
        ec2.forget_attachment(attachment)


def check_zones(ec2: Any, present: list[str], new: list[str]) -> list[str]:
    """Check the ids of zones to add to those `present`; returns the new ones."""
    known = {zone.zone_id for zone in ec2.describe_availability_zones()}
    for position, zone in enumerate(new):
        if zone not in known:
            raise AwsError(
                INVALID, f"availability zone mapping is invalid, {zone} is not a zone id of {ec2.region_name}"
            )
        if zone in present or zone in new[:position]:
            raise AwsError(INVALID, f"availability zone mapping is invalid, {zone} is given twice")
    return new


def zone_names(ec2: Any, zone_ids: list[str]) -> list[str]:
    """Names of zones by their ids."""
    return [zone.name for zone in ec2.describe_availability_zones() if zone.zone_id in zone_ids]
