"""A subnet and its route table, which in a hub come in pairs: where a packet goes next depends on the zone it is in."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True)
class RoutedSubnet:
    """A subnet and the table that is its own."""

    subnet_id: pulumi.Output[str]
    table_id: pulumi.Output[str]


def subnet_on(
    name: str,
    *,
    vpc_id: pulumi.Input[str],
    zone: str,
    cidr: str,
    table_id: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
) -> pulumi.Output[str]:
    """Create a subnet on an existing table and return its id. Nothing in it ever gets a public address by itself."""
    subnet = aws.ec2.Subnet(
        name,
        vpc_id=vpc_id,
        availability_zone=zone,
        cidr_block=cidr,
        map_public_ip_on_launch=False,
        opts=opts,
    )
    aws.ec2.RouteTableAssociation(name, subnet_id=subnet.id, route_table_id=table_id, opts=opts)
    return subnet.id


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
) -> RoutedSubnet:
    """Create a subnet with a table of its own."""
    table_id = table_in(name, vpc_id, opts)
    return RoutedSubnet(subnet_on(name, vpc_id=vpc_id, zone=zone, cidr=cidr, table_id=table_id, opts=opts), table_id)
