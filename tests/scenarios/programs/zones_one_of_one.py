"""A firewall with one endpoint, taken by position: there is no other that it could be.

work -> fire [firewall] -> public [NAT] -> igw
"""

import pulumi_aws as aws

from tests.scenarios.by_zone import by_zone
from tests.scenarios.parts import firewall, guard_dns, in_subnets, nat, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work, fire, public = (subnet(name, vpc, f"10.0.{n}.0/24") for n, name in enumerate(("work", "fire", "public")))
fw = firewall("fw", **in_subnets(vpc, fire))
work_table, fire_table, public_table = table("work", vpc, work), table("fire", vpc, fire), table("public", vpc, public)
route("work-out", work_table, vpc_endpoint_id=by_zone(fw, "a"))
route("fire-out", fire_table, nat_gateway_id=nat("nat", public).id)
route("public-out", public_table, gateway_id=igw.id)
route("public-back", public_table, "10.0.0.0/24", vpc_endpoint_id=by_zone(fw, "a"))
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW: list[str] = []
UP = PREVIEW
