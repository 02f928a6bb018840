"""Which transit gateway tables are judged for spokes that other programs make, and what says that there are any."""

from __future__ import annotations

from typing import Any

import pytest

from policy.egress.judging.analysis import Analysis
from policy.egress.judging.dead_space import dead_space, somebodys
from policy.egress.program.snapshot import UNKNOWN
from tests.policy.build import Made, Program

TGW = "ec2transitgateway"
OFF = {"defaultRouteTableAssociation": "disable", "defaultRouteTablePropagation": "disable"}
ALONE = {"transitGatewayDefaultRouteTableAssociation": False, "transitGatewayDefaultRouteTablePropagation": False}
ELSEWHERE = "tgw-attach-0123456789abcdef0"


def hub(**settings: Any) -> tuple[Program, Made, Made]:
    """A gateway with one table of its own: program, gateway, table."""
    program = Program()
    tgw = program.add(f"{TGW}/transitGateway:TransitGateway", "tgw", **settings)
    return program, tgw, program.add(f"{TGW}/routeTable:RouteTable", "table", transitGatewayId=tgw)


def attach(program: Program, tgw: Made, name: str = "spoke", cidr: str = "10.1.0.0/16") -> Made:
    vpc = program.vpc(name, cidr)
    subnet = program.subnet(f"{name}-work", vpc, cidr.replace("/16", "/24"))
    where = {"transitGatewayId": tgw, "vpcId": vpc, "subnetIds": [subnet]}
    return program.add(f"{TGW}/vpcAttachment:VpcAttachment", f"{name}-attached", **where, **ALONE)


def associate(program: Program, attachment: Made | str, table: Made) -> None:
    program.add(
        f"{TGW}/routeTableAssociation:RouteTableAssociation",
        f"associate-{len(program.registrations)}",
        transitGatewayAttachmentId=attachment,
        transitGatewayRouteTableId=table,
    )


def route(program: Program, table: Made, attachment: Made | str, cidr: Any) -> None:
    program.add(
        f"{TGW}/route:Route",
        f"route-{cidr}",
        destinationCidrBlock=cidr,
        transitGatewayRouteTableId=table,
        transitGatewayAttachmentId=attachment,
    )


def judged(program: Program) -> set[str]:
    return {spokes.name for spokes in Analysis(program.network()).foreign_spokes}


def test_a_table_that_nothing_uses_is_for_others_where_the_program_attaches_no_spoke() -> None:
    program, tgw, table = hub(**OFF)
    assert judged(program) == {"spokes associated with table"}
    associate(program, attach(program, tgw), table)
    assert judged(program) == set()


def test_a_table_that_nothing_uses_is_nobody_s_where_the_program_has_spokes_of_its_own() -> None:
    program, tgw, _table = hub(**OFF)
    attach(program, tgw)
    assert judged(program) == set()


@pytest.mark.parametrize("shared", ["ram", "auto"])
def test_a_shared_gateway_has_spokes_of_others_beside_its_own(shared: str) -> None:
    program, tgw, _table = hub(**OFF, **({"autoAcceptSharedAttachments": "enable"} if shared == "auto" else {}))
    attach(program, tgw)
    if shared == "ram":
        program.add("ram/resourceAssociation:ResourceAssociation", "share", resourceArn=tgw, resourceShareArn="arn")
    assert judged(program) == {"spokes associated with table"}


def test_the_default_table_is_judged_where_the_gateway_associates_by_default() -> None:
    program, tgw, table = hub()
    associate(program, attach(program, tgw), table)
    assert judged(program) == {"spokes associated with tgw's default table"}


def test_an_attachment_known_by_id_is_a_spoke_s_unless_packets_leave_by_it() -> None:
    program, tgw, table = hub(**OFF)
    associate(program, attach(program, tgw), table)
    associate(program, ELSEWHERE, table)
    assert judged(program) == {"spokes associated with table"}
    route(program, table, ELSEWHERE, "0.0.0.0/0")
    assert judged(program) == set()


def test_a_table_may_be_for_an_attachment_that_leads_out_and_looks_up_nobody_knows_where() -> None:
    program, tgw, spokes = hub(**OFF)
    program.add(f"{TGW}/routeTable:RouteTable", "inspected", transitGatewayId=tgw)
    route(program, spokes, ELSEWHERE, "0.0.0.0/0")
    analysis = Analysis(program.network())
    assert {analysis.doubtful_workload(each) for each in analysis.foreign_spokes} == {
        f"which table packets from attachment {ELSEWHERE} are looked up in isn't in this program"
    }


@pytest.mark.parametrize(("settings", "own", "doubt"), [({}, False, ""), ({}, True, None), (OFF, False, "")])
def test_what_says_that_there_are_spokes_made_elsewhere(settings: dict[str, Any], *, own: bool, doubt: str) -> None:
    program, tgw, table = hub(**settings)
    if own:
        associate(program, attach(program, tgw), table)
    analysis = Analysis(program.network())
    [gateway] = analysis.network.transit_gateways.values()
    assert analysis.abroad.expected(gateway) == doubt


