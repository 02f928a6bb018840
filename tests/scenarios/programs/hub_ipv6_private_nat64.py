"""A dual-stack hub that translates private addresses: a neighbour's replies go past the firewall.

work1 -> tgw (spokes) -> door -> fire [firewall] -> public [NAT64] -> fire [firewall] -> tgw (inspected) -> work2
work2 -> tgw (spokes) -> door -> public                                          10.255.2.0/28 is local there
"""

import pulumi_aws as aws

from tests.scenarios.parts import ANY, endpoint, firewall, guard_dns, nat, route, s3, subnet, table

hub = aws.ec2transitgateway
off = {"default_route_table_association": "disable", "default_route_table_propagation": "disable"}
alone = {f"transit_gateway_{name}": False for name in off}
tgw = hub.TransitGateway("tgw", **off)
spokes_table = hub.RouteTable("spokes", transit_gateway_id=tgw.id)
inspected_table = hub.RouteTable("inspected", transit_gateway_id=tgw.id)


def range_of(vpc, number):
    return vpc.ipv6_cidr_block.apply(lambda cidr: cidr.replace("00::/56", f"{number:02x}::/64"))


def route6(name, to, cidr="::/0", **target):
    aws.ec2.Route(name, route_table_id=to.id, destination_ipv6_cidr_block=cidr, **target)


spokes, attached = {}, {}
for n in (1, 2):
    vpc = spokes[n] = aws.ec2.Vpc(f"spoke{n}", cidr_block=f"10.{n}.0.0/16", assign_generated_ipv6_cidr_block=True)
    work = subnet(f"work{n}", vpc, f"10.{n}.0.0/24", ipv6_cidr_block=range_of(vpc, 0))
    end = subnet(f"end{n}", vpc, f"10.{n}.255.0/28", ipv6_cidr_block=range_of(vpc, 1))
    attached[n] = hub.VpcAttachment(
        f"spoke{n}", transit_gateway_id=tgw.id, vpc_id=vpc.id, subnet_ids=[end.id], ipv6_support="enable", **alone
    )
    hub.RouteTableAssociation(
        f"spoke{n}", transit_gateway_attachment_id=attached[n].id, transit_gateway_route_table_id=spokes_table.id
    )
    hub.RouteTablePropagation(
        f"spoke{n}", transit_gateway_attachment_id=attached[n].id, transit_gateway_route_table_id=inspected_table.id
    )
    work_table = table(f"work{n}", vpc, work)
    route(f"work{n}-out", work_table, transit_gateway_id=tgw.id)
    route6(f"work{n}-out-v6", work_table, transit_gateway_id=tgw.id)
    s3(f"s3-{n}", vpc, work_table)
guard_dns(spoke1=spokes[1].id, spoke2=spokes[2].id)

middle = aws.ec2.Vpc("middle", cidr_block="10.255.0.0/16", assign_generated_ipv6_cidr_block=True)
igw = aws.ec2.InternetGateway("igw", vpc_id=middle.id)
door = subnet("door", middle, "10.255.0.0/28", ipv6_cidr_block=range_of(middle, 0))
fire = subnet("fire", middle, "10.255.1.0/28", ipv6_cidr_block=range_of(middle, 1))
public = subnet("public", middle, "10.255.2.0/28", ipv6_cidr_block=range_of(middle, 2))
both = [{"subnet_id": fire.id, "ip_address_type": "DUALSTACK"}]
homes = ["10.0.0.0/8", *(vpc.ipv6_cidr_block for vpc in spokes.values())]
fw = firewall("fw", home=homes, vpc_id=middle.id, subnet_mappings=both)
in_the_middle = hub.VpcAttachment(
    "middle",
    transit_gateway_id=tgw.id,
    vpc_id=middle.id,
    subnet_ids=[door.id],
    appliance_mode_support="enable",
    ipv6_support="enable",
    **alone,
)
door_table, fire_table, public_table = (
    table(name, middle, where) for name, where in {"door": door, "fire": fire, "public": public}.items()
)
gateway = nat("nat", public)
route("door-out", door_table, vpc_endpoint_id=endpoint(fw, fire))
route("fire-out", fire_table, nat_gateway_id=gateway.id)
route("fire-back", fire_table, "10.0.0.0/8", transit_gateway_id=tgw.id)
route("public-out", public_table, gateway_id=igw.id)
route("public-back", public_table, "10.0.0.0/8", vpc_endpoint_id=endpoint(fw, fire))
route6("door-out-v6", door_table, vpc_endpoint_id=endpoint(fw, fire))
route6("fire-nat64", fire_table, "64:ff9b::/96", nat_gateway_id=gateway.id)
route6("fire-on-v6", fire_table, transit_gateway_id=tgw.id)
route6("public-back-v6", public_table, vpc_endpoint_id=endpoint(fw, fire))
hub.RouteTableAssociation(
    "middle", transit_gateway_attachment_id=in_the_middle.id, transit_gateway_route_table_id=inspected_table.id
)
for name, cidr in {"spokes-out": ANY, "spokes-out-v6": "::/0"}.items():
    hub.Route(
        name,
        destination_cidr_block=cidr,
        transit_gateway_attachment_id=in_the_middle.id,
        transit_gateway_route_table_id=spokes_table.id,
    )

PREVIEW = ["symmetric-return refuted work1,work2"]
UP = PREVIEW
