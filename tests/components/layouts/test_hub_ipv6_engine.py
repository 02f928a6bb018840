"""A dual-stack hub with the real engine on the local AWS: proven at preview and at `up`, and nothing is left."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from localaws.inventory import everything

ROOT = Path(__file__).resolve().parents[3]
PACK = ROOT / "policy"
SPOKES = {"alpha": {"slot": 0}, "gamma": {"slot": 2, "workloads": 0}}

pytestmark = pytest.mark.engine


def mandatory(result):
    return [violation.message for violation in result.violations if violation.level == "mandatory"]


def routes(ec2, table):
    """IPv6 destination -> type and state, of a transit gateway's table."""
    found = ec2.search_transit_gateway_routes(
        TransitGatewayRouteTableId=table, Filters=[{"Name": "type", "Values": ["static", "propagated"]}]
    )["Routes"]
    return {
        each["DestinationCidrBlock"]: f"{each['Type']} {each['State']}"
        for each in found
        if ":" in each["DestinationCidrBlock"]
    }


def test_a_hub_with_ipv6_is_proven_its_spokes_meet_at_the_firewall_and_nothing_is_left(pulumi_stack, local_aws):
    before = everything(local_aws.client)
    config = {"aws:region": "eu-west-1", "layout": "hub-and-spoke", "zones": 2, "spokes": SPOKES}
    hub = pulumi_stack(ROOT, {**config, "ipv6": True, "dns64": True}, "hubsix")
    preview = hub.preview(policy_pack=PACK).ok()
    assert mandatory(preview) == []
    made = hub.up(policy_pack=PACK).ok()
    assert mandatory(made) == []
    assert made.changed() == preview.changed(), "an up does what the preview said"

    outputs, ec2 = hub.outputs(), local_aws.client("ec2")
    ranges = {name: vpc["ipv6_cidr"] for name, vpc in outputs["vpcs"].items() if "ipv6_cidr" in vpc}
    assert set(ranges) == set(SPOKES)
    told = outputs["hub"]
    assert routes(ec2, told["inspection_table_id"]) == dict.fromkeys(ranges.values(), "propagated active")
    spokes_table = routes(ec2, told["spoke_table_id"])
    assert spokes_table.pop("::/0") == "static active"
    assert set(spokes_table.values()) == {"static blackhole"}
    assert not set(spokes_table) & set(ranges.values()), "neighbours would talk past the firewall"
    (address,) = (instance["ipv6_address"] for instance in outputs["instances"].values())
    assert ip_address(address) in ip_network(ranges["alpha"])

    assert hub.preview().ok().changed() == {}
    assert hub.refresh().ok().changed() == {}
    hub.destroy().ok()
    assert everything(local_aws.client) == before
