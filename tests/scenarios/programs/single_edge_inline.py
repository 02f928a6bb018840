"""As single_edge, with inline edge routes, whose dependencies are merged: fire was only asked for its endpoint.

work -> fire [firewall] -> igw -> internet
work <- fire [firewall] <- igw (edge table)
"""

import pulumi
import pulumi_aws as aws

from tests.scenarios.parts import ANY, endpoint, firewall, guard_dns, in_subnets, s3, subnet

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", assign_generated_ipv6_cidr_block=True)


def v6(n: int) -> pulumi.Output[str]:
    return vpc.ipv6_cidr_block.apply(lambda cidr: cidr.replace("00::/56", f"{n:02x}::/64"))


igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = subnet("work", vpc, "10.0.0.0/24", ipv6_cidr_block=v6(0))
fire = subnet("fire", vpc, "10.0.1.0/28", ipv6_cidr_block=v6(1))
# An IPv6 HOME_NET must come from the VPC.
fw = firewall("fw", home=["10.0.0.0/16", vpc.ipv6_cidr_block], **in_subnets(vpc, fire))
inspected = endpoint(fw, fire)
main = aws.ec2.DefaultRouteTable(
    "main",
    default_route_table_id=vpc.default_route_table_id,
    routes=[
        {"cidr_block": ANY, "vpc_endpoint_id": inspected},
        {"ipv6_cidr_block": "::/0", "vpc_endpoint_id": inspected},
    ],
)
fire_table = aws.ec2.RouteTable(
    "fire",
    vpc_id=vpc.id,
    routes=[{"cidr_block": ANY, "gateway_id": igw.id}, {"ipv6_cidr_block": "::/0", "gateway_id": igw.id}],
)
aws.ec2.RouteTableAssociation("fire", route_table_id=fire_table.id, subnet_id=fire.id)
edge = aws.ec2.RouteTable(
    "edge",
    vpc_id=vpc.id,
    routes=[
        {"cidr_block": "10.0.0.0/24", "vpc_endpoint_id": inspected},
        {"ipv6_cidr_block": work.ipv6_cidr_block, "vpc_endpoint_id": inspected},
    ],
)
aws.ec2.RouteTableAssociation("edge", route_table_id=edge.id, gateway_id=igw.id)
s3("s3", vpc, main.id)
guard_dns(vpc=vpc.id)

PREVIEW: list[str] = []
UP = PREVIEW
