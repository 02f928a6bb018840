"""What a hub's firewall judges by, apart from where it sits: the same mind works in a VPC or on the transit gateway."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from components.firewall.firewall import FirewallArgs, Protections
from components.rules.selection import RuleSelection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from components.common.environment import Environment, Zone
    from components.firewall.logs import LoggingArgs
    from components.rules.selection import DefaultAction

InspectionPlace = Literal["vpc", "transit-gateway"]
"""Where packets meet the firewall: at endpoints in the inspection VPC, or at its own transit gateway attachment."""


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """The firewall's mind; `in_vpc` and `on_gateway` give it a place.

    ``home_net``: CIDRs of all spokes. A firewall in a hub sees none of its own VPC's addresses, so that without this
    list no domain list would ever match (AWS's default is the CIDR of the firewall's VPC). ``firewall_name``: logical
    name of the firewall; that of the VPC and ``-firewall`` without it.
    """

    home_net: Sequence[str]
    environment: Environment
    rules: RuleSelection = field(default_factory=RuleSelection)
    default_action: DefaultAction = "alert_established"
    protections: Protections = field(default_factory=Protections)
    logging: LoggingArgs | None = None
    firewall_name: str | None = None

    def in_vpc(self, vpc_id: pulumi.Input[str], subnet_ids: Mapping[str, pulumi.Input[str]]) -> FirewallArgs:
        """Return the arguments of a firewall with an endpoint in each of the subnets."""
        return FirewallArgs(
            vpc_id=vpc_id,
            subnet_ids=subnet_ids,
            home_net=list(self.home_net),
            environment=self.environment,
            rules=self.rules,
            default_action=self.default_action,
            protections=self.protections,
            logging=self.logging,
        )

    def on_gateway(self, transit_gateway_id: pulumi.Input[str], zones: Sequence[Zone]) -> FirewallArgs:
        """Return the arguments of a firewall that is attached to the transit gateway itself."""
        return FirewallArgs(
            transit_gateway_id=transit_gateway_id,
            zone_ids=[zone.id for zone in zones],
            home_net=list(self.home_net),
            environment=self.environment,
            rules=self.rules,
            default_action=self.default_action,
            protections=self.protections,
            logging=self.logging,
        )
