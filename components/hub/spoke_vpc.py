"""A VPC for workloads whose only way out is a hub's inspection: no internet gateway, and no public IPv4 address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network

import pulumi
import pulumi_aws as aws

from components.common.component import Component, TaggedArgs
from components.common.environment import Environment
from components.hub.transit_hub import HubConnection, join_as_spoke
from components.network.addressing import spoke_plan
from components.network.closed_vpc import ClosedVpc, ClosedVpcArgs
from components.network.ipv6 import EVERYWHERE, ipv6_sides
from components.network.s3_endpoint import s3_gateway_endpoint
from components.network.subnets import Ipv6Side, subnet_on, table_in


@dataclass(frozen=True, kw_only=True)
class SpokeVpcArgs(TaggedArgs):
    """Arguments of `SpokeVpc`."""

    cidr: str
    """The spoke's range, a /25 or larger that overlaps no other spoke and not the hub."""
    zones: Sequence[str]
    """Names of one to four Availability Zones; a zone's subnets keep their place when one is added at the end."""
    hub: HubConnection
    """The transit gateway to join."""
    s3_gateway_endpoint: bool = True
    """Gateway endpoints are not reachable over a transit gateway, so each spoke has its own; off, S3 traffic takes the
    expensive path through firewall and NAT gateway."""
    s3_endpoint_buckets: Mapping[str, str] = field(default_factory=dict)
    """Buckets of others that the endpoint lets through, each at `read` or `write`; `ECR` and `SSM` are AWS's own."""
    ipv6: bool = False
    """Also a /56 of Amazon's, every packet of which goes to the transit gateway; the hub's inspection takes it too."""
    dns64: bool = False
    """With `ipv6`: names that have IPv4 addresses alone are reached by IPv6, through the hub's NAT gateways (NAT64)."""
    attached: bool = True
    """`False` while the attachment waits for another account to accept it, which leaves the way out away."""
    environment: Environment | None = None
    """Where the program runs; looked up when left out."""


class SpokeVpc(Component):
    """Per zone a workload and an attachment subnet; what is not for the VPC itself goes to the transit gateway."""

    vpc_id: pulumi.Output[str]
    cidr: str
    ipv6_cidr: pulumi.Output[str] | None
    """``None`` without IPv6."""
    workload_subnet_ids: Mapping[str, pulumi.Output[str]]
    """By zone."""
    workload_table_id: pulumi.Output[str]
    attachment_id: pulumi.Output[str]
    s3_endpoint_id: pulumi.Output[str] | None

    def __init__(self, name: str, args: SpokeVpcArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        plan = spoke_plan(IPv4Network(args.cidr), args.zones)
        self.cidr = args.cidr
        vpc = ClosedVpc(name, ClosedVpcArgs(cidr=args.cidr, ipv6=args.ipv6), self._child)
        self.vpc_id, self.ipv6_cidr = vpc.vpc_id, vpc.ipv6_cidr
        workload_ipv6 = ipv6_sides(vpc.ipv6_cidr, args.zones, 0, hosts=True, dns64=args.dns64)
        attachment_ipv6 = ipv6_sides(vpc.ipv6_cidr, args.zones, 1)

        # One table for all zones: the transit gateway is the same everywhere and keeps packets in their zone itself.
        self.workload_table_id = table_in(f"{name}-workload", self.vpc_id, self._child)
        attachments = table_in(f"{name}-attachment", self.vpc_id, self._child)
        self.workload_subnet_ids = {
            zone: self._subnet(f"{name}-workload-{zone}", zone, part.workload, self.workload_table_id, workload_ipv6)
            for zone, part in plan.items()
        }
        attachment = self._attachment(
            name,
            args,
            [
                self._subnet(f"{name}-attachment-{zone}", zone, part.attachment, attachments, attachment_ipv6)
                for zone, part in plan.items()
            ],
        )
        self.attachment_id = attachment.id
        if args.attached:
            self._default_route(f"{name}-workload-default", args, attachment, destination_cidr_block="0.0.0.0/0")
            if args.ipv6:
                every = f"{name}-workload-default-ipv6"
                self._default_route(every, args, attachment, destination_ipv6_cidr_block=EVERYWHERE)
        self.s3_endpoint_id = None
        if args.s3_gateway_endpoint:
            self.s3_endpoint_id = s3_gateway_endpoint(
                f"{name}-s3",
                vpc_id=self.vpc_id,
                route_table_ids=[self.workload_table_id],
                environment=Environment.given(args.environment, self),
                buckets=args.s3_endpoint_buckets,
                opts=self._child,
            ).id
        self.finish()

    def _default_route(
        self, name: str, args: SpokeVpcArgs, attachment: pulumi.Resource, **destination: pulumi.Input[str] | None
    ) -> None:
        aws.ec2.Route(
            name,
            route_table_id=self.workload_table_id,
            transit_gateway_id=args.hub.transit_gateway_id,
            # AWS refuses a route to a gateway that the VPC is not attached to, or whose attachment is pending.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[attachment]),
            **destination,
        )

    def _attachment(
        self, name: str, args: SpokeVpcArgs, subnet_ids: Sequence[pulumi.Output[str]]
    ) -> aws.ec2transitgateway.VpcAttachment:
        hub = args.hub
        attachment = aws.ec2transitgateway.VpcAttachment(
            f"{name}-attachment",
            transit_gateway_id=hub.transit_gateway_id,
            vpc_id=self.vpc_id,
            subnet_ids=subnet_ids,
            # Without it the VPC's IPv6 range would propagate into no table.
            ipv6_support="enable" if args.ipv6 else None,
            # Not settable on a gateway that another account shares; there the owner's own default (off) holds.
            transit_gateway_default_route_table_association=None if hub.spoke_table_id is None else False,
            transit_gateway_default_route_table_propagation=None if hub.spoke_table_id is None else False,
            opts=self._child,
        )
        if hub.spoke_table_id is not None and hub.inspection_table_id is not None:
            join_as_spoke(
                name,
                attachment.id,
                spoke_table_id=hub.spoke_table_id,
                inspection_table_id=hub.inspection_table_id,
                opts=self._child,
            )
        return attachment

    def _subnet(
        self,
        name: str,
        zone: str,
        cidr: IPv4Network,
        table_id: pulumi.Output[str],
        ipv6: Mapping[str, Ipv6Side],
    ) -> pulumi.Output[str]:
        side = ipv6.get(zone)
        subnet = subnet_on(
            name, vpc_id=self.vpc_id, zone=zone, cidr=str(cidr), table_id=table_id, ipv6=side, opts=self._child
        )
        return subnet.id
