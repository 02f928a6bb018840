"""What a VPN teaches a transit gateway's table: everything, over BGP; its static routes and no more, without."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policy.egress.network import build
from policy.egress.program.snapshot import Registration
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
