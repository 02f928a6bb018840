"""A VPC that nothing is joined with uses internet addresses: to all others they are the internet's as before.

work -> public [NAT] -> igw              8.8.8.0/24, where another VPC of the program has 8.8.0.0/16
work -> fire [firewall] -> public [NAT] -> igw
"""

import pulumi_aws as aws

from tests.scenarios.parts import endpoint, firewall, guard_dns, in_subnets, nat, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
elsewhere = aws.ec2.Vpc("elsewhere", cidr_block="8.8.0.0/16")
subnet("elsewhere", elsewhere, "8.8.8.0/24")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = subnet("work", vpc, "10.0.0.0/24")
fire = subnet("fire", vpc, "10.0.1.0/28")
public = subnet("public", vpc, "10.0.2.0/28")
fw = firewall("fw", **in_subnets(vpc, fire))
gateway = nat("nat", public)
work_table, public_table = table("work", vpc, work), table("public", vpc, public)
route("work-out", work_table, vpc_endpoint_id=endpoint(fw, fire))
route("work-dns", work_table, "8.8.8.0/24", nat_gateway_id=gateway.id)
route("fire-out", table("fire", vpc, fire), nat_gateway_id=gateway.id)
route("public-out", public_table, gateway_id=igw.id)
route("public-back", public_table, "10.0.0.0/24", vpc_endpoint_id=endpoint(fw, fire))
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id, elsewhere=elsewhere.id)

PREVIEW = [
    "egress-through-firewall refuted work",
]
UP = PREVIEW
