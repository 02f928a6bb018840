"""Spokes made elsewhere reach each other through an inspection VPC without appliance mode: by another endpoint back.

(elsewhere, zone a) -> tgw (spokes) -> door-a -> fire-a [firewall] -> tgw (inspected) -> (elsewhere, zone b)
(elsewhere, zone b) -> tgw (spokes) -> door-b -> fire-b [firewall] -> tgw (inspected) -> (elsewhere, zone a)
"""

import pulumi_aws as aws

from tests.scenarios.hubs import OFF, associate, inspection_vpc, propagate, send, tgw_table

tgw = aws.ec2transitgateway.TransitGateway("tgw", **OFF)
spokes, inspected = tgw_table("spokes", tgw.id), tgw_table("inspected", tgw.id)
middle = inspection_vpc(tgw.id, appliance_mode_support="disable")
associate("middle", middle.id, inspected.id)
send("spokes-out", spokes.id, middle.id)
for n in (1, 2):
    elsewhere = f"tgw-attach-0123456789abcdef{n}"
    associate(f"elsewhere{n}", elsewhere, spokes.id)
    propagate(f"elsewhere{n}", elsewhere, inspected.id)

PREVIEW = ["symmetric-return refuted spokes associated with spokes"]
UP = PREVIEW
