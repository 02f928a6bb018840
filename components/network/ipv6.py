"""The IPv6 side of a VPC's subnets, which are cut from a range that is known only when the VPC is there."""

from collections.abc import Mapping, Sequence
from functools import partial

import pulumi

from components.network.addressing import ipv6_subnet
from components.network.subnets import Ipv6Side

EVERYWHERE = "::/0"
NAT64 = "64:ff9b::/96"
"""The prefix in which IPv4 addresses are written as IPv6 ones (RFC 6052), and the only one that AWS translates."""


def ipv6_sides(
    network: pulumi.Output[str] | None, zones: Sequence[str], place: int, *, hosts: bool = False, dns64: bool = False
) -> Mapping[str, Ipv6Side]:
    """Cut one /64 a zone from a VPC's /56, by the zone's position; none where the VPC has no IPv6.

    :param place: which of the sixteen that a zone has.
    """
    return {
        name: Ipv6Side(network.apply(partial(ipv6_subnet, zone=zone, place=place)), hosts=hosts, dns64=dns64)
        for zone, name in enumerate(zones)
        if network is not None
    }
