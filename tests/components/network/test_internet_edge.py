from __future__ import annotations

import pytest

from components.network.internet_edge import InternetEdge, InternetEdgeArgs
from tests.components.recorder import run

SUBNETS = {"a": "10.0.0.0/28", "b": "10.0.0.16/28"}


def build(nat):
    found = {}

    def program():
        edge = InternetEdge("e", InternetEdgeArgs(vpc_id="vpc-1", subnets=SUBNETS, nat=nat))
        for zone, gateway in edge.nat_gateway_ids.items():
            gateway.apply(lambda known, zone=zone: found.__setitem__(zone, known))

    return run(program), found


@pytest.mark.parametrize(
    ("nat", "gateways", "public"),
    [("zonal", {"a": "e-nat-a-id", "b": "e-nat-b-id"}, 2), ("single", {"a": "e-nat-a-id", "b": "e-nat-a-id"}, 1)],
)
def test_every_zone_has_a_nat_gateway_and_no_public_subnet_is_without_one(nat, gateways, public):
    recorded, found = build(nat)
    assert found == gateways
    assert len(recorded.of_type("subnet:Subnet")) == len(recorded.of_type("natGateway:NatGateway")) == public


def test_nothing_gets_a_public_address_by_itself():
    recorded, _ = build("zonal")
    assert {inputs["mapPublicIpOnLaunch"] for inputs in recorded.of_type("subnet:Subnet").values()} == {False}
