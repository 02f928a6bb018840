"""A transit gateway is attached to the application's own subnets, which leave by a NAT gateway: no excuse.

app-a, app-b -> public [NAT] -> igw
shared -> tgw (spokes) -> door -> fire [firewall] -> public [NAT] -> igw
"""

import pulumi_aws as aws

from tests.scenarios.hubs import OFF, associate, attach, inspection_vpc, propagate, send, tgw_table
from tests.scenarios.parts import guard_dns, nat, route, s3, subnet, table

tgw = aws.ec2transitgateway.TransitGateway("tgw", **OFF)
spokes, inspected = tgw_table("spokes", tgw.id), tgw_table("inspected", tgw.id)
middle = inspection_vpc(tgw.id)
associate("middle", middle.id, inspected.id)
send("spokes-out", spokes.id, middle.id)

app = aws.ec2.Vpc("app", cidr_block="10.1.0.0/16")
igw = aws.ec2.InternetGateway("app-igw", vpc_id=app.id)
public = subnet("app-public", app, "10.1.9.0/28")
route("app-public-out", table("app-public", app, public), gateway_id=igw.id)
apps = [subnet(f"app-{z}", app, f"10.1.{n}.0/24", z) for n, z in enumerate("ab")]
app_table = table("app", app, *apps)
route("app-out", app_table, nat_gateway_id=nat("app-nat", public).id)
route("app-east-west", app_table, "10.0.0.0/8", transit_gateway_id=tgw.id)
s3("s3-app", app, app_table)

shared = aws.ec2.Vpc("shared", cidr_block="10.2.0.0/16")
subnets = [subnet(f"shared-{z}", shared, f"10.2.{n}.0/24", z) for n, z in enumerate("ab")]
shared_table = table("shared", shared, *subnets)
route("shared-out", shared_table, transit_gateway_id=tgw.id)
s3("s3-shared", shared, shared_table)

for name, attached in (
    ("app", attach("app", tgw.id, app, *apps)),
    ("shared", attach("shared", tgw.id, shared, *subnets)),
):
    associate(name, attached.id, spokes.id)
    propagate(name, attached.id, inspected.id)
guard_dns(app=app.id, shared=shared.id)

PREVIEW = [
    "egress-through-firewall refuted app-a,app-b",
    "same-zone-endpoint refuted app-b",
]
UP = PREVIEW
