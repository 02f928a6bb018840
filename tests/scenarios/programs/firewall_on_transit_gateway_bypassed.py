"""The way back from the egress VPC goes by the spokes' addresses, past the firewall on the transit gateway.

work -> tgw (spokes) -> [firewall] -> tgw (inspected) -> door -> public [NAT] -> igw
work <- tgw (spokes) <- public [NAT]         reply, propagated
"""

import pulumi_aws as aws

from tests.scenarios.parts import ANY, firewall, guard_dns, nat, route, s3, subnet, table

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

out = aws.ec2.Vpc("out", cidr_block="10.255.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=out.id)
door, public = subnet("door", out, "10.255.0.0/28"), subnet("public", out, "10.255.2.0/28")
route("door-out", table("door", out, door), nat_gateway_id=nat("nat", public).id)
public_table = table("public", out, public)
route("public-out", public_table, gateway_id=igw.id)
route("public-back", public_table, "10.1.0.0/16", transit_gateway_id=tgw.id)
vpc = aws.ec2.Vpc("vpc", cidr_block="10.1.0.0/16")
work, end = subnet("work", vpc, "10.1.0.0/24"), subnet("end", vpc, "10.1.1.0/28")
work_table = table("work", vpc, work)
route("work-out", work_table, transit_gateway_id=tgw.id)
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

exits = hub.VpcAttachment("out", transit_gateway_id=tgw.id, vpc_id=out.id, subnet_ids=[door.id], **alone)
spoke = hub.VpcAttachment("vpc", transit_gateway_id=tgw.id, vpc_id=vpc.id, subnet_ids=[end.id], **alone)
for name, attachment, of in (
    ("out", exits.id, spokes_table),
    ("vpc", spoke.id, spokes_table),
    ("fw", inspection, inspected_table),
):
    hub.RouteTableAssociation(name, transit_gateway_attachment_id=attachment, transit_gateway_route_table_id=of.id)
hub.RouteTablePropagation(
    "vpc", transit_gateway_attachment_id=spoke.id, transit_gateway_route_table_id=inspected_table.id
)
for name, attachment, of in (("inspect", inspection, spokes_table), ("leave", exits.id, inspected_table)):
    hub.Route(
        name,
        destination_cidr_block=ANY,
        transit_gateway_attachment_id=attachment,
        transit_gateway_route_table_id=of.id,
    )
hub.RouteTablePropagation(
    "short", transit_gateway_attachment_id=spoke.id, transit_gateway_route_table_id=spokes_table.id
)

PREVIEW = [
    "symmetric-return refuted work",
]
UP = PREVIEW
