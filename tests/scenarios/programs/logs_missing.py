"""Nobody gets to see an alert: only FLOW is logged.

work 10.0.0.0/24 -> fire [firewall] -> public [NAT] -> igw -> internet
"""

import pulumi_aws as aws

from tests.scenarios.parts import endpoint, guard_dns, in_subnets, logs, nat, policy, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = subnet("work", vpc, "10.0.0.0/24")
fire = subnet("fire", vpc, "10.0.1.0/28")
public = subnet("public", vpc, "10.0.2.0/28")
fw = aws.networkfirewall.Firewall(
    "fw",
    firewall_policy_arn=policy("fw", ["10.0.0.0/8"]).arn,
    delete_protection=True,
    firewall_policy_change_protection=True,
    subnet_change_protection=True,
    **in_subnets(vpc, fire),
)
logs("fw", fw.arn, kinds=["FLOW"])
gateway = nat("nat", public)
work_table, fire_table, public_table = table("work", vpc, work), table("fire", vpc, fire), table("public", vpc, public)
route("work-out", work_table, vpc_endpoint_id=endpoint(fw, fire))
route("fire-out", fire_table, nat_gateway_id=gateway.id)
route("public-out", public_table, gateway_id=igw.id)
route("public-back", public_table, "10.0.0.0/24", vpc_endpoint_id=endpoint(fw, fire))
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "firewall-logs refuted fw",
]
UP = PREVIEW
