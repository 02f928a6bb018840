"""The stateless part of firewalls' policies: their groups' rules in the order in which packets meet them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from emulation.plan import Net, Stateless, StatelessAction, StatelessRule
from hunts.backends.aws import messages

_ACTIONS: Mapping[str, StatelessAction] = {"aws:pass": "pass", "aws:drop": "drop", "aws:forward_to_sfe": "forward"}


def read_stateless(firewalls: Any, arns: Iterable[str]) -> dict[str, Stateless]:
    """Read the stateless rules and defaults of firewalls, by ARN. Raises HuntError with AWS's words."""
    return {arn: _of(firewalls, arn) for arn in sorted(set(arns))}


def _of(firewalls: Any, arn: str) -> Stateless:
    with messages():
        used = firewalls.describe_firewall(FirewallArn=arn)["Firewall"]["FirewallPolicyArn"]
        policy = firewalls.describe_firewall_policy(FirewallPolicyArn=used)["FirewallPolicy"]
    rules: list[StatelessRule] = []
    for reference in sorted(policy.get("StatelessRuleGroupReferences", []), key=lambda each: each["Priority"]):
        with messages():
            found = firewalls.describe_rule_group(RuleGroupArn=reference["ResourceArn"], Type="STATELESS")
        rules += _rules(found["RuleGroup"]["RulesSource"]["StatelessRulesAndCustomActions"]["StatelessRules"])
    return Stateless(
        tuple(rules), _action(policy["StatelessDefaultActions"]), _action(policy["StatelessFragmentDefaultActions"])
    )


def _rules(listed: Iterable[Mapping[str, Any]]) -> Iterator[StatelessRule]:
    for rule in sorted(listed, key=lambda each: each["Priority"]):
        asked = rule["RuleDefinition"]["MatchAttributes"]
        yield StatelessRule(
            _action(rule["RuleDefinition"]["Actions"]),
            _nets(asked.get("Sources", [])),
            _nets(asked.get("Destinations", [])),
            _ports(asked.get("SourcePorts", [])),
            _ports(asked.get("DestinationPorts", [])),
            tuple(asked.get("Protocols", [])),
            tuple((_names(each["Flags"]), _names(each.get("Masks", []))) for each in asked.get("TCPFlags", [])),
        )


def _action(actions: Sequence[str]) -> StatelessAction:
    """Return what is done with a packet; custom actions beside it count packets and do no more."""
    return next((_ACTIONS[action] for action in actions if action in _ACTIONS), "forward")


def _nets(listed: Iterable[Mapping[str, Any]]) -> tuple[Net, ...]:
    return tuple(ipaddress.ip_network(each["AddressDefinition"], strict=False) for each in listed)


def _ports(listed: Iterable[Mapping[str, Any]]) -> tuple[tuple[int, int], ...]:
    return tuple((each["FromPort"], each.get("ToPort", each["FromPort"])) for each in listed)


def _names(flags: Iterable[str]) -> frozenset[str]:
    return frozenset(flag.lower() for flag in flags)
