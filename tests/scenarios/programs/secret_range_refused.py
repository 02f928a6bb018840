"""The secret range of the workloads is neither in HOME_NET nor brought back, and a secret one slips past the firewall.

work -> public [NAT] -> igw              a secret range of the internet
work <- public [NAT] <- igw              reply, by the local route
"""

import pulumi
import pulumi_aws as aws

from tests.scenarios.parts import endpoint, firewall, guard_dns, in_subnets, nat, route, s3, subnet, table

base = pulumi.Output.secret("10.77")
vpc = aws.ec2.Vpc("vpc", cidr_block=base.apply("{}.0.0/16".format))
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = subnet("work", vpc, base.apply("{}.16.0/24".format))
fire = subnet("fire", vpc, base.apply("{}.32.0/28".format))
public = subnet("public", vpc, base.apply("{}.48.0/28".format))
fw = firewall("fw", home=[base.apply("{}.32.0/19".format)], **in_subnets(vpc, fire))
gateway = nat("nat", public)
work_table, public_table = table("work", vpc, work), table("public", vpc, public)
route("work-out", work_table, vpc_endpoint_id=endpoint(fw, fire))
route("fire-out", table("fire", vpc, fire), nat_gateway_id=gateway.id)
route("public-out", public_table, gateway_id=igw.id)
route("work-partner", work_table, pulumi.Output.secret("93.184.216.0/24"), nat_gateway_id=gateway.id)
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "egress-through-firewall refuted work",
    "home-net-covers-workloads refuted work",
    "symmetric-return refuted work",
]
UP = PREVIEW
