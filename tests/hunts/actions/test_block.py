"""A domain goes onto both deny lists, an address onto its own; what others change at the same moment stays."""

import copy
from typing import Any

import pytest
from botocore.exceptions import ClientError

from hunts.actions.block import KEEP, Blocked, block, for_config
from hunts.actions.reach import warnings
from hunts.errors import HuntError
from hunts.stack import StackOutputs, Vpc
from tests.hunts.actions.checked import Checked

OUTPUTS = StackOutputs(
    layout="hub-and-spoke",
    region="eu-west-1",
    deny_rule_group_arn="arn:aws:x:::stateful-rulegroup/deny",
    deny_addresses_rule_group_arn="arn:aws:x:::stateful-rulegroup/addresses",
    dns_deny_list_id="l-1",
    vpcs={"orders": Vpc(id="vpc-1", cidr="10.64.0.0/20", ipv6_cidr="2a05:d018:1:5600::/56")},
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


class Addresses(Firewall):
    """The rule group of the addresses: its rules read the set of which `targets` are the members."""

    def describe_rule_group(self, **_: Any) -> dict[str, Any]:
        answer = super().describe_rule_group()
        sets = {"DENIED": {"Definition": list(self.targets)}}
        answer["RuleGroup"] = {"RulesSource": {"RulesString": "drop"}, "RuleVariables": {"IPSets": sets}}
        return answer

    def update_rule_group(self, **request: Any) -> None:
        definition = request["RuleGroup"]["RuleVariables"]["IPSets"]["DENIED"]["Definition"]
        request["RuleGroup"]["RulesSource"]["RulesSourceList"] = {"Targets": definition}
        super().update_rule_group(**request)


def act(resolver: Resolver, firewall: Firewall, name: str = "evil.example", *, dry: bool = False) -> list[Blocked]:
    services = {"route53resolver": resolver, "network-firewall": firewall}
    return block(lambda service: Checked(service, services[service]), OUTPUTS, name, dry=dry, sleep=lambda _: None)


def test_the_domain_and_all_below_it_are_on_both_lists():
    resolver, firewall = Resolver(["old.example."]), Firewall([".old.example"])
    done = act(resolver, firewall)
    assert [(item.where, item.done) for item in done] == [("DNS Firewall", True), ("Network Firewall", True)]
    assert {request["FirewallDomainListId"] for request in resolver.updates} == {OUTPUTS.dns_deny_list_id}
    assert resolver.domains == ["old.example.", "evil.example.", "*.evil.example."]
    assert firewall.targets == [".old.example", ".evil.example"]


@pytest.mark.parametrize("written", ["*.evil.example", ".evil.example", "EVIL.example.", "*.Evil.Example."])
def test_a_domain_may_be_written_as_either_list_writes_it(written):
    resolver, firewall = Resolver([]), Firewall([])
    act(resolver, firewall, written)
    assert (resolver.domains, firewall.targets) == (["evil.example.", "*.evil.example."], [".evil.example"])


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
    assert act(resolver, firewall, "EVIL.example.") == [
        Blocked("DNS Firewall", (), done=True),
        Blocked("Network Firewall", (), done=True),
    ]
    assert (len(resolver.updates), len(firewall.written)) == (1, 1)


def test_an_allow_list_is_never_touched():
    with pytest.raises(HuntError, match="no deny list"):
        act(Resolver([]), Firewall([], kind="ALLOWLIST"))


def test_config_is_told_for_both_lists():
    assert for_config(OUTPUTS, "Evil.Example") == [
        "pulumi config set --path 'deny_domains[N]' .evil.example",
        "pulumi config set --path 'dns_deny_domains[N]' .evil.example",
    ]


def test_a_stack_without_lists_is_a_message():
    with pytest.raises(HuntError, match="no deny list"):
        block(lambda _: None, StackOutputs(layout="spoke", region="eu-west-1"), "evil.example", dry=True)


def test_an_address_goes_into_the_set_of_addresses_and_onto_no_list_of_names():
    resolver, firewall = Resolver([]), Addresses(["192.0.2.0/32"], conflicts=1)
    assert act(resolver, firewall, "203.0.113.66") == [
        Blocked("Network Firewall", ("203.0.113.66/32", "64:ff9b::cb00:7142/128"), done=True)
    ]
    assert firewall.targets == ["192.0.2.0/32", ".other2.example", "203.0.113.66/32", "64:ff9b::cb00:7142/128"]
    assert firewall.written[0]["RuleGroupArn"] == OUTPUTS.deny_addresses_rule_group_arn
    assert resolver.updates == []
    assert act(resolver, firewall, "203.0.113.66/32")[0].missing == ()


def test_a_group_without_one_set_of_addresses_is_never_touched():
    with pytest.raises(HuntError, match="0 sets of addresses"):
        act(Resolver([]), Firewall([]), "203.0.113.66")


def test_config_is_told_the_key_for_addresses():
    assert for_config(OUTPUTS, "203.0.113.66") == ["pulumi config set --path 'deny_addresses[N]' 203.0.113.66/32"]


def test_it_is_said_that_config_comes_first_and_a_refresh_after_it():
    assert "pulumi up --refresh" in KEEP


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        (".co.uk", "public suffix"),
        (".github.io", "public suffix"),
        (".amazonaws.com", "AWS's own"),
        (".ssm.eu-west-1.amazonaws.com", "AWS's own"),
        (".amazon.com", "AWS's own"),
        (".console.aws.amazon.com", "AWS's own"),
        (".d1.awsstatic.com", "AWS's own"),
        ("fd00:ec2::253/128", "not of the internet"),
        ("fe80::/64", "not of the internet"),
        ("64:ff9b::a00:5/128", "not of the internet"),
        ("10.0.0.0/8", "orders is there"),
        ("2a05:d018:1:5601::/64", "orders is there"),
        ("169.254.169.254/32", "not of the internet"),
        ("198.0.0.0/8", "16,777,216 addresses"),
        ("2a00::/16", "addresses, of whoever has them"),
    ],
)
def test_what_takes_more_with_it_than_meant_is_warned_of(entry: str, word: str):
    assert word in "; ".join(warnings(entry, OUTPUTS))


@pytest.mark.parametrize(
    "entry",
    [
        ".evil.example",
        ".somebodys-bucket.s3.amazonaws.com",
        ".somebody.github.io",
        ".music.amazon.com",
        "1.2.3.4/32",
        "2a00::1/128",
        "203.0.113.66/32",  # packets to ranges for documentation leave all the same
        "64:ff9b::102:304/128",
    ],
)
def test_what_is_somebodys_own_is_not_warned_of(entry: str):
    assert warnings(entry, OUTPUTS) == []
