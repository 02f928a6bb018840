from __future__ import annotations

import json

import pytest

from components.common.cost import HOURS_PER_MONTH, NAT_INCLUDED, PRICES, Part, estimate, price_table
from components.common.environment import Environment
from components.layouts.cost import lab_cost
from components.layouts.from_settings import single_vpc_args
from tests.components.lab import settings
from tests.components.recorder import ACCOUNT, REGION

TABLE = json.loads(PRICES.read_text(encoding="utf-8"))


ENVIRONMENT = Environment(partition="aws", account=ACCOUNT, region=REGION, zones=[])


def lab(region=REGION, **config):
    return lab_cost(single_vpc_args(settings(**config), ENVIRONMENT), region)


def test_the_lab_in_one_zone():
    found = lab()
    lines = {line["what"]: line["per_hour"] for line in found["items"]}
    assert lines == {
        "Network Firewall endpoint": 0.395,
        "NAT gateway": 0.0,
        "public IPv4 address": 0.005,
        "t4g.micro instance": 0.0092,
        "disk (gp3), per GB": round(8 * 0.088 / 730, 5),
        "KMS key": round(1 / 730, 5),
        "metric that a CloudWatch alarm reads": round(0.1 / 730, 5),
    }
    assert found["per_hour"] == pytest.approx(sum(lines.values()), abs=1e-4)
    assert found["per_month"] == pytest.approx(found["per_hour"] * HOURS_PER_MONTH, abs=0.05)
    assert found["summary"] == "about 0.41 USD an hour, 301 USD a month, and by use"


def test_zones_multiply_what_each_has_of_its_own():
    one, three = lab(), lab(zones=3)
    shared = 1.1 / 730
    assert three["per_hour"] == pytest.approx(3 * (one["per_hour"] - shared) + shared, abs=1e-3)


def test_a_nat_gateway_beside_a_firewall_endpoint_costs_nothing_and_says_why():
    (nat,) = [line for line in lab(zones=2)["items"] if line["what"] == "NAT gateway"]
    assert nat["quantity"] == 2
    assert nat["per_month"] == 0
    assert nat["note"] == f"2 of 2: {NAT_INCLUDED}"


def test_a_nat_gateway_beyond_the_endpoints_is_charged():
    found = estimate("eu-west-1", [Part(item="nat-gateway", quantity=3, included=1, why="x")], [])
    assert found["per_hour"] == pytest.approx(2 * 0.048)


@pytest.mark.parametrize(
    ("config", "kinds"),
    [
        ({}, {"CloudWatch Logs", "S3"}),
        ({"alert_log": "s3"}, {"S3"}),
        ({"alert_log": "none", "flow_log": "none"}, set()),
    ],
)
def test_only_logs_that_exist_have_a_rate(config, kinds):
    rates = [line for line in lab(**config)["by_use"] if line.startswith("records to ")]
    assert {line.removeprefix("records to ").split(":")[0] for line in rates} == kinds


def test_a_region_without_prices_is_said_to_have_none():
    found = lab(region="ap-south-2")
    assert (found["per_hour"], found["per_month"], found["items"]) == (None, None, [])
    assert found["summary"] == "unknown: no prices for ap-south-2"
    assert "eu-west-1" in found["prices"]


def test_an_instance_type_without_a_price_is_named_and_left_out_of_the_sums():
    known, unknown = lab(), lab(instance_type="c7gn.16xlarge")
    assert unknown["per_hour"] == pytest.approx(known["per_hour"] - 0.0092)
    assert unknown["prices"].endswith("not in the table and not in the sums: c7gn.16xlarge")
    assert {line["what"]: line["per_hour"] for line in unknown["items"]}["c7gn.16xlarge"] is None


def test_every_region_has_every_price_and_every_price_a_source():
    for region, prices in TABLE["regions"].items():
        read = {item for item, described in TABLE["items"].items() if region in described.get("regions", [region])}
        assert set(prices) == read, region
        assert all(price > 0 for price in prices.values()), region
    for item, described in TABLE["items"].items():
        assert described["source"].startswith("https://aws.amazon.com/"), item
        assert described["unit"] in ("hour", "month", "GB", "million"), item


def test_prices_say_when_they_were_read():
    assert TABLE["read"] in lab()["prices"]
    assert price_table("eu-west-1").read == TABLE["read"]
