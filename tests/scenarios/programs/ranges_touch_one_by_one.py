"""The VPC's two ranges touch; the return routes are for one workload subnet each. Sound.

low, high -> fire [firewall] -> public [NAT] -> igw
low, high <- fire [firewall] <- public [NAT] <- igw      reply, 10.0.0.0/24 and 10.1.0.0/24
"""

import pulumi_aws as aws

from tests.scenarios.parts import endpoint, firewall, guard_dns, in_subnets, nat, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
second = aws.ec2.VpcIpv4CidrBlockAssociation("second", vpc_id=vpc.id, cidr_block="10.1.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = [subnet("low", vpc, "10.0.0.0/24"), subnet("high", vpc, "10.1.0.0/24")]
fire = subnet("fire", vpc, "10.0.1.0/28")
public = subnet("public", vpc, "10.0.2.0/28")
fw = firewall("fw", **in_subnets(vpc, fire))
work_table, public_table = table("work", vpc, *work), table("public", vpc, public)
route("work-out", work_table, vpc_endpoint_id=endpoint(fw, fire))
route("fire-out", table("fire", vpc, fire), nat_gateway_id=nat("nat", public).id)
route("public-out", public_table, gateway_id=igw.id)
for n in (0, 1):
    route(f"public-back-{n}", public_table, f"10.{n}.0.0/24", vpc_endpoint_id=endpoint(fw, fire))
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW: list[str] = []
UP = PREVIEW
