"""A VPC that starts closed: its default security group lets nothing through and its main table leads nowhere."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.common.component import Component


@dataclass(frozen=True, kw_only=True)
class ClosedVpcArgs:
    """Arguments of `ClosedVpc`."""

    cidr: str
    """The VPC's only range (IPv4; an IPv6 range would leave uninspected, so there is no argument for one)."""


class ClosedVpc(Component):
    """A VPC with DNS switched on, an empty default security group and an empty main route table.

    A subnet that somebody adds without a table of its own, or an instance without a group, therefore reaches nothing.
    """

    vpc_id: pulumi.Output[str]
    arn: pulumi.Output[str]
    cidr: str

    def __init__(self, name: str, args: ClosedVpcArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        vpc = aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=args.cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            opts=self._child,
        )
        aws.ec2.DefaultSecurityGroup(
            f"{name}-default-group",
            vpc_id=vpc.id,
            ingress=[],
            egress=[],
            opts=self._child,
        )
        aws.ec2.DefaultRouteTable(
            f"{name}-main-table",
            default_route_table_id=vpc.default_route_table_id,
            routes=[],
            opts=self._child,
        )
        self.vpc_id = vpc.id
        self.arn = vpc.arn
        self.cidr = args.cidr
        self.finish()
