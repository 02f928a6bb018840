"""Cuts VPCs into subnets by zone, so that a zone more or less moves no subnet. Standard library only.

Every VPC is cut into four zone blocks, whatever the number of zones in use; a zone's subnets lie in its own block, and
its block follows from its position in the list alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

MAX_ZONES = 4
SMALLEST_SUBNET = 28
"""AWS accepts no subnet smaller than a /28."""
_IPV6_PLACES = 16


@dataclass(frozen=True)
class LabZone:
    """The three subnets that a zone has in the single-VPC lab: they share nothing but the zone's block."""

    workload: IPv4Network
    firewall: IPv4Network
    public: IPv4Network


@dataclass(frozen=True)
class InspectionZone:
    """The three subnets that a zone has in the inspection VPC (``firewall`` stays empty behind a native attachment)."""

    attachment: IPv4Network
    firewall: IPv4Network
    public: IPv4Network


@dataclass(frozen=True)
class SpokeZone:
    """The two subnets that a zone has in a spoke."""

    workload: IPv4Network
    attachment: IPv4Network


def lab_plan(network: IPv4Network, zones: Sequence[str]) -> Mapping[str, LabZone]:
    """Cut the lab's VPC: per zone a quarter, its lower half for workloads, its last two /28 for firewall and NAT.

    ``network`` is at least a /24. Raises ``ValueError`` when it is smaller or when there are more than four zones.
    """
    plan = {}
    for zone, block in _zone_blocks(network, zones, smallest=24).items():
        firewall, public = _last(block, 2)
        plan[zone] = LabZone(_lower_half(block), firewall, public)
    return plan


def inspection_plan(network: IPv4Network, zones: Sequence[str]) -> Mapping[str, InspectionZone]:
    """Cut the inspection VPC: per zone a quarter, in it attachment, firewall and public subnet (a sixteenth each).

    ``network`` is at least a /24. Raises ``ValueError`` when it is smaller or when there are more than four zones.
    """
    plan = {}
    for zone, block in _zone_blocks(network, zones, smallest=24).items():
        attachment, firewall, public, _spare = block.subnets(prefixlen_diff=2)
        plan[zone] = InspectionZone(attachment, firewall, public)
    return plan


def spoke_plan(network: IPv4Network, zones: Sequence[str]) -> Mapping[str, SpokeZone]:
    """Cut a spoke: per zone a quarter, whose lower half is for workloads and whose last /28 is for the attachment.

    ``network`` is at least a /25. Raises ``ValueError`` when it is smaller or when there are more than four zones.
    """
    blocks = _zone_blocks(network, zones, smallest=25)
    return {zone: SpokeZone(_lower_half(block), *_last(block, 1)) for zone, block in blocks.items()}


def ipv6_subnet(network: str, zone: int, place: int) -> str:
    """Return a /64 of a VPC's IPv6 range: sixteen a zone, by the zone's position, so that a zone more moves none.

    ``network`` is a /56, as Amazon gives; ``place`` is below 16.
    """
    first = int(IPv6Network(network).network_address)
    return str(IPv6Network((first + ((zone * _IPV6_PLACES + place) << 64), 64)))


def _zone_blocks(network: IPv4Network, zones: Sequence[str], *, smallest: int) -> dict[str, IPv4Network]:
    if network.prefixlen > smallest:
        raise ValueError(f"{network} is too small: a /{smallest} or larger is needed for {MAX_ZONES} zone blocks")
    if not 1 <= len(zones) <= MAX_ZONES or len(set(zones)) != len(zones):
        raise ValueError(f"between 1 and {MAX_ZONES} different zones are needed, found {list(zones)}")
    return dict(zip(zones, network.subnets(prefixlen_diff=2), strict=False))


def _lower_half(block: IPv4Network) -> IPv4Network:
    return next(block.subnets(prefixlen_diff=1))


def _last(block: IPv4Network, count: int) -> Sequence[IPv4Network]:
    size = 1 << (32 - SMALLEST_SUBNET)
    first = int(block.broadcast_address) + 1 - count * size
    return [IPv4Network((first + index * size, SMALLEST_SUBNET)) for index in range(count)]
