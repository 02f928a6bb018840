"""A subnet and its route table, which in a hub come in pairs: where a packet goes next depends on the zone it is in."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True)
class Ipv6Side:
    """The IPv6 side of a subnet.

    :param cidr: its /64.
    :param hosts: give an address to each interface that is made in it.
    :param dns64: let the VPC's resolver answer for names that have IPv4 addresses alone, in NAT64's prefix.
    """

    cidr: pulumi.Input[str]
    hosts: bool = False
    dns64: bool = False


@dataclass(frozen=True)
class RoutedSubnet:
    """A subnet and the table that is its own."""

    subnet_id: pulumi.Output[str]
    table_id: pulumi.Output[str]
    ipv6_cidr: pulumi.Output[str] | None = None


def subnet_on(
    name: str,
    *,
    vpc_id: pulumi.Input[str],
    zone: str,
    cidr: str,
    table_id: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
    ipv6: Ipv6Side | None = None,
) -> aws.ec2.Subnet:
    """Create a subnet on an existing table. Nothing in it ever gets a public IPv4 address by itself."""
    subnet = aws.ec2.Subnet(
        name,
        vpc_id=vpc_id,
        availability_zone=zone,
        cidr_block=cidr,
        ipv6_cidr_block=ipv6.cidr if ipv6 else None,
        assign_ipv6_address_on_creation=(ipv6.hosts or None) if ipv6 else None,
        enable_dns64=(ipv6.dns64 or None) if ipv6 else None,
        map_public_ip_on_launch=False,
        opts=opts,
    )
    aws.ec2.RouteTableAssociation(name, subnet_id=subnet.id, route_table_id=table_id, opts=opts)
    return subnet


def table_in(name: str, vpc_id: pulumi.Input[str], opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
    """Create a route table without a route and return its id; every route is a resource of its own."""
    return aws.ec2.RouteTable(name, vpc_id=vpc_id, opts=opts).id


def routed_subnet(
    name: str,
    *,
    vpc_id: pulumi.Input[str],
    zone: str,
    cidr: str,
    opts: pulumi.ResourceOptions,
    ipv6: Ipv6Side | None = None,
) -> RoutedSubnet:
    """Create a subnet with a table of its own."""
    table_id = table_in(name, vpc_id, opts)
    subnet = subnet_on(name, vpc_id=vpc_id, zone=zone, cidr=cidr, table_id=table_id, opts=opts, ipv6=ipv6)
    return RoutedSubnet(subnet.id, table_id, subnet.ipv6_cidr_block if ipv6 else None)
