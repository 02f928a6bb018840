"""What goes out and comes back by a transit gateway: detours that come home, replies to spokes made elsewhere."""

from __future__ import annotations

import pytest

from policy.egress.judging.proof import prove
from tests.policy.build import Endpoint, Made, Program

TGW = "ec2transitgateway"
OFF = {"defaultRouteTableAssociation": "disable", "defaultRouteTablePropagation": "disable"}
ALONE = {"transitGatewayDefaultRouteTableAssociation": False, "transitGatewayDefaultRouteTablePropagation": False}


def gateway(program: Program, *tables: str) -> tuple[Made, ...]:
    """A transit gateway with some tables: the gateway, and they."""
    made = program.add(f"{TGW}/transitGateway:TransitGateway", "tgw", **OFF)
    return made, *(program.add(f"{TGW}/routeTable:RouteTable", name, transitGatewayId=made) for name in tables)


def attach(program: Program, tgw: Made, vpc: Made, subnets: list[Made], table: Made, **more: object) -> Made:
    where = {"transitGatewayId": tgw, "vpcId": vpc, "subnetIds": subnets}
    made = program.add(f"{TGW}/vpcAttachment:VpcAttachment", f"to-{vpc.id}", **where, **ALONE, **more)
    ends = {"transitGatewayAttachmentId": made, "transitGatewayRouteTableId": table}
    program.add(f"{TGW}/routeTableAssociation:RouteTableAssociation", f"{made.id}-associated", **ends)
    return made


def send(program: Program, table: Made, to: str, attachment: Made | None) -> None:
    """A route of a transit gateway's table, to an attachment or into a hole."""
    target = {"transitGatewayAttachmentId": attachment} if attachment else {"blackhole": True}
    where = {"transitGatewayRouteTableId": table, "destinationCidrBlock": to}
    program.add(f"{TGW}/route:Route", f"{table.id}-to-{to}", **where, **target)


def refuted(program: Program) -> set[tuple[str, str]]:
    found = [each for each in prove(program.network()) if each.verdict.value == "refuted"]
    return {(each.policy, name) for each in found if each.level == "mandatory" for name in each.subnet_names}


def test_packets_that_come_home_by_a_transit_gateway_leave_by_the_internet_gateway_of_their_own_vpc():
    """work -> tgw -> door, in the same VPC -> igw"""
    program = Program()
    tgw, table = gateway(program, "table")
    vpc = program.vpc()
    igw = program.add("ec2/internetGateway:InternetGateway", "igw", vpcId=vpc)
    work, door = program.subnet("work", vpc, "10.0.0.0/24"), program.subnet("door", vpc, "10.0.1.0/28")
    send(program, table, "0.0.0.0/0", attach(program, tgw, vpc, [door], table))
    program.route(program.table("work", vpc, work), "0.0.0.0/0", transitGatewayId=tgw)
    program.route(program.table("door", vpc, door), "0.0.0.0/0", gatewayId=igw)
    assert refuted(program) == {("egress-through-firewall", "work"), ("s3-gateway-endpoint", "work")}


@pytest.mark.parametrize(
    ("routes", "comes_back"),
    [
        ({"10.0.0.0/8": True}, True),
        ({"10.0.0.0/8": True, "10.0.0.0/9": False}, True),
        ({"10.0.0.0/8": True, "10.128.0.0/9": False}, True),
        ({}, False),
    ],
)
def test_replies_to_spokes_made_elsewhere_are_followed_through_whichever_zone_was_chosen(routes, comes_back):
    """spokes -> tgw -> door -> fire [firewall, by zone] -> tgw -> enter -> public [NAT] -> igw, and back alike"""
    program = Program()
    tgw, spokes, inspected, outside = gateway(program, "spokes", "inspected", "outside")
    middle, out = program.vpc("middle", "10.255.0.0/16"), program.vpc("out", "10.254.0.0/16")
    igw = program.add("ec2/internetGateway:InternetGateway", "igw", vpcId=out)

    def pair(name: str, vpc: Made, cidr: str) -> list[Made]:
        return [program.subnet(f"{name}-{zone}", vpc, cidr.format(16 * n), zone) for n, zone in enumerate("ab")]

    doors, fire = pair("door", middle, "10.255.0.{}/28"), pair("fire", middle, "10.255.1.{}/28")
    enter, public = pair("enter", out, "10.254.0.{}/28"), pair("public", out, "10.254.1.{}/28")
    firewall = program.firewall(middle, *fire)
    for n, zone in enumerate("ab"):
        nat = program.add("ec2/natGateway:NatGateway", f"nat-{zone}", subnetId=public[n], connectivityType="public")
        endpoint = Endpoint(firewall, fire[n])
        program.route(program.table(f"door-{zone}", middle, doors[n]), "0.0.0.0/0", vpcEndpointId=endpoint)
        program.route(program.table(f"fire-{zone}", middle, fire[n]), "0.0.0.0/0", transitGatewayId=tgw)
        program.route(program.table(f"enter-{zone}", out, enter[n]), "0.0.0.0/0", natGatewayId=nat)
        table = program.table(f"public-{zone}", out, public[n])
        program.route(table, "0.0.0.0/0", gatewayId=igw)
        program.route(table, "10.0.0.0/8", transitGatewayId=tgw)
    inspection = attach(program, tgw, middle, doors, inspected, applianceModeSupport="enable")
    send(program, spokes, "0.0.0.0/0", inspection)
    send(program, inspected, "0.0.0.0/0", attach(program, tgw, out, enter, outside))
    for to, leads in routes.items():
        send(program, outside, to, inspection if leads else None)
    lost = set() if comes_back else {("symmetric-return", "spokes associated with spokes")}
    assert refuted(program) == lost
