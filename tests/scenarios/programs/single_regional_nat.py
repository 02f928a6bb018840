"""A regional NAT gateway, whose own route table sends replies back through the endpoint.

work -> fire [firewall] -> NAT (regional, own table) -> igw
"""

import pulumi_aws as aws

from tests.scenarios.parts import endpoint, firewall, guard_dns, in_subnets, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = subnet("work", vpc, "10.0.0.0/24")
fire = subnet("fire", vpc, "10.0.1.0/28")
fw = firewall("fw", **in_subnets(vpc, fire))
gateway = aws.ec2.NatGateway("nat", vpc_id=vpc.id, availability_mode="regional")
work_table = table("work", vpc, work)
route("work-out", work_table, vpc_endpoint_id=endpoint(fw, fire))
route("fire-out", table("fire", vpc, fire), nat_gateway_id=gateway.id)
route("nat-back", gateway.route_table_id, "10.0.0.0/24", vpc_endpoint_id=endpoint(fw, fire))
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW: list[str] = []
UP = PREVIEW
