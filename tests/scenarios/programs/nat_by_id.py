"""Behind the firewall, packets go to a NAT gateway known by id alone: nobody knows how its replies come back.

work -> fire [firewall] -> nat-0123456789abcdef0 (?)
"""

import pulumi_aws as aws

from tests.scenarios.parts import endpoint, firewall, guard_dns, in_subnets, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
work, fire = subnet("work", vpc, "10.0.0.0/24"), subnet("fire", vpc, "10.0.1.0/28")
fw = firewall("fw", **in_subnets(vpc, fire))
work_table = table("work", vpc, work)
route("work-out", work_table, vpc_endpoint_id=endpoint(fw, fire))
route("fire-out", table("fire", vpc, fire), nat_gateway_id="nat-0123456789abcdef0")
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW = ["symmetric-return undecided work"]
UP = PREVIEW
