from __future__ import annotations

import json

import pytest

from components.watch.contributor_insights import (
    ALERT_RULES,
    DNS_RULES,
    ContributorRules,
    ContributorRulesArgs,
    definition,
)
from tests.components.recorder import run


@pytest.mark.parametrize(("key", "rule"), [*DNS_RULES.items(), *ALERT_RULES.items()])
def test_a_definition_is_within_what_cloudwatch_takes(key, rule):
    found = json.loads(definition("/log", rule))
    assert found["Schema"] == {"Name": "CloudWatchLogRule", "Version": 1}
    assert 1 <= len(found["Contribution"]["Keys"]) <= 4
    assert len(found["Contribution"]["Filters"]) <= 4
    assert all(path.startswith("$.") for path in found["Contribution"]["Keys"])


def test_rules_are_made_over_the_log_under_names_of_their_own():
    recorded = run(lambda: ContributorRules("x", ContributorRulesArgs(log_group="/log", rules=DNS_RULES)))
    made = recorded.of_type("ContributorInsightRule")
    assert {inputs["ruleName"] for inputs in made.values()} == {f"x-{key}" for key in DNS_RULES}
    assert {tuple(json.loads(inputs["ruleDefinition"])["LogGroupNames"]) for inputs in made.values()} == {("/log",)}
