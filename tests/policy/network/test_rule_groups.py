"""The rule groups of a firewall's policy: which are stateless, and what is said of those that can't be read."""

from __future__ import annotations

import pytest

from policy.egress.judging.proof import prove
from tests.policy.build import SOUND_POLICY, Program

THEIRS = "arn:aws:network-firewall:eu-west-1:111122223333:{}-rulegroup/theirs"


def policed(program: Program, stateful: object, stateless: object) -> Program:
    vpc = program.vpc()
    references = {
        "statefulRuleGroupReferences": [{"resourceArn": stateful}],
        "statelessRuleGroupReferences": [{"resourceArn": stateless, "priority": 1}],
    }
    program.firewall(vpc, program.subnet("fire", vpc, "10.0.1.0/28"), policy={**SOUND_POLICY, **references})
    return program


def group(program: Program, name: str, kind: str) -> object:
    passes = {"ruleDefinition": {"actions": ["aws:pass"]}, "priority": 5}
    source = {
        "STATEFUL": {"rulesString": "drop ip any any -> any any (sid:1;)"},
        "STATELESS": {"statelessRulesAndCustomActions": {"statelessRules": [passes]}},
    }
    properties = {"type": kind, "capacity": 100, "ruleGroup": {"rulesSource": source[kind]}}
    return program.add("networkfirewall/ruleGroup:RuleGroup", name, **properties)


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_a_stateless_group_is_told_from_a_stateful_one_by_its_type_where_ids_are_unknown(preview):
    program = Program(preview)
    policed(program, group(program, "looks", "STATEFUL"), group(program, "waves-through", "STATELESS"))
    (firewall,) = program.network().firewalls.values()
    assert [(each.name, each.stateless, each.passes) for each in firewall.policy.groups] == [
        ("looks", False, ""),
        ("waves-through", True, "priority 5"),
    ]
    (found,) = [each for each in prove(program.network()) if each.policy == "firewall-inspects"]
    assert found.verdict.value == "refuted"


def test_a_stateless_group_out_of_sight_may_let_packets_by_and_a_stateful_one_may_not():
    program = policed(Program(), THEIRS.format("stateful"), THEIRS.format("stateless"))
    (found,) = [each for each in prove(program.network()) if each.policy == "firewall-inspects"]
    assert found.verdict.value == "undecided"
    assert "cannot be proven, because the stateless rule group theirs isn't in this program." in found.message
