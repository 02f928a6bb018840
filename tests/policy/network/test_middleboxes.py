"""An appliance as next hop: what enters by one of its interfaces leaves by any of them."""

from __future__ import annotations

import pytest

from policy.egress.judging.proof import prove
from policy.egress.walking.paths import EndKind
from policy.egress.walking.walk import trace
from tests.policy.build import Endpoint, Made, Program, lab, made


def interface(program: Program, name: str, subnet: str, **more: object) -> Made:
    where = made(program, subnet, "Subnet")
    return program.add("ec2/networkInterface:NetworkInterface", name, subnetId=where, sourceDestCheck=False, **more)


def instance(program: Program, subnet: str, **more: object) -> Made:
    return program.add("ec2/instance:Instance", "appliance", subnetId=made(program, subnet, "Subnet"), **more)


def subnets(program: Program, of: Made) -> set[str]:
    return {urn.rsplit("::", 1)[-1] for urn in program.network().middleboxes[of.urn].subnets}


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_an_interface_in_a_public_subnet_is_a_way_around_the_firewall(preview):
    """work -> front (in public) -> igw      8.8.8.0/24"""
    program = lab(preview=preview)
    front = interface(program, "front", "public")
    program.route(made(program, "work", "RouteTable"), "8.8.8.0/24", networkInterfaceId=front)
    (path,) = trace(program.network(), "work", "8.8.8.8")
    assert (path.end, path.inspected, path.doubts) == (EndKind.INTERNET, False, ())
    assert [hop.kind for hop in path.hops] == ["subnet", "interface", "internet-gateway"]


def test_interfaces_of_one_appliance_share_their_subnets_however_they_are_attached():
    program = lab()
    inner, outer = interface(program, "inner", "work"), interface(program, "outer", "public")
    alone = interface(program, "alone", "fire")
    appliance = instance(program, "public", networkInterfaces=[{"networkInterfaceId": outer, "deviceIndex": 1}])
    joins = {"instanceId": appliance, "networkInterfaceId": inner, "deviceIndex": 2}
    program.add("ec2/networkInterfaceAttachment:NetworkInterfaceAttachment", "joins", **joins)
    for each in (inner, outer, appliance):
        assert subnets(program, each) == {"work", "public"}
    assert subnets(program, alone) == {"fire"}


@pytest.mark.parametrize(("back", "broken"), [(True, set()), (False, {"work", "front"})])
def test_replies_to_an_appliance_that_translates_come_back_to_its_own_addresses(back, broken):
    """work -> box (in front) -> fire [firewall] -> igw      replies: igw -> fire [firewall] -> box, or straight"""
    program = Program()
    vpc = program.vpc()
    igw = program.add("ec2/internetGateway:InternetGateway", "igw", vpcId=vpc)
    work, fire = program.subnet("work", vpc, "10.0.0.0/24"), program.subnet("fire", vpc, "10.0.1.0/28")
    front = program.subnet("front", vpc, "10.0.2.0/28")
    endpoint = Endpoint(program.firewall(vpc, fire), fire)
    box = interface(program, "box", "front")
    program.route(program.table("work", vpc, work), "0.0.0.0/0", networkInterfaceId=box)
    program.route(program.table("front", vpc, front), "0.0.0.0/0", vpcEndpointId=endpoint)
    program.route(program.table("fire", vpc, fire), "0.0.0.0/0", gatewayId=igw)
    edge = program.table("edge", vpc)
    program.add("ec2/routeTableAssociation:RouteTableAssociation", "edge-igw", routeTableId=edge, gatewayId=igw)
    if back:
        program.route(edge, "10.0.2.0/28", vpcEndpointId=endpoint)
    found = [each for each in prove(program.network()) if each.policy == "symmetric-return"]
    assert {name for each in found for name in each.subnet_names} == broken
