"""The VPC in which the spokes' traffic is inspected and from which it leaves, one zone beside the other.

With endpoints in this VPC (``inspection: vpc``) a packet comes in at the attachment subnet, crosses the endpoint of its
zone, leaves through the NAT gateway of its zone, and its reply takes the same hops backwards. With a firewall on the
transit gateway itself (``transit-gateway``) packets come here inspected, and this is an egress VPC only.

Both layouts share the VPC, its NAT gateways and their addresses, so that one can be turned into the other. While that
happens no packet may pass uninspected: the order of the last steps is therefore held by dependencies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Any

import pulumi
import pulumi_aws as aws

from components.common.component import ArgumentError, Component, refuse_unless
from components.common.environment import Environment, Zone
from components.firewall.firewall import Firewall, FirewallArgs, Protections
from components.firewall.logs import Logging
from components.hub.inspection_ipv6 import inspected_ipv6
from components.hub.reasons import IPV6_ON_GATEWAY_REFUSED, REGIONAL_NAT_REFUSED, SINGLE_NAT_REFUSED
from components.hub.transit_hub import HubTables
from components.network.addressing import inspection_plan
from components.network.closed_vpc import ClosedVpc, ClosedVpcArgs
from components.network.internet_edge import InternetEdge, InternetEdgeArgs
from components.network.ipv6 import ipv6_sides
from components.network.subnets import RoutedSubnet, routed_subnet
from components.rules.selection import RuleSelection, keeping_ipv6_inside

INSPECTION_PLACES = ("vpc", "transit-gateway")


@dataclass(frozen=True, kw_only=True)
class InspectionVpcArgs:
    """Arguments of `InspectionVpc`."""

    cidr: str
    """A /24 or larger that overlaps no spoke."""
    zones: Sequence[Zone]
    """One to four; those of all spokes must be among them."""
    hub: HubTables
    """The transit gateway and its tables, the egress table too where `place` is `transit-gateway`."""
    spoke_ranges: Mapping[str, str]
    """What lies behind the transit gateway, by a name that stays: the pool of all spokes, and each CIDR outside of it.
    A route each, so keep them few (a route table holds 500 at most, 50 without a quota increase)."""
    blackholes: Mapping[str, str] = field(default_factory=dict)
    """Ranges among them that hold spokes but are none, where an address without a spoke must lead nowhere."""
    place: str = "vpc"
    """Where packets meet the firewall: at endpoints in this VPC (`vpc`), or at an attachment of the firewall's own
    (`transit-gateway`)."""
    nat: str = "zonal"
    """A NAT gateway per zone (`zonal`), or one (`single`, `regional`) where both directions stay at one endpoint."""
    ipv6_spokes: Sequence[pulumi.Input[str]] | None = None
    """Take IPv6 as well, from spokes with these ranges and among them alone; left out, there is none. A list that
    becomes longer changes rules, one that comes later makes the firewall anew."""
    home_net: Sequence[str]
    """IPv4 CIDRs of all spokes. A firewall in a hub sees none of its own VPC's addresses, so that without this list no
    domain list would ever match (AWS's default is the CIDR of the firewall's VPC)."""
    rules: RuleSelection = field(default_factory=RuleSelection)
    default_action: str = "alert_established"
    protections: Protections = field(default_factory=Protections)
    analysis: Sequence[str] = ()
    logging: Logging | None = None
    firewall_name: str | None = None
    """Logical name of the firewall; that of the VPC and `-firewall` when left out."""
    environment: Environment | None = None
    """Where the program runs; looked up when left out."""

    def __post_init__(self) -> None:
        refuse_unless([("place", self.place, INSPECTION_PLACES)], of="inspection")
        if self.place == "vpc" and self.nat == "single" and len(self.zones) > 1:
            raise ArgumentError(SINGLE_NAT_REFUSED)
        if self.place == "vpc" and self.nat == "regional":
            raise ArgumentError(REGIONAL_NAT_REFUSED)
        if self.place == "transit-gateway" and self.ipv6_spokes is not None:
            raise ArgumentError(f"IPv6: {IPV6_ON_GATEWAY_REFUSED}")
        if self.place == "transit-gateway" and self.hub.egress_table_id is None:
            raise ArgumentError("inspection on the transit gateway needs a hub with an egress table")


class InspectionVpc(Component):
    """Inspection and egress for all spokes of a transit gateway."""

    vpc_id: pulumi.Output[str]
    cidr: str
    endpoint_ids: Mapping[str, pulumi.Output[str]]
    """Firewall endpoints by zone; empty where the firewall sits on the transit gateway."""
    attachment_id: pulumi.Output[str]
    firewall_attachment_id: pulumi.Output[str]
    """The attachment that spokes are sent to: this VPC's, or the firewall's own."""

    def __init__(self, name: str, args: InspectionVpcArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._name = name
        self._args = args
        self.cidr = args.cidr
        vpc = ClosedVpc(name, ClosedVpcArgs(cidr=args.cidr, ipv6=args.ipv6_spokes is not None), self._child)
        self.vpc_id = vpc.vpc_id
        zones = [zone.name for zone in args.zones]
        plan = inspection_plan(IPv4Network(args.cidr), zones)
        places = ("attachment", "firewall", "public")
        self._ipv6 = {role: ipv6_sides(vpc.ipv6_cidr, zones, place) for place, role in enumerate(places)}
        public = {zone: str(part.public) for zone, part in plan.items()}
        edge = InternetEdgeArgs(vpc_id=self.vpc_id, subnets=public, ipv6=self._ipv6["public"], nat=args.nat)
        self.edge = InternetEdge(name, edge, self._child)
        entrances = {zone: self._subnet("attachment", zone, part.attachment) for zone, part in plan.items()}
        self._attachment = aws.ec2transitgateway.VpcAttachment(
            f"{name}-attachment",
            transit_gateway_id=args.hub.transit_gateway_id,
            vpc_id=self.vpc_id,
            subnet_ids=[entrance.subnet_id for entrance in entrances.values()],
            # Keeps both directions of a flow in one zone, and so at one endpoint.
            appliance_mode_support="enable",
            ipv6_support="enable" if args.ipv6_spokes is not None else None,
            transit_gateway_default_route_table_association=False,
            transit_gateway_default_route_table_propagation=False,
            opts=self._child,
        )
        self.attachment_id = self._attachment.id
        if args.place == "vpc":
            self._inspect_here({zone: part.firewall for zone, part in plan.items()}, entrances)
        else:
            self._inspect_on_gateway(entrances)
        self.finish()

    def _inspect_here(self, subnets: Mapping[str, IPv4Network], entrances: Mapping[str, RoutedSubnet]) -> None:
        """Attachment subnet to endpoint to NAT gateway of the zone, and back to the transit gateway."""
        placed = {zone: self._subnet("firewall", zone, cidr) for zone, cidr in subnets.items()}
        subnet_ids = {zone: subnet.subnet_id for zone, subnet in placed.items()}
        self.firewall = self._firewall(vpc_id=self.vpc_id, subnet_ids=subnet_ids)
        self.endpoint_ids = self.firewall.endpoint_ids
        inward = []
        for zone, subnet in placed.items():
            inward.append(self._entrance_route(zone, entrances[zone], vpc_endpoint_id=self.endpoint_ids[zone]))
            aws.ec2.Route(
                f"{self._name}-firewall-{zone}-default",
                route_table_id=subnet.table_id,
                destination_cidr_block="0.0.0.0/0",
                nat_gateway_id=self.edge.nat_gateway_ids[zone],
                opts=self._child,
            )
            for key, cidr in self._args.spoke_ranges.items():
                self._to_gateway(f"{self._name}-firewall-{zone}-to-{key}", subnet.table_id, cidr)
                self._way_back(zone, key, cidr, vpc_endpoint_id=self.endpoint_ids[zone])
        if self._args.ipv6_spokes is not None:
            inspected_ipv6(
                self._name,
                self._args.hub,
                self.endpoint_ids,
                attachment=self._attachment,
                entrances=entrances,
                firewall=placed,
                edge=self.edge,
                opts=self._child,
            )
        self._associate("hub", self.attachment_id, self._args.hub.inspection_table_id)
        self.firewall_attachment_id = self.attachment_id
        # Spokes are sent here only once every zone leads through its endpoint.
        self._spoke_default(self.attachment_id, after=inward)

    def _inspect_on_gateway(self, entrances: Mapping[str, RoutedSubnet]) -> None:
        """Spokes to the firewall's own attachment, from there to this VPC's NAT gateways, and back the same way."""
        hub = self._args.hub
        # Such a firewall can only be in zones where the gateway is already: this VPC's attachment takes it there
        # ("Considerations for transit gateway-attached firewalls"). The id is what waits, so that the firewall
        # does so and its policy does not.
        enabled = pulumi.Output.all(hub.transit_gateway_id, self._attachment.id).apply(lambda ids: str(ids[0]))
        self.firewall = self._firewall(transit_gateway_id=enabled, zone_ids=[zone.id for zone in self._args.zones])
        self.endpoint_ids = {}
        self.firewall_attachment_id = self.firewall.own_attachment_id()
        self._associate("firewall", self.firewall_attachment_id, hub.inspection_table_id)
        self._gateway_route("inspection-default", hub.inspection_table_id, "0.0.0.0/0", self.attachment_id)
        for key, cidr in self._args.blackholes.items():
            # Without it an address that belongs to no spoke would travel in circles: out by default, back as a spoke's.
            aws.ec2transitgateway.Route(
                f"{self._name}-blackhole-{key}",
                transit_gateway_route_table_id=hub.inspection_table_id,
                destination_cidr_block=cidr,
                blackhole=True,
                opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
            )
        if hub.egress_table_id is not None:  # held by the arguments; the type does not know
            self._associate("hub", self.attachment_id, hub.egress_table_id)
            for key, cidr in self._args.spoke_ranges.items():
                self._gateway_route(f"egress-to-{key}", hub.egress_table_id, cidr, self.firewall_attachment_id)
        sent = self._spoke_default(self.firewall_attachment_id, after=[])
        for zone, entrance in entrances.items():
            # This VPC stops inspecting only once no spoke is sent to it directly any more.
            self._entrance_route(zone, entrance, nat_gateway_id=self.edge.nat_gateway_ids[zone], after=[sent])
        for zone in self.edge.table_ids:
            for key, cidr in self._args.spoke_ranges.items():
                self._way_back(zone, key, cidr, transit_gateway_id=hub.transit_gateway_id)

    def _firewall(self, **place: Any) -> Firewall:
        args = self._args
        return Firewall(
            args.firewall_name or f"{self._name}-firewall",
            FirewallArgs(
                home_net=[*args.home_net, *(args.ipv6_spokes or ())],
                dual_stack=args.ipv6_spokes is not None,
                ipv6_spokes=args.ipv6_spokes or (),
                environment=args.environment,
                rules=args.rules if args.ipv6_spokes is None else keeping_ipv6_inside(args.rules),
                default_action=args.default_action,
                protections=args.protections,
                analysis=args.analysis,
                logging=args.logging,
                **place,
            ),
            self._child,
        )

    def _subnet(self, role: str, zone: str, cidr: IPv4Network) -> RoutedSubnet:
        return routed_subnet(
            f"{self._name}-{role}-{zone}",
            vpc_id=self.vpc_id,
            zone=zone,
            cidr=str(cidr),
            ipv6=self._ipv6[role].get(zone),
            opts=self._child,
        )

    def _entrance_route(
        self,
        zone: str,
        entrance: RoutedSubnet,
        *,
        vpc_endpoint_id: pulumi.Input[str] | None = None,
        nat_gateway_id: pulumi.Input[str] | None = None,
        after: Sequence[pulumi.Resource] = (),
    ) -> aws.ec2.Route:
        return aws.ec2.Route(
            f"{self._name}-attachment-{zone}-default",
            route_table_id=entrance.table_id,
            destination_cidr_block="0.0.0.0/0",
            vpc_endpoint_id=vpc_endpoint_id,
            nat_gateway_id=nat_gateway_id,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(after)),
        )

    def _way_back(
        self,
        zone: str,
        key: str,
        cidr: str,
        *,
        vpc_endpoint_id: pulumi.Input[str] | None = None,
        transit_gateway_id: pulumi.Input[str] | None = None,
    ) -> None:
        """Send replies that leave the NAT gateway of a zone towards the spokes."""
        aws.ec2.Route(
            f"{self._name}-public-{zone}-to-{key}",
            route_table_id=self.edge.table_ids[zone],
            destination_cidr_block=cidr,
            vpc_endpoint_id=vpc_endpoint_id,
            transit_gateway_id=transit_gateway_id,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self._attachment] if transit_gateway_id else []),
        )

    def _to_gateway(self, name: str, table_id: pulumi.Input[str], cidr: str) -> None:
        aws.ec2.Route(
            name,
            route_table_id=table_id,
            destination_cidr_block=cidr,
            transit_gateway_id=self._args.hub.transit_gateway_id,
            # AWS refuses a route to a gateway that the VPC is not attached to.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self._attachment]),
        )

    def _associate(self, role: str, attachment_id: pulumi.Input[str], table_id: pulumi.Input[str]) -> None:
        aws.ec2transitgateway.RouteTableAssociation(
            f"{self._name}-{role}-association",
            transit_gateway_attachment_id=attachment_id,
            transit_gateway_route_table_id=table_id,
            # An attachment has one table at a time: the old association goes before the new one comes.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )

    def _spoke_default(
        self, attachment_id: pulumi.Input[str], *, after: Sequence[pulumi.Resource]
    ) -> aws.ec2transitgateway.Route:
        return self._gateway_route(
            "spoke-default", self._args.hub.spoke_table_id, "0.0.0.0/0", attachment_id, after=after
        )

    def _gateway_route(
        self,
        role: str,
        table_id: pulumi.Input[str],
        cidr: str,
        attachment_id: pulumi.Input[str],
        *,
        after: Sequence[pulumi.Resource] = (),
    ) -> aws.ec2transitgateway.Route:
        return aws.ec2transitgateway.Route(
            f"{self._name}-{role}",
            transit_gateway_route_table_id=table_id,
            destination_cidr_block=cidr,
            transit_gateway_attachment_id=attachment_id,
            # A table holds one route per destination, so the old one goes before the new one comes.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True, depends_on=list(after)),
        )
