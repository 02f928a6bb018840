"""Whose addresses count as internet to whom: not those of VPCs that a peering or a transit gateway leads to."""

from __future__ import annotations

from policy.egress.addresses import INTERNET, AddressSet
from policy.egress.judging.internet import Internet
from tests.policy.build import Made, Program

PUBLIC = {name: AddressSet.of(f"44.{number}.0.0/16") for number, name in enumerate(("one", "two", "three", "alone"))}


def vpcs(program: Program) -> dict[str, Made]:
    """Four VPCs with internet addresses of their own, and one with private ones."""
    made = {name: program.vpc(name, str(cidr)) for name, cidr in PUBLIC.items()}
    return {**made, "private": program.vpc("private", "10.1.0.0/16")}


def peer(program: Program, one: Made, other: Made) -> None:
    token = "ec2/vpcPeeringConnection:VpcPeeringConnection"
    program.add(token, f"peering-{len(program.registrations)}", vpcId=one, peerVpcId=other)


def test_what_joined_vpcs_have_is_no_internet_to_any_of_them_however_long_the_chain():
    """private - one - two - three      alone"""
    for order in (1, -1):
        program = Program()
        made = vpcs(program)
        for one, other in (("private", "one"), ("one", "two"), ("two", "three"))[::order]:
            peer(program, made[one], made[other])
        internet = Internet(program.network())
        joined = INTERNET - PUBLIC["one"] - PUBLIC["two"] - PUBLIC["three"]
        for name in ("private", "one", "two", "three"):
            assert internet.of(made[name].urn) == joined
        assert internet.of(made["alone"].urn) == INTERNET - PUBLIC["alone"]


def test_vpcs_on_one_transit_gateway_are_joined():
    program = Program()
    made = vpcs(program)
    tgw = program.add("ec2transitgateway/transitGateway:TransitGateway", "tgw")
    for name in ("one", "private"):
        where = {"transitGatewayId": tgw, "vpcId": made[name], "subnetIds": []}
        program.add("ec2transitgateway/vpcAttachment:VpcAttachment", f"{name}-attached", **where)
    internet = Internet(program.network())
    assert internet.of(made["private"].urn) == internet.of(made["one"].urn) == INTERNET - PUBLIC["one"]
    assert internet.of(made["two"].urn) == INTERNET - PUBLIC["two"]


def test_to_a_vpc_that_nothing_joins_all_of_the_internet_is_internet():
    program = Program()
    made = vpcs(program)
    assert Internet(program.network()).of(made["private"].urn) == INTERNET
