"""IPv4 is inspected, IPv6 leaves by an egress-only gateway beside it.

work -> fire [firewall] -> public [NAT] -> igw
work -> eigw -> internet                     ::/0
"""

import pulumi_aws as aws

from tests.scenarios.parts import endpoint, firewall, guard_dns, in_subnets, nat, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", assign_generated_ipv6_cidr_block=True)
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = subnet(
    "work", vpc, "10.0.0.0/24", ipv6_cidr_block=vpc.ipv6_cidr_block.apply(lambda cidr: cidr.replace("/56", "/64"))
)
fire = subnet("fire", vpc, "10.0.1.0/28")
public = subnet("public", vpc, "10.0.2.0/28")
fw = firewall("fw", home=["10.0.0.0/16", vpc.ipv6_cidr_block], **in_subnets(vpc, fire))
gateway = nat("nat", public)
work_table, fire_table, public_table = table("work", vpc, work), table("fire", vpc, fire), table("public", vpc, public)
route("work-out", work_table, vpc_endpoint_id=endpoint(fw, fire))
route("fire-out", fire_table, nat_gateway_id=gateway.id)
route("public-out", public_table, gateway_id=igw.id)
route("public-back", public_table, "10.0.0.0/24", vpc_endpoint_id=endpoint(fw, fire))
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)
eigw = aws.ec2.EgressOnlyInternetGateway("eigw", vpc_id=vpc.id)
aws.ec2.Route(
    "work-out-v6",
    route_table_id=work_table.id,
    destination_ipv6_cidr_block="::/0",
    egress_only_gateway_id=eigw.id,
)

PREVIEW = [
    "egress-through-firewall refuted work",
]
UP = PREVIEW
