"""Inline routes to the program's own NAT gateway, and to one that it knows by its id alone: two, and not one.

work -> fire [firewall] -> out [NAT] -> igw              0.0.0.0/0
work -> fire [firewall] -> nat-0123456789abcdef0 (?)     8.8.8.0/24
"""

import pulumi_aws as aws

from tests.scenarios.parts import ANY, endpoint, firewall, guard_dns, in_subnets, nat, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work, fire = subnet("work", vpc, "10.0.0.0/24"), subnet("fire", vpc, "10.0.1.0/28")
out = subnet("out", vpc, "10.0.2.0/28")
fw = firewall("fw", **in_subnets(vpc, fire))
own = nat("own", out)
work_table = table("work", vpc, work)
route("work-out", work_table, vpc_endpoint_id=endpoint(fw, fire))
fire_table = aws.ec2.RouteTable(
    "fire",
    vpc_id=vpc.id,
    routes=[
        {"cidr_block": ANY, "nat_gateway_id": own.id},
        {"cidr_block": "8.8.8.0/24", "nat_gateway_id": "nat-0123456789abcdef0"},
    ],
)
aws.ec2.RouteTableAssociation("fire", route_table_id=fire_table.id, subnet_id=fire.id)
out_table = table("out", vpc, out)
route("out-out", out_table, gateway_id=igw.id)
route("out-back", out_table, "10.0.0.0/24", vpc_endpoint_id=endpoint(fw, fire))
s3("s3", vpc, work_table, out_table)
guard_dns(vpc=vpc.id)

PREVIEW = ["symmetric-return undecided work"]
UP = PREVIEW
