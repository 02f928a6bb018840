"""Settings of the single-VPC lab."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from itertools import combinations
from typing import Annotated

from components.rules.selection import RuleSelection, refusing_inbound
from components.settings.checks import matching, private
from components.settings.schema import Mistake, key
from components.settings.shared import SharedSettings

MAX_FURTHER_VPCS = 4
"""With the lab's own as many as an account and Region has EC2 Instance Connect Endpoints for, and VPCs, unasked."""

# With the stack's prefix, an instance's role still has room for Pulumi's suffix.
_VPC_NAME = r"[a-z]([a-z0-9-]{0,10}[a-z0-9])?"
_MORE_ALLOWED = (
    "a map from name (1 to 12 lower case letters, digits and dashes) to a private IPv4 range from /16 to /24 "
    "that overlaps no other"
)


class SingleVpcSettings(SharedSettings):
    """What the layout ``single-vpc`` is built from."""

    vpc_cidr: Annotated[IPv4Network, private(24, 16)] = key(
        "10.0.0.0/16",
        "Range of the lab's VPC. Each zone has a quarter of it, so that a zone more moves nothing.",
        allowed="a private IPv4 range from /16 to /24 that begins at its first address, such as 10.0.0.0/16",
    )
    more_vpcs: Mapping[Annotated[str, matching(_VPC_NAME, or_empty=False)], Annotated[IPv4Network, private(24, 16)]] = (
        key(
            {},
            "Further VPCs behind the same firewall, by endpoints associated with it: name to range. Each is in the "
            "lab's zones, with NAT gateways and an instance of its own, and with `ipv6` a /56, too.",
            allowed=_MORE_ALLOWED,
        )
    )

    @property
    def rules(self) -> RuleSelection:
        """Return what the firewall's policy is made of."""
        return refusing_inbound(super().rules) if self.ipv6 else super().rules

    def mistakes(self) -> Iterator[Mistake]:
        """Yield what is wrong between keys."""
        yield from super().mistakes()
        if len(self.more_vpcs) > MAX_FURTHER_VPCS:
            yield Mistake("more_vpcs", len(self.more_vpcs), f"at most {MAX_FURTHER_VPCS} further VPCs")
        if "lab" in self.more_vpcs:
            yield Mistake("more_vpcs.lab", "lab", "another name: the lab's own VPC is called so")
        ranges = {"vpc_cidr": self.vpc_cidr, **{f"more_vpcs.{name}": cidr for name, cidr in self.more_vpcs.items()}}
        for (one, first), (other, second) in combinations(ranges.items(), 2):
            if first.overlaps(second):
                yield Mistake(other, str(second), f"a range apart from {first} ({one}): records tell VPCs by addresses")
