"""A route to a transit gateway to which the VPC isn't attached.

work -> tgw (no attachment)
"""

import pulumi_aws as aws

from tests.scenarios.parts import guard_dns, route, s3, subnet, table

tgw = aws.ec2transitgateway.TransitGateway(
    "tgw", default_route_table_association="disable", default_route_table_propagation="disable"
)
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
work = subnet("work", vpc, "10.0.0.0/24")
work_table = table("work", vpc, work)
route("work-out", work_table, transit_gateway_id=tgw.id)
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "routes-arrive refuted work",
]
UP = PREVIEW
