"""The firewall's subnet sends packets to its own endpoint.

work -> fire [firewall] -> fire [firewall] -> …
"""

import pulumi_aws as aws

from tests.scenarios.parts import endpoint, firewall, guard_dns, in_subnets, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
work = subnet("work", vpc, "10.0.0.0/24")
fire = subnet("fire", vpc, "10.0.1.0/28")
fw = firewall("fw", **in_subnets(vpc, fire))
work_table = table("work", vpc, work)
route("work-out", work_table, vpc_endpoint_id=endpoint(fw, fire))
route("fire-out", table("fire", vpc, fire), vpc_endpoint_id=endpoint(fw, fire))
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "routes-arrive refuted work",
]
UP = PREVIEW
