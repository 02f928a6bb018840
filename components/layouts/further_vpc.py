"""One VPC more behind the lab's firewall: built like the lab's own, with endpoints that are associated with it.

AWS takes a firewall's associations in the zones of its own endpoints only, so a further VPC is in the lab's zones. No
packet goes from one VPC to another: nothing connects them, and each has NAT gateways and a way to the internet of its
own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from ipaddress import IPv4Network

import pulumi
import pulumi_aws as aws

from components.common.component import Component
from components.common.environment import Environment
from components.layouts.instances import Traffic, lab_workloads
from components.layouts.lab_ipv6 import ipv6_plan, ipv6_routes
from components.network.addressing import lab_plan
from components.network.closed_vpc import ClosedVpc, ClosedVpcArgs
from components.network.internet_edge import InternetEdge, InternetEdgeArgs
from components.network.lab_zones import route_through, subnets_by_zone
from components.network.s3_endpoint import s3_gateway_endpoint


@dataclass(frozen=True, kw_only=True)
class FurtherVpcArgs:
    """Arguments of `FurtherVpc`."""

    environment: Environment
    cidr: str
    """Range of the VPC, a /24 or larger; the firewall's `HOME_NET` must have it."""
    zones: Sequence[str]
    """Zones by name, each one where the firewall has an endpoint of its own."""
    ipv6: bool = False
    dns64: bool = False
    s3_gateway_endpoint: bool = True
    s3_endpoint_buckets: Mapping[str, str] = field(default_factory=dict)
    traffic: Traffic = field(default_factory=Traffic)
    bucket_name: pulumi.Input[str]
    """The bucket that the instance copies to."""
    bucket_arn: pulumi.Input[str]


class FurtherVpc(Component):
    """A VPC with an associated endpoint, a NAT gateway and three subnets a zone, and an instance in the first.

    The VPC comes first, since the firewall must know its IPv6 range, and `inspect` makes the rest.
    """

    vpc_id: pulumi.Output[str]
    ipv6_cidr: pulumi.Output[str] | None
    """``None`` without IPv6."""

    def __init__(self, name: str, args: FurtherVpcArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._name, self._args = name, args
        self.cidr = args.cidr
        vpc = ClosedVpc(name, ClosedVpcArgs(cidr=args.cidr, ipv6=args.ipv6), self._child)
        self.vpc_id, self.ipv6_cidr = vpc.vpc_id, vpc.ipv6_cidr

    def inspect(self, firewall_arn: pulumi.Input[str]) -> None:
        """Associate endpoints with the firewall, and send everything through them."""
        name, args = self._name, self._args
        plan = lab_plan(IPv4Network(args.cidr), args.zones)
        six = ipv6_plan(self.ipv6_cidr, args.zones, dns64=args.dns64)
        public = {zone: str(part.public) for zone, part in plan.items()}
        edge_args = InternetEdgeArgs(vpc_id=self.vpc_id, subnets=public, ipv6=six.public)
        edge = InternetEdge(f"{name}-edge", edge_args, self._child)
        own = partial(subnets_by_zone, vpc_id=self.vpc_id, opts=self._child)
        firewall = own(f"{name}-firewall", {zone: part.firewall for zone, part in plan.items()}, six.firewall)
        workload = own(f"{name}-workload", {zone: part.workload for zone, part in plan.items()}, six.workload)
        endpoints = {
            zone: self._endpoint(f"{name}-{zone}", firewall_arn, subnet.subnet_id) for zone, subnet in firewall.items()
        }
        route_through(name, endpoints, plan=plan, workload=workload, firewall=firewall, edge=edge, opts=self._child)
        if args.ipv6:
            ipv6_routes(
                name,
                endpoints,
                vpc_id=self.vpc_id,
                plan=plan,
                workload=workload,
                firewall=firewall,
                edge=edge,
                opts=self._child,
            )
        if args.s3_gateway_endpoint:
            s3_gateway_endpoint(
                f"{name}-s3",
                vpc_id=self.vpc_id,
                route_table_ids=[subnet.table_id for subnet in workload.values()],
                environment=args.environment,
                buckets=args.s3_endpoint_buckets,
                opts=self._child,
            )
        self.workload_subnet = workload[args.zones[0]]
        first = {"workload": self.workload_subnet}
        made = lab_workloads(
            name,
            first,
            vpc_id=self.vpc_id,
            ipv6=args.ipv6,
            traffic=args.traffic,
            bucket_name=pulumi.Output.from_input(args.bucket_name),
            bucket_arn=pulumi.Output.from_input(args.bucket_arn),
            opts=self._child,
        )
        self.workload = made["workload"]
        self.finish()

    def _endpoint(
        self, name: str, firewall_arn: pulumi.Input[str], subnet_id: pulumi.Output[str]
    ) -> pulumi.Output[str]:
        type_ = "DUALSTACK" if self._args.ipv6 else None
        association = aws.networkfirewall.VpcEndpointAssociation(
            f"{name}-endpoint",
            firewall_arn=firewall_arn,
            vpc_id=self.vpc_id,
            subnet_mapping=aws.networkfirewall.VpcEndpointAssociationSubnetMappingArgs(
                subnet_id=subnet_id, ip_address_type=type_
            ),
            opts=self._child,
        )
        return association.vpc_endpoint_association_statuses.apply(_endpoint_id)


def _endpoint_id(
    statuses: Sequence[aws.networkfirewall.outputs.VpcEndpointAssociationVpcEndpointAssociationStatus],
) -> str:
    """Return the endpoint of an association, which has one subnet and so one endpoint."""
    found = [
        str(attachment.endpoint_id)
        for status in statuses
        for state in status.association_sync_states or ()
        for attachment in state.attachments or ()
        if attachment.endpoint_id
    ]
    if not found:
        raise pulumi.RunError(
            "A firewall's endpoint association has no endpoint. Run `pulumi refresh`, then `pulumi up`."
        )
    return found[0]
