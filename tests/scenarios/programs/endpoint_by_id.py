"""The next hop is an endpoint that the program knows by id alone: it may be a firewall's, or not.

work -> vpce-0123456789abcdef0 (?)
"""

import pulumi_aws as aws

from tests.scenarios.parts import guard_dns, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
work = subnet("work", vpc, "10.0.0.0/24")
work_table = table("work", vpc, work)
route("work-out", work_table, vpc_endpoint_id="vpce-0123456789abcdef0")
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "east-west-through-firewall undecided work",
    "egress-through-firewall undecided work",
]
UP = PREVIEW
