"""The stateless part of a firewall's policy: its groups' rules in the order in which packets meet them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from emulation.plan import Net, Stateless, StatelessRule
from hunts.backends.aws import messages
from traffic.deployed import stateless_action


def read_stateless(firewalls: Any, policy_arn: str) -> Stateless:
    """Read the stateless rules and defaults of a policy. Raises HuntError with AWS's words."""
    with messages():
        policy = firewalls.describe_firewall_policy(FirewallPolicyArn=policy_arn)["FirewallPolicy"]
    rules: list[StatelessRule] = []
    for reference in sorted(policy.get("StatelessRuleGroupReferences", []), key=lambda each: each["Priority"]):
        with messages():
            found = firewalls.describe_rule_group(RuleGroupArn=reference["ResourceArn"], Type="STATELESS")
        rules += _rules(found["RuleGroup"]["RulesSource"]["StatelessRulesAndCustomActions"]["StatelessRules"])
    return Stateless(
        tuple(rules),
        stateless_action(policy["StatelessDefaultActions"]),
        stateless_action(policy["StatelessFragmentDefaultActions"]),
    )


def _rules(listed: Iterable[Mapping[str, Any]]) -> Iterator[StatelessRule]:
    for rule in sorted(listed, key=lambda each: each["Priority"]):
        asked = rule["RuleDefinition"]["MatchAttributes"]
        yield StatelessRule(
            stateless_action(rule["RuleDefinition"]["Actions"]),
            _nets(asked.get("Sources", [])),
            _nets(asked.get("Destinations", [])),
            _ports(asked.get("SourcePorts", [])),
            _ports(asked.get("DestinationPorts", [])),
            tuple(asked.get("Protocols", [])),
            tuple((_names(each["Flags"]), _names(each.get("Masks", []))) for each in asked.get("TCPFlags", [])),
        )


def _nets(listed: Iterable[Mapping[str, Any]]) -> tuple[Net, ...]:
    return tuple(ipaddress.ip_network(each["AddressDefinition"], strict=False) for each in listed)


def _ports(listed: Iterable[Mapping[str, Any]]) -> tuple[tuple[int, int], ...]:
    return tuple((each["FromPort"], each.get("ToPort", each["FromPort"])) for each in listed)


def _names(flags: Iterable[str]) -> frozenset[str]:
    return frozenset(flag.lower() for flag in flags)
