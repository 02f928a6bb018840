"""Cuts the lab's VPC into subnets by zone, so that a zone more or less moves none of them. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from ipaddress import IPv4Network

MAX_ZONES = 3
SMALLEST_SUBNET = 28
"""AWS accepts no subnet smaller than a /28."""
SMALLEST_VPC = 24
"""A quarter of a /24 still holds a /27 for workloads and two /28."""


@dataclass(frozen=True)
class LabZone:
    """The three subnets that a zone has: they share nothing but the zone's block."""

    workload: IPv4Network
    firewall: IPv4Network
    public: IPv4Network


def lab_plan(network: IPv4Network, zones: Sequence[str]) -> Mapping[str, LabZone]:
    """Give each zone a quarter of ``network``: its lower half to workloads, its last two /28 to firewall and NAT.

    The fourth quarter stays free. A zone's place follows from its position in ``zones`` alone.

    :param network: /24 or larger.
    :param zones: one to three names, each once.
    :raises ValueError: when the network is too small, or zones are too many or named twice.
    """
    if network.prefixlen > SMALLEST_VPC:
        raise ValueError(f"{network} is too small for the lab: a /{SMALLEST_VPC} or larger is needed")
    if not 1 <= len(zones) <= MAX_ZONES or len(set(zones)) != len(zones):
        raise ValueError(f"one to {MAX_ZONES} different zones are needed, found {', '.join(zones) or 'none'}")
    plan = {}
    for zone, block in zip(zones, network.subnets(prefixlen_diff=2), strict=False):
        lower, upper = block.subnets(prefixlen_diff=1)
        smallest = list(_last(upper, 2))
        plan[zone] = LabZone(workload=lower, firewall=smallest[0], public=smallest[1])
    return plan


def _last(block: IPv4Network, count: int) -> Sequence[IPv4Network]:
    size = 1 << (32 - SMALLEST_SUBNET)
    first = int(block.broadcast_address) + 1 - count * size
    return [type(block)((first + index * size, SMALLEST_SUBNET)) for index in range(count)]
