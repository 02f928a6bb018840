"""The spokes' default route leads to a transit gateway in another Region, which this program doesn't see into.

work1 -> tgw (spokes) -> peering -> another Region (?)
"""

import pulumi_aws as aws

from tests.scenarios.parts import ANY, guard_dns, route, s3, subnet, table

hub = aws.ec2transitgateway
off = {"default_route_table_association": "disable", "default_route_table_propagation": "disable"}
alone = {f"transit_gateway_{name}": False for name in off}
tgw = hub.TransitGateway("tgw", **off)
spokes_table = hub.RouteTable("spokes", transit_gateway_id=tgw.id)
far = hub.PeeringAttachment(
    "far",
    peer_region="eu-central-1",
    peer_transit_gateway_id="tgw-0123456789abcdef0",
    transit_gateway_id=tgw.id,
)
vpc = aws.ec2.Vpc("vpc", cidr_block="10.1.0.0/16")
work, end = subnet("work", vpc, "10.1.0.0/24"), subnet("end", vpc, "10.1.1.0/28")
attached = hub.VpcAttachment("vpc", transit_gateway_id=tgw.id, vpc_id=vpc.id, subnet_ids=[end.id], **alone)
hub.RouteTableAssociation(
    "vpc", transit_gateway_attachment_id=attached.id, transit_gateway_route_table_id=spokes_table.id
)
hub.Route(
    "out",
    destination_cidr_block=ANY,
    transit_gateway_attachment_id=far.id,
    transit_gateway_route_table_id=spokes_table.id,
)
work_table = table("work", vpc, work)
route("work-out", work_table, transit_gateway_id=tgw.id)
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "egress-through-firewall undecided work",
    "east-west-through-firewall undecided work",
]
UP = PREVIEW
