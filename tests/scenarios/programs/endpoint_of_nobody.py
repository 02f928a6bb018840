"""The next hop is worked out from the firewall's state, and wrong: at up it is an id that no endpoint has.

work -> vpce-0123456789abcdef0 (?)
work <- fire [firewall] <- public [NAT]      reply
"""

import pulumi_aws as aws

from tests.scenarios.parts import endpoint, firewall, guard_dns, in_subnets, nat, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = subnet("work", vpc, "10.0.0.0/24")
fire = subnet("fire", vpc, "10.0.1.0/28")
public = subnet("public", vpc, "10.0.2.0/28")
fw = firewall("fw", **in_subnets(vpc, fire))
work_table, public_table = table("work", vpc, work), table("public", vpc, public)
route("work-out", work_table, vpc_endpoint_id=fw.firewall_statuses.apply(lambda _: "vpce-0123456789abcdef0"))
route("fire-out", table("fire", vpc, fire), nat_gateway_id=nat("nat", public).id)
route("public-out", public_table, gateway_id=igw.id)
route("public-back", public_table, "10.0.0.0/24", vpc_endpoint_id=endpoint(fw, fire))
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW: list[str] = []
UP = [
    "east-west-through-firewall undecided work",
    "egress-through-firewall undecided work",
]
