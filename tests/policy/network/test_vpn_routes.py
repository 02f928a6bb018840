"""What a VPN teaches a table: everything, over BGP; its static routes and no more, without."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policy.egress.judging.proof import prove
from policy.egress.network import build
from policy.egress.network.model import Rank
from policy.egress.program.snapshot import Registration
from tests.policy.build import lab, made
from tests.scenarios.catalog import registrations

PROPAGATION = "aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation"


def propagated(*, static: bool) -> list[Registration]:
    """The hub with a VPN, which its spokes' table learns from."""
    registered = registrations("hub_vpn", preview=False)
    to_home = next(each for each in registered if each.name == "to-home")
    names = ("transitGatewayAttachmentId", "transitGatewayRouteTableId")
    learns = replace(
        to_home,
        urn=to_home.urn.replace(to_home.type, PROPAGATION),
        type=PROPAGATION,
        properties={name: to_home.properties[name] for name in names},
        dependencies={name: to_home.dependencies[name] for name in names},
    )
    vpn = next(each for each in registered if each.name == "vpn")
    fixed = replace(vpn, properties={**vpn.properties, "staticRoutesOnly": static})
    return [fixed if each is vpn else learns if each is to_home else each for each in registered]


@pytest.mark.parametrize("static", [True, False])
def test_a_table_learns_everything_from_a_vpn_unless_its_routes_are_static(static):
    network = build(propagated(static=static))
    learned = [route for table in network.transit_tables.values() for route in table.routes if route.text == "learned"]
    assert bool(learned) is not static


@pytest.mark.parametrize(
    ("options", "beside", "known"),
    [
        ([{"staticRoutesOnly": True}], None, {"192.168.0.0/16"}),
        ([{"staticRoutesOnly": False}], None, {"learned"}),
        ([{}], None, {"learned"}),
        ([{"staticRoutesOnly": True}, {}], None, {"192.168.0.0/16", "learned"}),
        ([{"staticRoutesOnly": True}], "dx", {"192.168.0.0/16", "learned"}),
        ([], None, {"learned"}),
    ],
    ids=["static", "BGP", "BGP by default", "one of each", "static beside Direct Connect", "no connection in sight"],
)
def test_a_vpc_s_table_learns_from_its_gateway_what_the_connections_are_for(options, beside, known):
    program = lab()
    gateway = program.add("ec2/vpnGateway:VpnGateway", "vgw", vpcId=made(program, "vpc"))
    for number, settings in enumerate(options):
        vpn = program.add("ec2/vpnConnection:VpnConnection", f"vpn-{number}", vpnGatewayId=gateway, **settings)
        route = {"vpnConnectionId": vpn, "destinationCidrBlock": "192.168.0.0/16"}
        program.add("ec2/vpnConnectionRoute:VpnConnectionRoute", f"static-{number}", **route)
    if beside:
        program.add("directconnect/privateVirtualInterface:PrivateVirtualInterface", beside, vpnGatewayId=gateway)
    table = made(program, "work", "RouteTable")
    program.add(
        "ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation", "learns", vpnGatewayId=gateway, routeTableId=table
    )
    routes = [each for each in program.network().tables[table.urn].routes if each.rank in {Rank.STATIC_VPN, Rank.VPN}]
    assert {each.text for each in routes} == known
    assert all(bool(each.doubt) is (each.text == "learned") for each in routes)
    assert {target.key for each in routes for target in each.targets} == {gateway.urn}


def test_nobody_is_told_to_send_what_a_vpn_teaches_as_if_it_were_a_range():
    """learning -> whatever the VPN teaches its table, or to nothing"""
    program = lab()
    gateway = program.add("ec2/vpnGateway:VpnGateway", "vgw", vpcId=made(program, "vpc"))
    program.add("ec2/vpnConnection:VpnConnection", "vpn", vpnGatewayId=gateway)
    subnet = program.subnet("learning", made(program, "vpc"), "10.0.99.0/24")
    table = program.table("learns", made(program, "vpc"), subnet)
    program.add(
        "ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation", "learns", vpnGatewayId=gateway, routeTableId=table
    )
    fixes = [each.fix for each in prove(program.network()) if each.policy == "egress-through-firewall"]
    assert any("Send this traffic in learns" in each for each in fixes)
