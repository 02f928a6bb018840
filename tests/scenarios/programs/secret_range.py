"""The VPC's range is a secret, as are those of its subnets and routes: judged like any other, and never written.

work -> fire [firewall] -> public [NAT] -> igw -> internet
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
fw = firewall("fw", home=[base.apply("{}.0.0/16".format)], **in_subnets(vpc, fire))
work_table, public_table = table("work", vpc, work), table("public", vpc, public)
route("work-out", work_table, vpc_endpoint_id=endpoint(fw, fire))
route("fire-out", table("fire", vpc, fire), nat_gateway_id=nat("nat", public).id)
route("public-out", public_table, gateway_id=igw.id)
route("public-back", public_table, base.apply("{}.16.0/24".format), vpc_endpoint_id=endpoint(fw, fire))
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW: list[str] = []
UP = PREVIEW
