"""A shared gateway whose spokes' table has a way out that forgets the firewall, and one with no way back.

(elsewhere) -> tgw (spokes) -> out-door -> out-public [NAT] -> igw             8.8.8.0/24
(elsewhere) -> tgw (spokes) -> door -> fire [firewall] -> public [NAT] -> igw  and no reply: only 10.9.0.0/16 is back
"""

import pulumi_aws as aws

from tests.scenarios.hubs import OFF, associate, egress_vpc, inspection_vpc, send, tgw_table

ELSEWHERE = "tgw-attach-0123456789abcdef0"
tgw = aws.ec2transitgateway.TransitGateway("tgw", **OFF)
spokes, inspected = tgw_table("spokes", tgw.id), tgw_table("inspected", tgw.id)
middle, out = inspection_vpc(tgw.id, back="10.9.0.0/16"), egress_vpc(tgw.id)
associate("middle", middle.id, inspected.id)
associate("out", out.id, inspected.id)
associate("elsewhere", ELSEWHERE, spokes.id)
send("elsewhere-back", inspected.id, ELSEWHERE, "10.1.0.0/16")
send("spokes-out", spokes.id, middle.id)
send("spokes-dns", spokes.id, out.id, "8.8.8.0/24")

PREVIEW = [
    "egress-through-firewall refuted spokes associated with spokes",
    "symmetric-return refuted spokes associated with spokes",
]
UP = PREVIEW
