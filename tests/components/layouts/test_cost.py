from __future__ import annotations

import json

import pytest

from components.common.environment import Environment
from components.layouts.cost import hub_cost, spoke_cost
from components.layouts.from_settings import hub_args
from components.layouts.instances import Traffic
from components.settings.hub import HubSettings
from components.settings.schema import read

ENVIRONMENT = Environment(partition="aws", account="111122223333", region="eu-west-1", zones=[])


def settings_of(**config):
    texts = {name: json.dumps(value) if not isinstance(value, str) else value for name, value in config.items()}
    settings, wrong = read(HubSettings, texts.get, project="p", stack="s", region="eu-west-1")
    assert wrong == ()
    return settings


def cost(**config):
    return hub_cost(hub_args(settings_of(**config), ENVIRONMENT, {}), "eu-west-1")


def test_a_spoke_adds_what_its_own_estimate_says():
    one, two = cost(spokes={"a": {"slot": 0}}), cost(spokes={"a": {"slot": 0}, "b": {"slot": 1}})
    assert two["per_hour"] - one["per_hour"] == pytest.approx(
        spoke_cost(1, Traffic(), "eu-west-1")["per_hour"], abs=0.0002
    )


def test_a_firewall_on_the_gateway_costs_one_attachment_more():
    quantity = {
        place: next(item["quantity"] for item in cost(inspection=place)["items"] if "attachment" in item["what"])
        for place in ("vpc", "transit-gateway")
    }
    assert quantity == {"vpc": 4, "transit-gateway": 5}


def test_advanced_dns_rules_cost_by_the_hour_for_each_vpc():
    plain, advanced = cost(spokes={"a": {"slot": 0}}), cost(spokes={"a": {"slot": 0}}, dns_advanced={"DGA": "LOW"})
    assert advanced["per_hour"] - plain["per_hour"] == pytest.approx(2 * 0.16)
    assert any(line.endswith(": 0.6 per million") for line in plain["by_use"])


@pytest.mark.parametrize(("spokes", "beyond"), [(2, 0), (120, 21)])
def test_a_profile_costs_an_hour_and_the_vpcs_beyond_a_hundred(spokes, beyond):
    planned = {f"s{number}": {"slot": number, "workloads": 0} for number in range(spokes)}
    without, brought = cost(spokes=planned), cost(spokes=planned, dns_profile=True)
    assert brought["per_hour"] - without["per_hour"] == pytest.approx(0.75 + 0.0014 * beyond, abs=1e-4)
    assert "Profile" not in brought["prices"], "nothing of it is missing"


@pytest.mark.parametrize(
    ("config", "named"),
    [
        (
            {"managed_rule_groups": {"AttackInfrastructure": "alert"}},
            "active threat defense, by the GB (AttackInfrastructure)",
        ),
        ({"traffic_analysis": ["TLS_SNI"]}, "traffic analysis, by the GB (TLS_SNI)"),
        ({"audit_schedule": "rate(1 day)"}, "the scheduled audit's function"),
        ({"monitoring_dashboard": True}, "queries of the monitoring dashboard"),
        ({}, "Contributor Insights rule; records that a Contributor Insights rule matches"),
    ],
)
def test_what_costs_by_use_and_has_no_price_here_is_named(config, named):
    found = cost(**config)
    assert named in found["prices"]
    assert named in "; ".join(found["missing"])


@pytest.mark.parametrize(
    ("config", "rules"),
    [
        ({}, 5),
        ({"query_log": "s3"}, 2),
        ({"alert_log": "s3"}, 3),
        ({"query_log": "none", "alert_log": "none"}, 0),
        ({"contributor_insights": False}, 0),
    ],
)
def test_contributor_insights_cost_by_the_rule_and_by_what_it_matches(config, rules):
    found = hub_cost(hub_args(settings_of(**config), ENVIRONMENT, {}), "us-east-1")
    assert sum(item["quantity"] for item in found["items"] if item["what"] == "Contributor Insights rule") == rules
    per_month = sum(item["per_month"] for item in found["items"] if item["what"] == "Contributor Insights rule")
    assert per_month == pytest.approx(0.5 * rules)
    assert any(line.endswith(": 0.02 per million") for line in found["by_use"]) is bool(rules)


def test_an_audit_by_the_clock_has_two_alarms():
    count = {
        schedule: next(item["quantity"] for item in cost(audit_schedule=schedule)["items"] if "alarm" in item["what"])
        for schedule in ("", "rate(1 day)")
    }
    assert count["rate(1 day)"] - count[""] == 2


def test_nat_gateways_beside_endpoints_cost_nothing():
    (nat,) = [item for item in cost(zones=2)["items"] if item["what"] == "NAT gateway"]
    assert (nat["quantity"], nat["per_hour"]) == (2, 0)
