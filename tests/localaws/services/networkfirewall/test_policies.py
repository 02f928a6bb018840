"""Firewall policies through boto3."""

from __future__ import annotations

import pytest

from tests.localaws.services.networkfirewall.conftest import policy

MANAGED = "arn:aws:network-firewall:eu-west-1:aws-managed:stateful-rulegroup/"


def test_a_policy_counts_the_capacity_of_its_groups(firewalls, make_group, make_policy):
    references = [
        {"ResourceArn": make_group(capacity=30), "Priority": 1},
        {"ResourceArn": MANAGED + "MalwareDomainsStrictOrder", "Priority": 2, "Override": {"Action": "DROP_TO_ALERT"}},
    ]
    arn = make_policy(StatefulRuleGroupReferences=references, StatefulDefaultActions=["aws:alert_established"])
    answer = firewalls.describe_firewall_policy(FirewallPolicyArn=arn)
    assert answer["FirewallPolicyResponse"]["ConsumedStatefulRuleCapacity"] == 230
    assert answer["FirewallPolicy"]["StatefulRuleGroupReferences"] == references


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"StatelessDefaultActions": []}, "exactly one"),
        ({"StatelessDefaultActions": ["aws:drop", "aws:pass"]}, "exactly one"),
        ({"StatelessFragmentDefaultActions": ["drop"]}, "exactly one"),
        ({"StatefulDefaultActions": ["aws:drop_strict", "aws:drop_established"]}, "at most one drop"),
        ({"StatefulDefaultActions": ["aws:drop"]}, "not a stateful default action"),
        ({"StatefulDefaultActions": ["aws:drop_strict"], "StatefulEngineOptions": {}}, "strict rule order alone"),
        (
            {"StatefulEngineOptions": {"RuleOrder": "STRICT_ORDER", "FlowTimeouts": {"TcpIdleTimeoutSeconds": 59}}},
            "60 to 6000",
        ),
        ({"PolicyVariables": {"RuleVariables": {"HOME_NET": {"Definition": []}}}}, "empty"),
        ({"PolicyVariables": {"RuleVariables": {"HOME_NET": {"Definition": ["10.0.0.0/40"]}}}}, "not an address"),
        (
            {"PolicyVariables": {"RuleVariables": {"EXTERNAL_NET": {"Definition": ["10.0.0.0/8"]}}}},
            "HOME_NET is the only",
        ),
        (
            {"StatefulRuleGroupReferences": [{"ResourceArn": MANAGED + "MalwareDomainsActionOrder", "Priority": 1}]},
            "order",
        ),
        (
            {"StatefulRuleGroupReferences": [{"ResourceArn": MANAGED + "NoSuchStrictOrder", "Priority": 1}]},
            "no managed",
        ),
        (
            {"StatefulRuleGroupReferences": [{"ResourceArn": MANAGED + "MalwareDomainsStrictOrder"}]},
            "priority of its own",
        ),
        (
            {"StatefulRuleGroupReferences": [{"ResourceArn": "arn:aws:network-firewall:x", "Priority": 1}]},
            "does not exist",
        ),
    ],
)
def test_a_policy_that_aws_refuses_is_refused(firewalls, refused, change, words):
    with refused("InvalidRequestException", words):
        firewalls.create_firewall_policy(FirewallPolicyName="p", FirewallPolicy=policy(**change))
    assert firewalls.list_firewall_policies()["FirewallPolicies"] == []


def test_groups_must_have_the_order_of_the_policy_and_different_priorities(make_group, make_policy, refused):
    unordered = make_group("unordered", order=None)
    with refused("InvalidRequestException", "does not match"):
        make_policy(StatefulRuleGroupReferences=[{"ResourceArn": unordered, "Priority": 1}])
    both = [{"ResourceArn": make_group(name), "Priority": 1} for name in ("one", "two")]
    with refused("InvalidRequestException", "priority of its own"):
        make_policy(StatefulRuleGroupReferences=both)
    with refused("InvalidRequestException", "strict rule order alone"):
        make_policy(StatefulEngineOptions={}, StatefulRuleGroupReferences=[{"ResourceArn": unordered, "Priority": 1}])


def test_a_policy_can_have_twenty_groups_of_thirty_thousand_rules_in_all(make_group, make_policy, refused):
    many = [{"ResourceArn": make_group(f"small-{index}", capacity=1), "Priority": index + 1} for index in range(21)]
    with refused("LimitExceededException", "per firewall policy: the maximum of 20"):
        make_policy(StatefulRuleGroupReferences=many)
    assert make_policy("twenty", StatefulRuleGroupReferences=many[:20])
    large = [{"ResourceArn": make_group(f"large-{index}", capacity=15001), "Priority": index + 1} for index in range(2)]
    with refused(
        "LimitExceededException",
        "maximum of 30000 has been reached. `./local quotas local-stateful-rules-per-policy 30002`",
    ):
        make_policy(StatefulRuleGroupReferences=large)


def test_an_override_is_for_managed_groups_alone(make_group, make_policy, refused):
    reference = {"ResourceArn": make_group(), "Priority": 1, "Override": {"Action": "DROP_TO_ALERT"}}
    with refused("InvalidRequestException", "managed rule groups alone"):
        make_policy(StatefulRuleGroupReferences=[reference])


def test_an_update_needs_the_newest_token_and_keeps_the_rule_order(firewalls, make_policy, refused):
    make_policy()
    token = firewalls.describe_firewall_policy(FirewallPolicyName="policy")["UpdateToken"]
    update = {"FirewallPolicyName": "policy", "FirewallPolicy": policy(StatefulDefaultActions=["aws:drop_strict"])}
    firewalls.update_firewall_policy(UpdateToken=token, **update)
    with refused("InvalidTokenException"):
        firewalls.update_firewall_policy(UpdateToken=token, **update)
    answer = firewalls.describe_firewall_policy(FirewallPolicyName="policy")
    assert answer["FirewallPolicy"]["StatefulDefaultActions"] == ["aws:drop_strict"]
    with refused("InvalidRequestException", "rule order"):
        firewalls.update_firewall_policy(
            FirewallPolicyName="policy",
            UpdateToken=answer["UpdateToken"],
            FirewallPolicy={**policy(), "StatefulEngineOptions": {"RuleOrder": "DEFAULT_ACTION_ORDER"}},
        )


def test_a_policy_in_use_cannot_be_deleted(firewalls, make_firewall, refused):
    make_firewall()
    with refused("InvalidOperationException", "still in use"):
        firewalls.delete_firewall_policy(FirewallPolicyName="firewall-policy")


def test_tls_inspection_is_refused_by_name(firewalls, refused):
    arn = "arn:aws:network-firewall:eu-west-1:123456789012:tls-configuration/x"
    with refused("UnsupportedOperation", "FirewallPolicy:TLSInspectionConfigurationArn is not in the local AWS"):
        firewalls.create_firewall_policy(
            FirewallPolicyName="p", FirewallPolicy=policy(TLSInspectionConfigurationArn=arn)
        )
