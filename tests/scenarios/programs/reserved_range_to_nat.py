"""Ranges reserved for documentation, benchmarks or the future go to the NAT gateway: packets leave all the same.

work -> public [NAT] -> igw              203.0.113.0/24, 198.18.0.0/15, 240.0.0.0/4
work -> fire [firewall] -> public [NAT] -> igw
"""

import pulumi_aws as aws

from tests.scenarios.parts import endpoint, firewall, guard_dns, in_subnets, nat, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = {n: subnet(f"work-{n}", vpc, f"10.0.{n}.0/24") for n in range(3)}
fire = subnet("fire", vpc, "10.0.100.0/28")
public = subnet("public", vpc, "10.0.200.0/28")
fw = firewall("fw", **in_subnets(vpc, fire))
gateway = nat("nat", public)
public_table = table("public", vpc, public)
route("fire-out", table("fire", vpc, fire), nat_gateway_id=gateway.id)
route("public-out", public_table, gateway_id=igw.id)
for n, reserved in enumerate(("203.0.113.0/24", "198.18.0.0/15", "240.0.0.0/4")):
    work_table = table(f"work-{n}", vpc, work[n])
    route(f"work-{n}-out", work_table, vpc_endpoint_id=endpoint(fw, fire))
    route(f"work-{n}-reserved", work_table, reserved, nat_gateway_id=gateway.id)
    route(f"public-back-{n}", public_table, f"10.0.{n}.0/24", vpc_endpoint_id=endpoint(fw, fire))
    s3(f"s3-{n}", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "egress-through-firewall refuted work-0,work-1,work-2",
]
UP = PREVIEW
