"""Without NAT and without an edge table replies come straight from the internet gateway.

work -> fire [firewall] -> igw
work <- igw                                  reply, by `local`
"""

import pulumi_aws as aws

from tests.scenarios.parts import endpoint, firewall, guard_dns, in_subnets, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = subnet("work", vpc, "10.0.0.0/24")
fire = subnet("fire", vpc, "10.0.1.0/28")
fw = firewall("fw", **in_subnets(vpc, fire))
work_table = table("work", vpc, work)
route("work-out", work_table, vpc_endpoint_id=endpoint(fw, fire))
route("fire-out", table("fire", vpc, fire), gateway_id=igw.id)
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "symmetric-return refuted work",
]
UP = PREVIEW
