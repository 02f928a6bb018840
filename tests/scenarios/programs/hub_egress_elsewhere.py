"""The egress VPC is another program's, known by its attachment's id; here its replies are looked up. Sound.

work -> tgw (spokes) -> [firewall] -> tgw (inspected) -> tgw-attach-0123456789abcdef0
"""

import pulumi_aws as aws

from tests.scenarios.parts import ANY, firewall, guard_dns, route, s3, subnet, table

hub = aws.ec2transitgateway
off = {"default_route_table_association": "disable", "default_route_table_propagation": "disable"}
alone = {f"transit_gateway_{name}": False for name in off}
tgw = hub.TransitGateway("tgw", **off)
spokes_table = hub.RouteTable("spokes", transit_gateway_id=tgw.id)
inspected_table = hub.RouteTable("inspected", transit_gateway_id=tgw.id)
fw = firewall("fw", transit_gateway_id=tgw.id, availability_zone_mappings=[{"availability_zone_id": "euw1-az3"}])
inspection = fw.firewall_statuses.apply(
    lambda found: found[0]["transit_gateway_attachment_sync_states"][0]["attachment_id"]
)

vpc = aws.ec2.Vpc("vpc", cidr_block="10.1.0.0/16")
work, end = subnet("work", vpc, "10.1.0.0/24"), subnet("end", vpc, "10.1.1.0/28")
work_table = table("work", vpc, work)
route("work-out", work_table, transit_gateway_id=tgw.id)
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

exits = "tgw-attach-0123456789abcdef0"
spoke = hub.VpcAttachment("vpc", transit_gateway_id=tgw.id, vpc_id=vpc.id, subnet_ids=[end.id], **alone)
for name, attachment, of in (
    ("out", exits, spokes_table),
    ("vpc", spoke.id, spokes_table),
    ("fw", inspection, inspected_table),
):
    hub.RouteTableAssociation(name, transit_gateway_attachment_id=attachment, transit_gateway_route_table_id=of.id)
hub.RouteTablePropagation(
    "vpc", transit_gateway_attachment_id=spoke.id, transit_gateway_route_table_id=inspected_table.id
)
for name, attachment, of in (("inspect", inspection, spokes_table), ("leave", exits, inspected_table)):
    hub.Route(
        name,
        destination_cidr_block=ANY,
        transit_gateway_attachment_id=attachment,
        transit_gateway_route_table_id=of.id,
    )

PREVIEW: list[str] = []
UP = PREVIEW
