from __future__ import annotations

import json

import pytest

from components.layouts.hub_cost import hub_cost, spoke_cost
from components.settings.hub import HubSettings
from components.settings.schema import read

MACHINE = {"instance_type": "t4g.micro", "disk_gigabytes": 8}


def settings_of(**config):
    texts = {name: json.dumps(value) if not isinstance(value, str) else value for name, value in config.items()}
    settings, wrong = read(HubSettings, texts.get, project="p", stack="s", region="eu-west-1")
    assert wrong == ()
    return settings


def cost(**config):
    return hub_cost(settings_of(**config), "eu-west-1", **MACHINE)


def test_a_spoke_adds_what_its_own_estimate_says():
    entry = settings_of(spokes={"a": {"slot": 0}}).spokes["a"]
    one, two = cost(spokes={"a": {"slot": 0}}), cost(spokes={"a": {"slot": 0}, "b": {"slot": 1}})
    assert two["per_hour"] - one["per_hour"] == pytest.approx(
        spoke_cost(entry, "eu-west-1", **MACHINE)["per_hour"], abs=0.0002
    )


def test_a_firewall_on_the_gateway_costs_one_attachment_more():
    quantity = {
        place: next(item["quantity"] for item in cost(inspection=place)["items"] if "attachment" in item["what"])
        for place in ("vpc", "transit-gateway")
    }
    assert quantity == {"vpc": 4, "transit-gateway": 5}


def test_nat_gateways_beside_endpoints_cost_nothing():
    (nat,) = [item for item in cost(zones=2)["items"] if item["what"] == "NAT gateway"]
    assert (nat["quantity"], nat["per_hour"]) == (2, 0)
