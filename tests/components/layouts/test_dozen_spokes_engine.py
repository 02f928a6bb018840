"""A hub with a dozen spokes, by the real engine on the local AWS: it is built whole, stays as it is, and goes whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from localaws.inventory import everything
from localaws.launch import quotas
from tests.pulumi_cli import Stack

ROOT = Path(__file__).resolve().parents[3]
SPOKES = {f"team-{number:02}": {"slot": number, "workloads": 0} for number in range(12)}
CONFIG = {
    "aws:region": "eu-west-1",
    "layout": "hub-and-spoke",
    "zones": 1,
    "spokes": {**SPOKES, "team-07": {"slot": 7, "rogue": True}},
}
pytestmark = pytest.mark.engine


def test_a_dozen_spokes_are_planned_built_and_taken_away(local_aws, tmp_path):
    quotas.raise_to(local_aws.env, "L-F678F1CE", 14)
    before = everything(local_aws.client)
    hub = Stack(local_aws, tmp_path / "dozen", ROOT, "dozen", CONFIG)
    planned = hub.preview().ok().changed()
    assert everything(local_aws.client) == before, "a preview creates nothing"
    assert hub.up().ok().changed() == planned
    ec2, described = local_aws.client("ec2"), hub.outputs()["hub"]

    def routes(table, kind):
        answer = ec2.search_transit_gateway_routes(
            TransitGatewayRouteTableId=table, Filters=[{"Name": "type", "Values": [kind]}]
        )
        return {route["DestinationCidrBlock"] for route in answer["Routes"]}

    spokes = {vpc["cidr"] for name, vpc in hub.outputs()["vpcs"].items() if name != "inspection"}
    assert len(spokes) == 12
    assert routes(described["inspection_table_id"], "propagated") == spokes
    assert routes(described["spoke_table_id"], "static") == {"0.0.0.0/0"}
    assert routes(described["spoke_table_id"], "propagated") == set(), "no spoke knows another"
    assert hub.preview().ok().changed() == {}
    hub.destroy().ok()
    assert everything(local_aws.client) == before
