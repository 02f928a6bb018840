"""The same, and the application's own subnets, to which the transit gateway is attached, leave through the hub: sound.

app-a, app-b -> tgw (spokes) -> door -> fire [firewall] -> public [NAT] -> igw
"""

import pulumi_aws as aws

from tests.scenarios.hubs import OFF, associate, attach, inspection_vpc, propagate, send, tgw_table
from tests.scenarios.parts import guard_dns, route, s3, subnet, table

tgw = aws.ec2transitgateway.TransitGateway("tgw", **OFF)
spokes, inspected = tgw_table("spokes", tgw.id), tgw_table("inspected", tgw.id)
middle = inspection_vpc(tgw.id)
associate("middle", middle.id, inspected.id)
send("spokes-out", spokes.id, middle.id)

app = aws.ec2.Vpc("app", cidr_block="10.1.0.0/16")
apps = [subnet(f"app-{z}", app, f"10.1.{n}.0/24", z) for n, z in enumerate("ab")]
app_table = table("app", app, *apps)
route("app-out", app_table, transit_gateway_id=tgw.id)
s3("s3-app", app, app_table)
attached = attach("app", tgw.id, app, *apps)
associate("app", attached.id, spokes.id)
propagate("app", attached.id, inspected.id)
guard_dns(app=app.id)

PREVIEW: list[str] = []
UP = PREVIEW
