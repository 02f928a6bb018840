"""A NAT instance (no source/destination check) carries the workload's packets past the firewall.

work -> public [instance] -> igw             fire [firewall], unused
"""

import pulumi_aws as aws

from tests.scenarios.parts import firewall, guard_dns, in_subnets, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = subnet("work", vpc, "10.0.0.0/24")
fire = subnet("fire", vpc, "10.0.1.0/28")
public = subnet("public", vpc, "10.0.2.0/28")
fw = firewall("fw", **in_subnets(vpc, fire))
box = aws.ec2.Instance(
    "box",
    ami="ami-0123456789abcdef0",
    instance_type="t3.micro",
    subnet_id=public.id,
    source_dest_check=False,
)
work_table, fire_table, public_table = table("work", vpc, work), table("fire", vpc, fire), table("public", vpc, public)
route("work-out", work_table, network_interface_id=box.primary_network_interface_id)
route("fire-out", fire_table, gateway_id=igw.id)
route("public-out", public_table, gateway_id=igw.id)
s3("s3", vpc, work_table, public_table)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "egress-through-firewall refuted public,work",
]
UP = PREVIEW
