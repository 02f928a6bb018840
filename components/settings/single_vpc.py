"""Settings of the single-VPC lab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.settings.checks import private_network
from components.settings.schema import key
from components.settings.shared import SharedSettings

if TYPE_CHECKING:
    from ipaddress import IPv4Network


@dataclass(frozen=True, kw_only=True)
class SingleVpcSettings(SharedSettings):
    """What the layout ``single-vpc`` is built from."""

    vpc_cidr: IPv4Network = key(
        "string",
        "10.0.0.0/16",
        "Range of the lab's VPC. Each zone has a quarter of it, so that a zone more moves nothing.",
        allowed="a private IPv4 range from /16 to /24 that begins at its first address, such as 10.0.0.0/16",
        check=private_network(24, 16),
    )
