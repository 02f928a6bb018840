"""An appliance as next hop: what enters by one of its interfaces leaves by any of them."""

from __future__ import annotations

import pytest

from policy.egress.walking.paths import EndKind
from policy.egress.walking.walk import trace
from tests.policy.build import Made, Program, lab, made


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