def test_a_table_that_nothing_uses_makes_no_hub_of_an_attachment_known_by_id() -> None:
    program, tgw, table = hub()
    associate(program, attach(program, tgw), table)
    associate(program, ELSEWHERE, program.add(f"{TGW}/routeTable:RouteTable", "other", transitGatewayId=tgw))
    unused = program.add(f"{TGW}/routeTable:RouteTable", "unused", transitGatewayId=tgw)
    route(program, unused, ELSEWHERE, "0.0.0.0/0")
    doubt = f"nothing in this program looks packets up in unused, which sends packets out by attachment {ELSEWHERE}"
    analysis = Analysis(program.network())
    [gateway] = analysis.network.transit_gateways.values()
    assert analysis.abroad.expected(gateway) == doubt
    behind = {each.name: analysis.doubtful_workload(each) for each in analysis.foreign_spokes}
    assert behind == {"spokes associated with other": doubt, "spokes associated with tgw's default table": ""}
    route(program, table, ELSEWHERE, "0.0.0.0/0")
    assert Analysis(program.network()).abroad.expected(gateway) is None


def test_a_route_that_may_be_for_anything_makes_no_hub_of_an_attachment_known_by_id() -> None:
    program, tgw, table = hub(**OFF)
    associate(program, attach(program, tgw), table)
    associate(program, ELSEWHERE, program.add(f"{TGW}/routeTable:RouteTable", "other", transitGatewayId=tgw))
    route(program, table, ELSEWHERE, UNKNOWN)
    analysis = Analysis(program.network())
    [spokes] = analysis.foreign_spokes
    assert spokes.name == "spokes associated with other"
    assert "destinationCidrBlock" in analysis.doubtful_workload(spokes)


def test_a_route_that_may_be_for_anything_makes_no_hub_of_the_program_s_own_spoke() -> None:
    program, tgw, table = hub()
    spoke = attach(program, tgw)
    associate(program, spoke, table)
    program.add(f"{TGW}/routeTable:RouteTable", "unused", transitGatewayId=tgw)
    route(program, table, spoke, UNKNOWN)
    analysis = Analysis(program.network())
    [gateway] = analysis.network.transit_gateways.values()
    [doubt] = {analysis.doubtful_workload(each) for each in analysis.foreign_spokes if "unused" in each.name}
    assert analysis.abroad.expected(gateway) == doubt
    assert "destinationCidrBlock" in doubt


def test_dead_space_is_what_no_vpc_has_and_no_route_names_elsewhere() -> None:
    program, tgw, table = hub(**OFF)
    attach(program, tgw)
    route(program, table, ELSEWHERE, "10.50.0.0/16")
    where = {"transitGatewayId": tgw, "transitGatewayAttachmentId": "tgw-attach-vpn"}
    vpn = program.add("ec2/vpnConnection:VpnConnection", "vpn", **where)
    route(program, table, vpn, "192.168.0.0/16")
    route(program, table, vpn, "0.0.0.0/0")
    dead = dead_space(somebodys(program.network()))
    had = {"10.1.0.10", "10.50.0.10", "192.168.0.10", "8.8.8.8", "64:ff9b::a01:a", "169.254.0.10"}
    nobodys = {"10.2.0.10", "172.16.0.10", "fd00::1", "64:ff9b::a02:a"}
    assert {address for address in had | nobodys if address in dead} == nobodys


def test_a_route_to_what_the_program_has_itself_names_nobody_elsewhere() -> None:
    """home - peering - partner (elsewhere)      home - peering - second      home - tgw - spoke"""
    program, tgw, table = hub(**OFF)
    home, second = program.vpc("home", "10.10.0.0/16"), program.vpc("second", "10.20.0.0/16")
    own_table = program.table("home", home, program.subnet("home-work", home, "10.10.0.0/24"))
    ways = {}
    for name, other in (("partner", "vpc-0123456789abcdef0"), ("second", second)):
        ways[name] = program.add(
            "ec2/vpcPeeringConnection:VpcPeeringConnection", f"to-{name}", vpcId=home, peerVpcId=other
        )
    program.route(own_table, "10.60.0.0/16", vpcPeeringConnectionId=ways["partner"])
    program.route(own_table, "10.70.0.0/16", vpcPeeringConnectionId=ways["second"])
    program.route(own_table, "10.80.0.0/16", transitGatewayId="tgw-0123456789abcdef0")
    program.route(own_table, "10.90.0.0/16", transitGatewayId=tgw)
    route(program, table, attach(program, tgw), "10.100.0.0/16")
    dead = dead_space(somebodys(program.network()))
    elsewhere = {"10.60.0.10", "10.80.0.10"}
    nobodys = {"10.70.0.10", "10.90.0.10", "10.100.0.10"}
    assert {address for address in elsewhere | nobodys if address in dead} == nobodys


def test_an_attachment_that_nobody_knows_may_be_any_that_has_no_table_or_a_strangers() -> None:
    program, tgw, table = hub(**OFF)
    other = program.add(f"{TGW}/routeTable:RouteTable", "other", transitGatewayId=tgw)
    associate(program, attach(program, tgw), other)
    associate(program, UNKNOWN, table)
    assert judged(program) == {"spokes associated with table"}
    free = attach(program, tgw, "free", "10.2.0.0/16")
    network = program.network()
    [tables] = network.attachments[free.urn].associations.values()
    assert [network.name(each) for each in tables] == ["table", "no table"]
    assert "transitGatewayAttachmentId of associate-" in network.transit_tables[tables[1]].doubt
