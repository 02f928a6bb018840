"""A spoke's subnet lies in a zone in which its attachment has no end: its packets are lost.

work1-b -> tgw (no end in zone b)
"""

import pulumi_aws as aws

from tests.scenarios.parts import ANY, endpoint, firewall, guard_dns, in_subnets, nat, route, s3, subnet, table

hub = aws.ec2transitgateway
off = {"default_route_table_association": "disable", "default_route_table_propagation": "disable"}
alone = {f"transit_gateway_{name}": False for name in off}
tgw = hub.TransitGateway("tgw", **off)
spokes_table = hub.RouteTable("spokes", transit_gateway_id=tgw.id)
inspected_table = hub.RouteTable("inspected", transit_gateway_id=tgw.id)

middle = aws.ec2.Vpc("middle", cidr_block="10.255.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=middle.id)
doors = {z: subnet(f"door-{z}", middle, f"10.255.0.{16 * n}/28", z) for n, z in enumerate("ab")}
fire = {z: subnet(f"fire-{z}", middle, f"10.255.1.{16 * n}/28", z) for n, z in enumerate("ab")}
public = {z: subnet(f"public-{z}", middle, f"10.255.2.{16 * n}/28", z) for n, z in enumerate("ab")}
fw = firewall("fw", **in_subnets(middle, *fire.values()))
for z in "ab":
    route(f"door-{z}-out", table(f"door-{z}", middle, doors[z]), vpc_endpoint_id=endpoint(fw, fire[z]))
    fire_table, public_table = table(f"fire-{z}", middle, fire[z]), table(f"public-{z}", middle, public[z])
    route(f"fire-{z}-out", fire_table, nat_gateway_id=nat(f"nat-{z}", public[z]).id)
    route(f"fire-{z}-back", fire_table, "10.0.0.0/8", transit_gateway_id=tgw.id)
    route(f"public-{z}-out", public_table, gateway_id=igw.id)
    route(f"public-{z}-back", public_table, "10.0.0.0/8", vpc_endpoint_id=endpoint(fw, fire[z]))
in_the_middle = hub.VpcAttachment(
    "middle",
    transit_gateway_id=tgw.id,
    vpc_id=middle.id,
    subnet_ids=[one.id for one in doors.values()],
    appliance_mode_support="enable",
    **alone,
)
hub.RouteTableAssociation(
    "middle", transit_gateway_attachment_id=in_the_middle.id, transit_gateway_route_table_id=inspected_table.id
)
hub.Route(
    "spokes-out",
    destination_cidr_block=ANY,
    transit_gateway_attachment_id=in_the_middle.id,
    transit_gateway_route_table_id=spokes_table.id,
)

spokes, attached = {}, {}
for n in (1, 2):
    vpc = spokes[n] = aws.ec2.Vpc(f"spoke{n}", cidr_block=f"10.{n}.0.0/16")
    work = [subnet(f"work{n}-{z}", vpc, f"10.{n}.{k}.0/24", z) for k, z in enumerate("ab")]
    ends = [subnet(f"end{n}-{z}", vpc, f"10.{n}.255.{16 * k}/28", z) for k, z in enumerate("ab" if n == 2 else "a")]
    attached[n] = hub.VpcAttachment(
        f"spoke{n}", transit_gateway_id=tgw.id, vpc_id=vpc.id, subnet_ids=[one.id for one in ends], **alone
    )
    hub.RouteTableAssociation(
        f"spoke{n}", transit_gateway_attachment_id=attached[n].id, transit_gateway_route_table_id=spokes_table.id
    )
    hub.RouteTablePropagation(
        f"spoke{n}", transit_gateway_attachment_id=attached[n].id, transit_gateway_route_table_id=inspected_table.id
    )
    work_table = table(f"work{n}", vpc, *work)
    route(f"work{n}-out", work_table, transit_gateway_id=tgw.id)
    s3(f"s3-{n}", vpc, work_table)
guard_dns(spoke1=spokes[1].id, spoke2=spokes[2].id)

PREVIEW = [
    "symmetric-return refuted work2-a,work2-b",
    "routes-arrive refuted work1-b",
]
UP = PREVIEW
