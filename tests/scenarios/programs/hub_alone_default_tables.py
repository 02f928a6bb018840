"""The same with the gateway's default association and propagation left on: spokes made elsewhere meet in its table.

(elsewhere) -> tgw (default) -> (elsewhere)
(elsewhere) -> tgw (default) -> door -> fire [firewall] -> public [NAT] -> igw
"""

import pulumi_aws as aws

from tests.scenarios.hubs import associate, inspection_vpc, send, tgw_table

tgw = aws.ec2transitgateway.TransitGateway("tgw")
inspected = tgw_table("inspected", tgw.id)
middle = inspection_vpc(tgw.id)
associate("middle", middle.id, inspected.id)
send("spokes-out", tgw.association_default_route_table_id, middle.id)

PREVIEW = ["east-west-through-firewall refuted spokes associated with tgw's default table"]
UP = PREVIEW
