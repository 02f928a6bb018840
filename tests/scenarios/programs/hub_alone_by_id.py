"""The same in appliance mode: the program associates and propagates attachments that it knows by id alone. Sound.

(elsewhere) -> tgw (spokes) -> door -> fire [firewall] -> tgw (inspected) -> (elsewhere)
(elsewhere) -> tgw (spokes) -> door -> fire [firewall] -> public [NAT] -> igw
"""

import pulumi_aws as aws

from tests.scenarios.hubs import OFF, associate, inspection_vpc, propagate, send, tgw_table

tgw = aws.ec2transitgateway.TransitGateway("tgw", **OFF)
spokes, inspected = tgw_table("spokes", tgw.id), tgw_table("inspected", tgw.id)
middle = inspection_vpc(tgw.id)
associate("middle", middle.id, inspected.id)
send("spokes-out", spokes.id, middle.id)
for n in (1, 2):
    elsewhere = f"tgw-attach-0123456789abcdef{n}"
    associate(f"elsewhere{n}", elsewhere, spokes.id)
    propagate(f"elsewhere{n}", elsewhere, inspected.id)

PREVIEW: list[str] = []
UP = PREVIEW
