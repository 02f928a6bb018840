"""A VPC that starts closed: its default security group lets nothing through and its main table leads nowhere."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.common.component import Component


@dataclass(frozen=True, kw_only=True)
class ClosedVpcArgs:
    """Arguments of `ClosedVpc`."""

    cidr: str
    """The VPC's only IPv4 range."""
    ipv6: bool = False
    """Also a /56 of Amazon's; only where somebody brings its packets to a firewall."""


class ClosedVpc(Component):
    """A VPC with DNS switched on, an empty default security group and an empty main route table.

    A subnet that somebody adds without a table of its own, or an instance without a group, therefore reaches nothing.
    """

    vpc_id: pulumi.Output[str]
    arn: pulumi.Output[str]
    cidr: str
    ipv6_cidr: pulumi.Output[str] | None
    """``None`` without IPv6; Amazon chooses it, so that nobody knows it before the VPC is there."""

    def __init__(self, name: str, args: ClosedVpcArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        vpc = aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=args.cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            assign_generated_ipv6_cidr_block=args.ipv6 or None,
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
        self.ipv6_cidr = vpc.ipv6_cidr_block if args.ipv6 else None
        self.finish()
