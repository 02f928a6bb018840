"""A spoke on a transit gateway known by id alone: what happens there is out of sight.

work -> tgw-0123456789abcdef0 (?)
"""

import pulumi_aws as aws

from tests.scenarios.parts import guard_dns, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.1.0.0/16")
work, end = subnet("work", vpc, "10.1.0.0/24"), subnet("end", vpc, "10.1.1.0/28")
tgw = "tgw-0123456789abcdef0"
aws.ec2transitgateway.VpcAttachment("vpc", transit_gateway_id=tgw, vpc_id=vpc.id, subnet_ids=[end.id])
work_table = table("work", vpc, work)
route("work-out", work_table, transit_gateway_id=tgw)
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "egress-through-firewall undecided work",
    "east-west-through-firewall undecided work",
]
UP = PREVIEW
