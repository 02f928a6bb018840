"""A rule group, a policy and a firewall to work with."""

from __future__ import annotations

import pytest

RULE = 'alert tls $HOME_NET any -> $EXTERNAL_NET any (msg:"hello"; sid:1; rev:1;)'
STRICT = {"RuleOrder": "STRICT_ORDER"}


@pytest.fixture
def firewalls(aws):
    return aws("network-firewall")


@pytest.fixture
def make_group(firewalls):
    def make(name="group", rules=RULE, capacity=10, order=STRICT, **more):
        content = {"RulesSource": {"RulesString": rules}, **({"StatefulRuleOptions": order} if order else {})}
        answer = firewalls.create_rule_group(
            RuleGroupName=name, Type="STATEFUL", Capacity=capacity, RuleGroup=content, **more
        )
        return answer["RuleGroupResponse"]["RuleGroupArn"]

    return make


def policy(**more):
    """A policy that AWS takes, with some of it changed."""
    return {
        "StatelessDefaultActions": ["aws:forward_to_sfe"],
        "StatelessFragmentDefaultActions": ["aws:forward_to_sfe"],
        "StatefulEngineOptions": STRICT,
        **more,
    }


@pytest.fixture
def make_policy(firewalls):
    def make(name="policy", **more):
        answer = firewalls.create_firewall_policy(FirewallPolicyName=name, FirewallPolicy=policy(**more))
        return answer["FirewallPolicyResponse"]["FirewallPolicyArn"]

    return make


@pytest.fixture
def make_firewall(firewalls, make_policy, network, until):
    def make(name="firewall", subnets=("firewall",), **more):
        firewalls.create_firewall(
            FirewallName=name,
            FirewallPolicyArn=make_policy(f"{name}-policy"),
            VpcId=network["vpc"],
            SubnetMappings=[{"SubnetId": network["subnets"][subnet]} for subnet in subnets],
            **more,
        )
        until(lambda: firewalls.describe_firewall(FirewallName=name)["FirewallStatus"]["Status"] == "READY")
        return firewalls.describe_firewall(FirewallName=name)

    return make
