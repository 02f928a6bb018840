from __future__ import annotations

import json

from components.watch.dashboard import HEIGHT, WIDTH, Dashboard, DashboardArgs, arrange
from tests.components.recorder import run


def board(**changes):
    args = {
        "region": "eu-west-1",
        "firewall_name": "fw",
        "transit_gateway_id": "tgw-1",
        "nat_gateway_ids": {"eu-west-1a": "nat-1"},
        "alert_log": "/log",
        "dns_rule_group_id": "rslvr-frg-1",
        "contributor_rules": {"Names asked for most": "names"},
        **changes,
    }
    (found,) = run(lambda: Dashboard("board", DashboardArgs(**args))).of_type("dashboard:Dashboard").values()
    return json.loads(found["dashboardBody"])


def titles(body):
    return [widget["properties"]["title"] for widget in body["widgets"]]


def test_widgets_lie_side_by_side_without_overlapping():
    placed = arrange([{"type": "metric"}] * 5)
    cells = {(widget["x"], widget["y"]) for widget in placed}
    assert len(cells) == 5
    assert all(widget["x"] + widget["width"] <= WIDTH and widget["y"] % HEIGHT == 0 for widget in placed)


def test_what_a_hub_lacks_has_no_widget():
    everything, little = board(), board(alert_log=None, dns_rule_group_id=None, contributor_rules={})
    assert set(titles(everything)) - set(titles(little)) == {
        "Queries that matched a DNS Firewall rule",
        "Top destinations by SNI",
        "Top talkers, flows that a rule saw",
        "Names asked for most",
    }


def test_firewall_metrics_are_searched_in_the_schema_that_aws_publishes():
    expressions = [
        metric[0]["expression"]
        for widget in board()["widgets"]
        for metric in widget["properties"].get("metrics", ())
        if isinstance(metric[0], dict)
    ]
    assert len(expressions) == 3
    assert all("{AWS/NetworkFirewall,AvailabilityZone,Engine,FirewallName}" in each for each in expressions)
    assert all('FirewallName="fw"' in each for each in expressions)
