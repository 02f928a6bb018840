"""Settings of the single-VPC lab."""

from ipaddress import IPv4Network
from typing import Annotated

from components.settings.checks import private
from components.settings.schema import key
from components.settings.shared import SharedSettings


class SingleVpcSettings(SharedSettings):
    """What the layout ``single-vpc`` is built from."""

    vpc_cidr: Annotated[IPv4Network, private(24, 16)] = key(
        "10.0.0.0/16",
        "Range of the lab's VPC. Each zone has a quarter of it, so that a zone more moves nothing.",
        allowed="a private IPv4 range from /16 to /24 that begins at its first address, such as 10.0.0.0/16",
    )
