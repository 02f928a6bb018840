"""The next hop is a NAT gateway in another VPC, which AWS can't use.

work (vpc) -> nat (other)
"""

import pulumi_aws as aws

from tests.scenarios.parts import guard_dns, nat, route, s3, subnet, table

other = aws.ec2.Vpc("other", cidr_block="10.1.0.0/16")
far = subnet("far", other, "10.1.0.0/28")
gateway = nat("nat", far)
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
work = subnet("work", vpc, "10.0.0.0/24")
work_table = table("work", vpc, work)
route("work-out", work_table, nat_gateway_id=gateway.id)
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "routes-arrive refuted work",
]
UP = PREVIEW
