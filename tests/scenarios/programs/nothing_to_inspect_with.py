"""The policy has no rule group and no default action: the engine looks at everything and minds nothing.

work 10.0.0.0/24 -> fire [firewall] -> public [NAT] -> igw -> internet
"""

import pulumi_aws as aws

from tests.scenarios.parts import endpoint, firewall, guard_dns, in_subnets, nat, policy, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = subnet("work", vpc, "10.0.0.0/24")
fire = subnet("fire", vpc, "10.0.1.0/28")
public = subnet("public", vpc, "10.0.2.0/28")
fw = firewall(
    "fw",
    firewall_policy_arn=policy("fw", ["10.0.0.0/8"], stateful_rule_group_references=[]).arn,
    **in_subnets(vpc, fire),
)
gateway = nat("nat", public)
work_table, fire_table, public_table = table("work", vpc, work), table("fire", vpc, fire), table("public", vpc, public)
route("work-out", work_table, vpc_endpoint_id=endpoint(fw, fire))
route("fire-out", fire_table, nat_gateway_id=gateway.id)
route("public-out", public_table, gateway_id=igw.id)
route("public-back", public_table, "10.0.0.0/24", vpc_endpoint_id=endpoint(fw, fire))
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "firewall-inspects refuted fw",
]
UP = PREVIEW
