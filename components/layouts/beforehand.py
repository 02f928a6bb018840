"""What AWS is asked before anything is registered, so that what would fail, or work for nothing, is said first."""

import json
import re
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components.common.environment import Environment, Zone, ZoneError

ADVICE = "see docs/on-aws.md"
_NOT_SET = re.compile(r"NotFound|couldn't find resource|empty result", re.IGNORECASE)


def refuse_zones_without(instance_type: str, zones: Sequence[Zone]) -> None:
    """Raise ZoneError if a zone doesn't offer the instance type; the message names zones that do.

    Other zones are not taken in their place: a network must not move because AWS's offer, or the type, changes. Where
    the deployer may not ask, that is said, and the launch will tell.
    """
    try:
        found = aws.ec2.get_instance_type_offerings(
            location_type="availability-zone", filters=[{"name": "instance-type", "values": [instance_type]}]
        )
    except Exception as error:  # noqa: BLE001 - the SDK has no other class for a look-up that failed
        pulumi.log.warn(f"whether the zones offer {instance_type} could not be looked up: {error}")
        return
    offered = sorted(found.locations)
    without = [zone.name for zone in zones if zone.name not in offered]
    if without:
        where = f"it is in {', '.join(offered)}: set zone_names" if offered else "no zone of the Region has it"
        raise ZoneError(f"instance_type: {instance_type} is not offered in {', '.join(without)}; {where}")


def warn_if_blocked(environment: Environment) -> None:
    """Say so if VPC Block Public Access stops traffic in both directions: then nothing of what is built would work.

    A warning, since VPCs can be excluded from it once they are there. The provider has no data source of its own for
    it, so it is read through Cloud Control, which has no such resource where it was never switched on.
    """
    try:
        found = aws.cloudcontrol.get_resource(
            type_name="AWS::EC2::VPCBlockPublicAccessOptions", identifier=environment.account
        )
    except Exception as error:  # noqa: BLE001 - as above
        if not _NOT_SET.search(str(error)):
            pulumi.log.info(f"VPC Block Public Access could not be read ({error}); {ADVICE}")
        return
    if json.loads(found.properties or "{}").get("InternetGatewayBlockMode") == "block-bidirectional":
        pulumi.log.warn(
            f"VPC Block Public Access is on in {environment.region}, in both directions: no packet will reach the "
            "internet gateway, and Network Firewall doesn't work with it. Switch it off or to block-ingress, or "
            f"exclude the VPCs once they exist; {ADVICE}"
        )
