"""The live network as the policy pack's proof reads a program: every resource a `Registration`, all ids known.

Read-only and complete: every listing is read to its last page, and whatever can't be read ends with a message instead
of a network with a hole in it.
"""

from collections.abc import Collection, Iterable

from hunts.backends import Progress, silent
from hunts.live_network.dns import dns
from hunts.live_network.firewalls import firewalls
from hunts.live_network.gateways import gateways
from hunts.live_network.shape import Reader
from hunts.live_network.transit import transit
from hunts.live_network.vpcs import vpcs
from policy.egress.program.snapshot import Registration

_OWN_VPC = "aws:ec2/vpc:Vpc"


def read(
    region: str | None = None, chosen: Collection[str] | None = None, progress: Progress = silent
) -> list[Registration]:
    """Return the network of a Region.

    With `chosen` VPC ids, what belongs to other VPCs is left out; what lies between VPCs (transit gateways, peerings,
    firewalls' policies …) stays. Raises HuntError with AWS's words when something can't be read.
    """
    reader = Reader(region, progress)
    found = [*vpcs(reader), *gateways(reader), *firewalls(reader), *transit(reader), *dns(reader)]
    return found if chosen is None else list(_of(found, chosen))


def _of(found: Iterable[Registration], chosen: Collection[str]) -> Iterable[Registration]:
    listed = list(found)
    foreign = {item.id for item in listed if item.type == _OWN_VPC} - set(chosen)
    foreign |= {
        item.id for item in listed if item.properties.get("vpcId") in foreign and "peerVpcId" not in item.properties
    }
    for item in listed:
        owners = {item.id, *(item.properties.get(name) for name in ("vpcId", "subnetId", "routeTableId", "resourceId"))}
        if not owners & foreign or "peerVpcId" in item.properties:
            yield item
