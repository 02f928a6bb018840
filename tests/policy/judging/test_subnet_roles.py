"""What makes a subnet infrastructure: what stands in it, or what a transit gateway sends out by it."""

from __future__ import annotations

from typing import Any

import pytest

from policy.egress.judging.analysis import Analysis
from tests.policy.build import Made, Program

TGW = "ec2transitgateway"


def infrastructure(program: Program) -> set[str]:
    network = program.network()
    return {network.name(key) for key in Analysis(network).roles.infrastructure}


def doubts(program: Program) -> dict[str, str]:
    network = program.network()
    return {network.name(key): why for key, why in Analysis(network).roles.doubts.items()}


@pytest.mark.parametrize(
    ("token", "name", "properties", "holds"),
    [
        ("ec2/natGateway:NatGateway", "subnetId", {}, True),
        ("lb/loadBalancer:LoadBalancer", "subnets", {}, True),
        ("lb/loadBalancer:LoadBalancer", "subnets", {"internal": False}, True),
        ("lb/loadBalancer:LoadBalancer", "subnets", {"internal": True}, False),
        ("lb/loadBalancer:LoadBalancer", "subnets", {"loadBalancerType": "gateway"}, False),
        ("elb/loadBalancer:LoadBalancer", "subnets", {"internal": "true"}, False),
        ("ec2/vpcEndpoint:VpcEndpoint", "subnetIds", {"vpcEndpointType": "GatewayLoadBalancer"}, True),
        ("ec2/vpcEndpoint:VpcEndpoint", "subnetIds", {"vpcEndpointType": "Interface"}, False),
        ("ec2/networkInterface:NetworkInterface", "subnetId", {}, False),
    ],
)
def test_what_stands_in_a_subnet_says_what_it_is(
    token: str, name: str, properties: dict[str, Any], *, holds: bool
) -> None:
    program = Program()
    subnet = program.subnet("subnet", program.vpc(), "10.0.0.0/24")
    program.add(token, "thing", **{name: [subnet] if name.endswith("s") else subnet}, **properties)
    assert infrastructure(program) == ({"subnet"} if holds else set())
    assert doubts(program) == {}


def test_a_workload_beside_it_makes_a_workload_subnet() -> None:
    program = Program()
    subnet = program.subnet("subnet", program.vpc(), "10.0.0.0/24")
    program.add("ec2/natGateway:NatGateway", "nat", subnetId=subnet)
    program.add("ec2/instance:Instance", "bastion", subnetId=subnet)
    assert infrastructure(program) == set()


def test_a_nat_gateway_in_one_of_two_subnets_makes_neither_certain() -> None:
    program = Program(preview=True)
    vpc = program.vpc()
    one, other = program.subnet("one", vpc, "10.0.0.0/24"), program.subnet("other", vpc, "10.0.1.0/24")
    nat = program.add("ec2/natGateway:NatGateway", "nat", subnetId=one)
    registered = program.registrations[-1]
    program.registrations[-1] = type(registered)(
        registered.urn,
        registered.type,
        registered.name,
        registered.properties,
        {"subnetId": frozenset({one.urn, other.urn})},
    )
    assert nat.urn == registered.urn
    assert infrastructure(program) == set()
    assert doubts(program) == dict.fromkeys(
        ("one", "other"), "which subnet nat goes to is known only after `pulumi up`"
    )


def gateway(program: Program, cidr: str) -> tuple[Made, Made, Made]:
    """A gateway with one table and one attached VPC: gateway, table, attachment."""
    tgw = program.add(f"{TGW}/transitGateway:TransitGateway", "tgw")
    table = program.add(f"{TGW}/routeTable:RouteTable", "table", transitGatewayId=tgw)
    vpc = program.vpc("attached", cidr)
    door = program.subnet("door", vpc, cidr.replace("/16", "/24"))
    attachment = program.add(
        f"{TGW}/vpcAttachment:VpcAttachment", "attachment", transitGatewayId=tgw, vpcId=vpc, subnetIds=[door]
    )
    return tgw, table, attachment


def route(program: Program, table: Made, attachment: Made, cidr: str) -> None:
    program.add(
        f"{TGW}/route:Route",
        f"to-{cidr}",
        destinationCidrBlock=cidr,
        transitGatewayRouteTableId=table,
        transitGatewayAttachmentId=attachment,
    )


@pytest.mark.parametrize(
    ("cidr", "transit"),
    [
        ("0.0.0.0/0", True),
        ("8.8.8.0/24", True),
        # all that is private, and what the VPC itself doesn't have
        ("10.0.0.0/8", True),
        ("192.168.0.0/16", True),
        # its own range, a part of it, and one written generously around it
        ("10.1.0.0/16", False),
        ("10.1.0.0/24", False),
        ("10.0.0.0/14", False),
    ],
)
def test_what_a_gateway_sends_out_by_an_attachment_makes_its_subnets_transit_subnets(
    cidr: str, *, transit: bool
) -> None:
    program = Program()
    _tgw, table, attachment = gateway(program, "10.1.0.0/16")
    route(program, table, attachment, cidr)
    assert infrastructure(program) == ({"door"} if transit else set())


def test_a_generous_route_to_another_vpc_s_addresses_leads_out() -> None:
    program = Program()
    _tgw, table, attachment = gateway(program, "10.1.0.0/16")
    program.vpc("neighbour", "10.2.0.0/16")
    route(program, table, attachment, "10.0.0.0/14")
    assert infrastructure(program) == {"door"}


def test_a_route_that_another_one_beats_everywhere_leads_nowhere() -> None:
    program = Program()
    _tgw, table, attachment = gateway(program, "10.1.0.0/16")
    route(program, table, attachment, "8.8.8.0/24")
    for cidr in ("8.8.8.0/25", "8.8.8.128/25"):
        program.add(
            f"{TGW}/route:Route",
            f"drop-{cidr}",
            destinationCidrBlock=cidr,
            transitGatewayRouteTableId=table,
            blackhole=True,
        )
    assert infrastructure(program) == set()


def test_where_the_gateway_is_out_of_sight_nobody_can_tell_unless_the_subnet_uses_it_itself() -> None:
    program = Program()
    vpc = program.vpc("attached", "10.1.0.0/16")
    door, own = program.subnet("door", vpc, "10.1.0.0/24"), program.subnet("own", vpc, "10.1.1.0/24")
    program.add(
        f"{TGW}/vpcAttachment:VpcAttachment",
        "attachment",
        transitGatewayId="tgw-0123456789abcdef0",
        vpcId=vpc,
        subnetIds=[door, own],
    )
    program.route(program.table("own", vpc, own), "0.0.0.0/0", transitGatewayId="tgw-0123456789abcdef0")
    because = "whether tgw-0123456789abcdef0 sends packets of other VPCs out by attachment isn't in this program"
    assert doubts(program) == {"door": because}
    assert infrastructure(program) == set()
