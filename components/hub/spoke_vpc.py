"""A VPC for workloads whose only way out is a hub's inspection: no internet gateway, no public address, no IPv6."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.hub.transit_hub import HubConnection, join_as_spoke
from components.network.closed_vpc import ClosedVpc, ClosedVpcArgs
from components.network.hub_addressing import spoke_plan
from components.network.s3_endpoint import s3_gateway_endpoint
from components.network.subnets import subnet_on, table_in

if TYPE_CHECKING:
    from components.common.environment import Environment


@dataclass(frozen=True, kw_only=True)
class SpokeVpcArgs:
    """Arguments of `SpokeVpc`.

    ``cidr``: the spoke's range, a /25 or larger that overlaps no other spoke and not the hub.
    ``zones``: names of one to four Availability Zones; a zone's subnets keep their place when one is added at the end.
    ``hub``: the transit gateway to join. ``environment``: for the S3 endpoint's service name and policy.
    ``s3_gateway_endpoint``: gateway endpoints are not reachable over a transit gateway, so each spoke has its own; off,
    S3 traffic takes the expensive path through firewall and NAT gateway.
    ``attached``: ``False`` while the attachment waits for another account to accept it, which leaves the way out away.
    """

    cidr: str
    zones: Sequence[str]
    hub: HubConnection
    environment: Environment
    s3_gateway_endpoint: bool = True
    attached: bool = True


class SpokeVpc(pulumi.ComponentResource):
    """Per zone a workload and an attachment subnet; everything that is not the VPC's own goes to the transit gateway.

    ``workload_subnet_ids`` are by zone. ``way_out`` is the route that a workload needs before it can reach anything;
    ``None`` while the attachment is pending.
    """

    vpc_id: pulumi.Output[str]
    cidr: str
    workload_subnet_ids: Mapping[str, pulumi.Output[str]]
    workload_table_id: pulumi.Output[str]
    attachment_id: pulumi.Output[str]
    s3_endpoint_id: pulumi.Output[str] | None
    way_out: pulumi.Resource | None

    def __init__(self, name: str, args: SpokeVpcArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("inspected-egress:components:SpokeVpc", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        plan = spoke_plan(IPv4Network(args.cidr), args.zones)
        self.cidr = args.cidr
        self.vpc_id = ClosedVpc(name, ClosedVpcArgs(cidr=args.cidr), child).vpc_id

        # One table for all zones: the transit gateway is the same everywhere and keeps packets in their zone itself.
        workloads = table_in(f"{name}-workload", self.vpc_id, child)
        attachments = table_in(f"{name}-attachment", self.vpc_id, child)
        self.workload_subnet_ids = {
            zone: self._subnet(f"{name}-workload-{zone}", zone, part.workload, workloads) for zone, part in plan.items()
        }
        attachment_subnets = [
            self._subnet(f"{name}-attachment-{zone}", zone, part.attachment, attachments) for zone, part in plan.items()
        ]
        attachment = aws.ec2transitgateway.VpcAttachment(
            f"{name}-attachment",
            transit_gateway_id=args.hub.transit_gateway_id,
            vpc_id=self.vpc_id,
            subnet_ids=attachment_subnets,
            # Not settable on a gateway that another account shares; there the owner's own default (off) holds.
            transit_gateway_default_route_table_association=False if args.hub.spoke_table_id else None,
            transit_gateway_default_route_table_propagation=False if args.hub.spoke_table_id else None,
            opts=child,
        )
        if args.hub.spoke_table_id is not None and args.hub.inspection_table_id is not None:
            join_as_spoke(
                name,
                attachment.id,
                spoke_table_id=args.hub.spoke_table_id,
                inspection_table_id=args.hub.inspection_table_id,
                opts=child,
            )
        self.way_out = None
        if args.attached:
            self.way_out = aws.ec2.Route(
                f"{name}-workload-default",
                route_table_id=workloads,
                destination_cidr_block="0.0.0.0/0",
                transit_gateway_id=args.hub.transit_gateway_id,
                # AWS refuses a route to a gateway that the VPC is not attached to, or whose attachment is pending.
                opts=pulumi.ResourceOptions(parent=self, depends_on=[attachment]),
            )
        self.s3_endpoint_id = None
        if args.s3_gateway_endpoint:
            self.s3_endpoint_id = s3_gateway_endpoint(
                f"{name}-s3",
                vpc_id=self.vpc_id,
                route_table_ids=[workloads],
                environment=args.environment,
                opts=child,
            ).id
        self.attachment_id = attachment.id
        self.workload_table_id = workloads
        self.register_outputs(
            {
                "vpcId": self.vpc_id,
                "cidr": self.cidr,
                "attachmentId": self.attachment_id,
                "workloadSubnetIds": dict(self.workload_subnet_ids),
                "workloadTableId": self.workload_table_id,
                "s3EndpointId": self.s3_endpoint_id,
            }
        )

    def _subnet(self, name: str, zone: str, cidr: IPv4Network, table_id: pulumi.Output[str]) -> pulumi.Output[str]:
        child = pulumi.ResourceOptions(parent=self)
        return subnet_on(name, vpc_id=self.vpc_id, zone=zone, cidr=cidr, table_id=table_id, opts=child)
