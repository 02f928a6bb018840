"""What goes out and comes back by a transit gateway: detours that come home, replies to spokes made elsewhere."""

from __future__ import annotations

import pytest

from policy.egress.judging.proof import prove
from policy.egress.program.snapshot import UNKNOWN
from tests.policy.build import Endpoint, Made, Program
from tests.policy.build import made as registered

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


def two_doors(program: Program, sent: str) -> tuple[Made, Made, Made]:
    """elsewhere 10.77.0.0/16 -> spokes -> door-a or door-b -> fire [firewall] -> back -> spoke, and the other way.

    Answers the gateway and its tables; by door-a only what is ``sent`` there meets the firewall.
    """
    tgw, spokes, back = gateway(program, "spokes", "back")
    vpc, middle = program.vpc("spoke", "10.1.0.0/16"), program.vpc("middle", "10.255.0.0/16")
    work = program.subnet("work", vpc, "10.1.0.0/24")
    program.route(program.table("work", vpc, work), "0.0.0.0/0", transitGatewayId=tgw)
    doors = [program.subnet(f"door-{zone}", middle, f"10.255.{n}.0/28", zone) for n, zone in enumerate("ab")]
    fire = program.subnet("fire", middle, "10.255.2.0/28")
    endpoint = Endpoint(program.firewall(middle, fire), fire)
    first, second, onward = (program.table(f"at-{n}", middle, subnet) for n, subnet in enumerate((*doors, fire)))
    program.route(first, sent, vpcEndpointId=endpoint)
    program.route(first, "10.0.0.0/8", transitGatewayId=tgw)
    program.route(second, "0.0.0.0/0", vpcEndpointId=endpoint)
    program.route(onward, "0.0.0.0/0", transitGatewayId=tgw)
    send(program, back, "10.1.0.0/16", attach(program, tgw, vpc, [work], spokes))
    send(program, spokes, "0.0.0.0/0", attach(program, tgw, middle, doors, back, applianceModeSupport="enable"))
    send(program, back, "10.77.0.0/16", Made("", "tgw-attach-0elsewhere"))
    ends = {"transitGatewayAttachmentId": "tgw-attach-0elsewhere", "transitGatewayRouteTableId": spokes}
    program.add(f"{TGW}/routeTableAssociation:RouteTableAssociation", "elsewhere", **ends)
    return tgw, spokes, back


LOST_ELSEWHERE = ("symmetric-return", "spokes associated with spokes")


@pytest.mark.parametrize(("sent", "both_ways"), [("10.0.0.0/9", True), ("10.1.0.0/16", False)])
def test_whichever_zone_a_flow_is_given_workloads_answer_spokes_elsewhere_by_the_same_endpoint(
    sent: str, *, both_ways: bool
) -> None:
    program = Program()
    two_doors(program, sent)
    assert (LOST_ELSEWHERE in refuted(program)) is not both_ways


@pytest.mark.parametrize(("also", "both_ways"), [("10.77.0.0/16", True), ("10.78.0.0/16", False)])
def test_whichever_zone_a_flow_is_given_sites_answer_spokes_elsewhere_by_the_same_endpoint(
    also: str, *, both_ways: bool
) -> None:
    """elsewhere -> spokes -> door-a or door-b -> fire [firewall] -> back -> VPN, and back by the spokes' table"""
    program = Program()
    tgw, spokes, back = two_doors(program, "0.0.0.0/0")
    first, fire, firewall = (registered(program, name) for name in ("at-0", "fire", "fw"))
    program.route(first, also, vpcEndpointId=Endpoint(firewall, fire))
    vpn = program.add("ec2/vpnConnection:VpnConnection", "vpn", transitGatewayId=tgw, staticRoutesOnly=True)
    send(program, back, "0.0.0.0/0", vpn)
    ends = {"transitGatewayAttachmentId": vpn, "transitGatewayRouteTableId": spokes}
    program.add(f"{TGW}/routeTableAssociation:RouteTableAssociation", "vpn-associated", **ends)
    assert (LOST_ELSEWHERE in refuted(program)) is not both_ways


def test_where_no_way_leads_back_it_is_lost_wherever_the_ranges_will_lie():
    """work -> fire [firewall] -> tgw -> there, in Amazon's IPv6, and there has no route"""
    program = Program(preview=True)
    tgw, table = gateway(program, "table")
    vpcs = [
        program.vpc(name, cidr, assignGeneratedIpv6CidrBlock=True, ipv6CidrBlock=UNKNOWN)
        for name, cidr in (("home", "10.1.0.0/16"), ("there", "10.2.0.0/16"))
    ]
    home, there = vpcs
    work = program.subnet("work", home, "10.1.0.0/24", ipv6CidrBlock=home)
    fire = program.subnet("fire", home, "10.1.1.0/28", ipv6CidrBlock=home)
    called = program.subnet("called", there, "10.2.0.0/24", ipv6CidrBlock=there)
    endpoint = Endpoint(program.firewall(home, fire), fire)
    for vpc, subnet in ((home, fire), (there, called)):
        made = attach(program, tgw, vpc, [subnet], table, ipv6Support="enable")
        ends = {"transitGatewayAttachmentId": made, "transitGatewayRouteTableId": table}
        program.add(f"{TGW}/routeTablePropagation:RouteTablePropagation", f"{vpc.id}-propagated", **ends)
    out = program.table("work", home, work)
    program.route(out, "::/0", vpcEndpointId=endpoint)
    # Where IPv6 is divided, a range of it may lie on either side.
    program.route(out, "2a00:1450::/32", vpcEndpointId=endpoint)
    program.route(program.table("fire", home, fire), "::/0", transitGatewayId=tgw)
    program.add("lb/loadBalancer:LoadBalancer", "inside", internal=True, subnets=[called])
    assert ("symmetric-return", "work") in refuted(program)
