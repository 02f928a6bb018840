from __future__ import annotations

import json

import pytest

from components.settings.schema import read
from components.settings.spoke import SpokeSettings

STACK = "organization/inspected-egress/hub"
IDS = {"transit_gateway_id": "tgw-1", "spoke_table_id": "tgw-rtb-1", "inspection_table_id": "tgw-rtb-2"}


def mistakes(**config):
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in config.items()}
    return [str(each) for each in read(SpokeSettings, texts.get, project="p", stack="s", region="eu-west-1")[1]]


@pytest.mark.parametrize(
    "config",
    [
        {"hub_stack": STACK},
        {"hub": IDS},
        {"hub": {**IDS, "dns_profile_id": "rp-1"}},
        {"hub": {"transit_gateway_id": "tgw-1"}, "hub_in_other_account": True},
        {
            "hub": {"transit_gateway_id": "tgw-1", "share_arn": "arn:aws:ram:::x"},
            "hub_in_other_account": True,
            "accept_share": True,
        },
    ],
)
def test_a_hub_is_known_by_its_stack_or_by_ids(config):
    assert mistakes(**config) == []


@pytest.mark.parametrize(
    ("config", "part"),
    [
        ({}, "either hub_stack or hub"),
        ({"hub_stack": STACK, "hub": IDS}, "either hub_stack or hub"),
        ({"hub_stack": "hub"}, "hub_stack: found"),
        ({"hub": {"transit_gateway_id": "tgw-1"}}, "also has spoke_table_id, inspection_table_id"),
        ({"hub": {"transit_gateway_id": "vpc-1"}}, "transit_gateway_id begins with tgw-"),
        ({"hub": {"gateway": "tgw-1"}}, "not gateway"),
        ({"hub": {**IDS, "dns_profile_id": "rslvr-frg-1"}}, "dns_profile_id begins with rp-"),
        ({"hub": {**IDS, "dns_profile_id": "rp-1", "query_log_config_id": "rqlc-1"}}, "without query_log_config_id"),
        ({"hub_stack": STACK, "accept_share": True}, "accept_share: found true; allowed: false"),
        ({"hub_stack": STACK, "attachment_accepted": True}, "attachment_accepted: found true; allowed: false"),
        ({"hub_stack": STACK, "deny_domains": ["example.net"]}, "the hub's stack decides this"),
        ({"hub_stack": STACK, "audit_schedule": "rate(1 hour)"}, "audit_schedule: found"),
        ({"hub_stack": STACK, "deny_countries": ["KP"]}, "deny_countries: found"),
        ({"hub_stack": STACK, "monitoring_dashboard": True}, "monitoring_dashboard: found"),
        ({"hub_stack": STACK, "workloads": 10}, "workloads: found 10; allowed: 0 to 9"),
    ],
)
def test_what_cannot_be_joined_is_refused(config, part):
    assert any(part in mistake for mistake in mistakes(**config)), mistakes(**config)
