from __future__ import annotations

import re

import pytest

from components.watch.hub_alarms import HubAlarms, HubAlarmsArgs, metrics_read
from tests.components.recorder import run

ZONES = ["eu-west-1a", "eu-west-1b"]


def alarms(**changes):
    args = {
        "firewall_name": "fw",
        "zones": ZONES,
        "transit_gateway_id": "tgw-1",
        "firewall_attachment_id": "tgw-attach-1",
        "nat_gateway_ids": {zone: f"nat-{zone}" for zone in ZONES},
        "blocked_queries_rule": "rule",
        "topic_arn": "topic",
        **changes,
    }
    return run(lambda: HubAlarms("a", HubAlarmsArgs(**args))).of_type("metricAlarm:MetricAlarm")


def test_every_expression_uses_the_metrics_beside_it_and_all_of_them():
    for name, alarm in alarms().items():
        returned = [query for query in alarm["metricQueries"] if query["returnData"]]
        assert len(returned) == 1, name
        used = set(re.findall(r"\b[a-z]+\d*\b", re.sub(r"'[^']*'", "", returned[0]["expression"])))
        assert used == {query["id"] for query in alarm["metricQueries"] if not query["returnData"]}, name


@pytest.mark.parametrize("zones", [1, 2, 3])
@pytest.mark.parametrize("rule", ["rule", None])
def test_what_is_billed_is_the_metrics_that_they_read(zones, rule):
    names = [f"eu-west-1{letter}" for letter in "abc"[:zones]]
    made = alarms(zones=names, nat_gateway_ids={name: f"nat-{name}" for name in names}, blocked_queries_rule=rule)
    queries = [query for alarm in made.values() for query in alarm["metricQueries"]]
    read = [query for query in queries if query.get("metric") or "INSIGHT_RULE_METRIC" in query["expression"]]
    assert metrics_read(zones, zones, blocked_queries=rule is not None) == len(read)


def test_firewall_metrics_are_named_as_aws_publishes_them():
    dimensions = [
        query["metric"]["dimensions"]
        for alarm in alarms().values()
        for query in alarm["metricQueries"]
        if query.get("metric", {}).get("namespace") == "AWS/NetworkFirewall"
    ]
    assert dimensions
    assert all(set(each) == {"FirewallName", "AvailabilityZone", "Engine"} for each in dimensions)
    assert {each["AvailabilityZone"] for each in dimensions} == set(ZONES)


def test_an_alarm_has_no_more_metrics_than_cloudwatch_takes():
    assert max(len(alarm["metricQueries"]) for alarm in alarms(zones=[*ZONES, "eu-west-1c"]).values()) <= 10


def test_a_nat_gateway_that_zones_share_is_counted_once():
    alarm = alarms(nat_gateway_ids=dict.fromkeys(ZONES, "nat-shared"))["a-nat-ports"]
    assert len([query for query in alarm["metricQueries"] if "metric" in query]) == 1


def test_blocked_queries_need_the_rule_that_counts_them():
    assert "a-blocked-queries" in alarms()
    assert "a-blocked-queries" not in alarms(blocked_queries_rule=None)


def test_nobody_is_told_where_there_is_no_topic():
    assert {tuple(alarm["alarmActions"]) for alarm in alarms(topic_arn=None).values()} == {()}
