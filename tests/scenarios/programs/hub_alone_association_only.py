"""Default association without propagation: spokes made elsewhere have the way through the firewall alone. Sound.

(elsewhere) -> tgw (default) -> door -> fire [firewall] -> public [NAT] -> igw
"""

import pulumi_aws as aws

from tests.scenarios.hubs import associate, inspection_vpc, send, tgw_table

tgw = aws.ec2transitgateway.TransitGateway("tgw", default_route_table_propagation="disable")
inspected = tgw_table("inspected", tgw.id)
middle = inspection_vpc(tgw.id)
associate("middle", middle.id, inspected.id)
send("spokes-out", tgw.association_default_route_table_id, middle.id)

PREVIEW: list[str] = []
UP = PREVIEW
