"""The default route goes to a virtual private gateway: on premises is out of the program's sight.

work -> vgw -> on premises
"""

import pulumi_aws as aws

from tests.scenarios.parts import guard_dns, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
work = subnet("work", vpc, "10.0.0.0/24")
vgw = aws.ec2.VpnGateway("vgw", vpc_id=vpc.id)
work_table = table("work", vpc, work)
route("work-out", work_table, gateway_id=vgw.id)
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "egress-through-firewall undecided work",
]
UP = PREVIEW
