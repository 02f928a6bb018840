"""A hub in a stack of its own: gateway, tables, inspection VPC. Spokes are made elsewhere, and join its table. Sound.

(elsewhere) -> tgw (spokes) -> door -> fire [firewall] -> public [NAT] -> igw
"""

import pulumi_aws as aws

from tests.scenarios.hubs import OFF, associate, inspection_vpc, send, tgw_table

tgw = aws.ec2transitgateway.TransitGateway("tgw", **OFF)
spokes, inspected = tgw_table("spokes", tgw.id), tgw_table("inspected", tgw.id)
middle = inspection_vpc(tgw.id)
associate("middle", middle.id, inspected.id)
send("spokes-out", spokes.id, middle.id)

PREVIEW: list[str] = []
UP = PREVIEW
