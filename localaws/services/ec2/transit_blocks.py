"""CIDR blocks of transit gateways, which their ends of Connect peers' tunnels have addresses of.

Source: EC2 API Reference, TransitGatewayRequestOptions; Transit Gateway Guide, "Transit gateway CIDR blocks".
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from typing import Any, Final

from localaws.services.ec2.common import Ec2Error
from localaws.services.quotas import table as quotas

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
GREATEST: Final = {4: 24, 6: 64}
"""Longest prefix of a block by the version of IP."""
LINK_LOCAL: Final = ipaddress.ip_network("169.254.0.0/16")


def check_blocks(backend: Any, texts: Sequence[str], attached: Iterable[Network] = ()) -> None:
    """Refuse blocks that are none, too small, too many, link-local, or an attached VPC's."""
    quotas.TRANSIT_BLOCKS.check(backend, len(texts))
    blocks: list[Network] = []
    for text in texts:
        try:
            block = ipaddress.ip_network(text)
        except ValueError:
            raise _invalid(text) from None
        used = [LINK_LOCAL, *attached, *blocks]
        if block.prefixlen > GREATEST[block.version] or any(overlap(block, each) for each in used):
            raise _invalid(text)
        blocks.append(block)


def overlap(one: Network, other: Network) -> bool:
    """Tell whether two ranges share addresses; those of different versions never do."""
    return one.version == other.version and one.overlaps(other)


def _invalid(text: str) -> Ec2Error:
    return Ec2Error("InvalidParameterValue", f"Value ({text}) for parameter TransitGatewayCidrBlocks is invalid.")
