"""A domain goes onto both deny lists; what others change at the same moment stays."""

import copy
from typing import Any

import pytest
from botocore.exceptions import ClientError

from hunts.actions.block import Blocked, block, checked, for_config
from hunts.errors import HuntError
from hunts.stack import StackOutputs

OUTPUTS = StackOutputs(
    layout="hub-and-spoke",
    region="eu-west-1",
    deny_rule_group_arn="arn:aws:x:::stateful-rulegroup/deny",
    dns_deny_list_id="l-1",
)


class Resolver:
    def __init__(self, domains: list[str]) -> None:
        self.domains, self.updates = domains, []

    def get_paginator(self, operation: str) -> "Resolver":
        assert operation == "list_firewall_domains"
        return self

    def paginate(self, **_: Any):
        for domain in self.domains:
            yield {"Domains": [domain]}

    def update_firewall_domains(self, **request: Any) -> None:
        assert request["Operation"] == "ADD"
        self.updates.append(request)
        self.domains += request["Domains"]


class Firewall:
    """A rule group that others change between reading and writing, `conflicts` times."""

    def __init__(self, targets: list[str], conflicts: int = 0, kind: str = "DENYLIST") -> None:
        self.targets, self.conflicts, self.kind, self.token = targets, conflicts, kind, 1
        self.written: list[dict[str, Any]] = []

    def describe_rule_group(self, **_: Any) -> dict[str, Any]:
        source = {"Targets": list(self.targets), "TargetTypes": ["TLS_SNI"], "GeneratedRulesType": self.kind}
        group = {"RulesSource": {"RulesSourceList": source}, "StatefulRuleOptions": {"RuleOrder": "STRICT_ORDER"}}
        about = {"Description": "denied", "RuleGroupName": "deny"}
        return {"UpdateToken": str(self.token), "RuleGroup": group, "RuleGroupResponse": about}

    def update_rule_group(self, **request: Any) -> None:
        if self.conflicts:
            self.conflicts -= 1
            self.token += 1
            self.targets.append(f".other{self.token}.example")
        if request["UpdateToken"] != str(self.token):
            raise ClientError({"Error": {"Code": "InvalidTokenException", "Message": "stale"}}, "UpdateRuleGroup")
        self.written.append(copy.deepcopy(request))
        self.targets = request["RuleGroup"]["RulesSource"]["RulesSourceList"]["Targets"]


def act(resolver: Resolver, firewall: Firewall, name: str = "evil.example", *, dry: bool = False) -> list[Blocked]:
    services = {"route53resolver": resolver, "network-firewall": firewall}
    return block(services.__getitem__, OUTPUTS, name, dry=dry, sleep=lambda _: None)


def test_the_domain_and_all_below_it_are_on_both_lists():
    resolver, firewall = Resolver(["old.example."]), Firewall([".old.example"])
    assert [item.done for item in act(resolver, firewall)] == [True, True]
    assert resolver.domains == ["old.example.", "evil.example.", "*.evil.example."]
    assert firewall.targets == [".old.example", ".evil.example"]


def test_an_update_keeps_what_it_is_not_about():
    firewall = Firewall([".old.example"])
    act(Resolver([]), firewall)
    assert firewall.written[0]["Description"] == "denied"
    assert firewall.written[0]["RuleGroup"]["StatefulRuleOptions"] == {"RuleOrder": "STRICT_ORDER"}


def test_a_change_by_somebody_else_in_between_is_kept():
    firewall = Firewall([], conflicts=2)
    act(Resolver([]), firewall)
    assert firewall.targets == [".other2.example", ".other3.example", ".evil.example"]


def test_endless_conflicts_end_with_a_message():
    with pytest.raises(HuntError, match="changed by others"):
        act(Resolver([]), Firewall([], conflicts=99))


def test_a_dry_run_tells_and_changes_nothing():
    resolver, firewall = Resolver([]), Firewall([])
    done = act(resolver, firewall, dry=True)
    assert [(item.missing, item.done) for item in done] == [
        (("evil.example.", "*.evil.example."), False),
        ((".evil.example",), False),
    ]
    assert (resolver.updates, firewall.written) == ([], [])


def test_a_second_time_there_is_nothing_to_do():
    resolver, firewall = Resolver([]), Firewall([])
    act(resolver, firewall)
    assert [item.missing for item in act(resolver, firewall, "EVIL.example.")] == [(), ()]
    assert (len(resolver.updates), len(firewall.written)) == (1, 1)


def test_an_allow_list_is_never_touched():
    with pytest.raises(HuntError, match="no deny list"):
        act(Resolver([]), Firewall([], kind="ALLOWLIST"))


@pytest.mark.parametrize(
    "name", ["", "com", "a b.example", "-x.example.com", "x" * 64 + ".com", "a..b", "é.example", "*"]
)
def test_what_is_no_domain_is_refused(name: str):
    with pytest.raises(HuntError, match="no domain to block"):
        checked(name)


def test_config_is_told_for_both_lists():
    assert for_config(OUTPUTS, "Evil.Example") == [
        "pulumi config set --path 'deny_domains[N]' .evil.example",
        "pulumi config set --path 'dns_deny_domains[N]' .evil.example",
    ]


def test_a_stack_without_lists_is_a_message():
    with pytest.raises(HuntError, match="no deny list"):
        block(lambda _: None, StackOutputs(layout="spoke", region="eu-west-1"), "evil.example", dry=True)
