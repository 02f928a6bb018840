"""Rule groups and rules of DNS Firewall."""

from __future__ import annotations

import pytest


@pytest.fixture
def put(resolver, group, deny):
    """Add a rule to the group; for the domain list unless a threat is given."""

    def create(priority=1, action="ALERT", **more):
        target = {} if "DnsThreatProtection" in more else {"FirewallDomainListId": deny}
        rule = {
            "CreatorRequestId": f"{priority}",
            "FirewallRuleGroupId": group,
            "Name": f"rule-{priority}",
            "Priority": priority,
            "Action": action,
        }
        return resolver.create_firewall_rule(**rule, **target, **more)["FirewallRule"]

    return create


def test_rules_are_listed_by_priority(resolver, group, put):
    put(20)
    put(10, "BLOCK", DnsThreatProtection="DNS_TUNNELING", ConfidenceThreshold="HIGH", BlockResponse="NODATA")
    rules = resolver.list_firewall_rules(FirewallRuleGroupId=group)["FirewallRules"]
    assert [rule["Priority"] for rule in rules] == [10, 20]
    assert rules[0]["FirewallThreatProtectionId"].startswith("rslvr-ftp-")
    assert rules[1]["FirewallDomainRedirectionAction"] == "INSPECT_REDIRECTION_DOMAIN"
    assert resolver.get_firewall_rule_group(FirewallRuleGroupId=group)["FirewallRuleGroup"]["RuleCount"] == 2


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"action": "BLOCK"}, "BlockResponse is required"),
        ({"BlockResponse": "NODATA"}, "valid for it alone"),
        ({"action": "BLOCK", "BlockResponse": "OVERRIDE"}, "are required for the block response OVERRIDE"),
        (
            {"action": "BLOCK", "BlockResponse": "NODATA", "BlockOverrideTtl": 1},
            "valid for the block response OVERRIDE",
        ),
        ({"ConfidenceThreshold": "HIGH"}, "valid with DnsThreatProtection alone"),
        ({"DnsThreatProtection": "DGA"}, "ConfidenceThreshold is required"),
        ({"action": "ALLOW", "DnsThreatProtection": "DGA", "ConfidenceThreshold": "HIGH"}, "ALLOW is not available"),
        ({"Qtype": "HTTPS"}, "query type HTTPS"),
        ({"Qtype": "TYPE65535"}, "query type TYPE65535"),
        ({"DnsThreatProtection": "PHISHING", "ConfidenceThreshold": "HIGH"}, "enum value set"),
    ],
)
def test_a_rule_that_aws_refuses_is_refused(resolver, group, put, refused, rule, words):
    with refused("ValidationException", words):
        put(**rule)
    assert resolver.list_firewall_rules(FirewallRuleGroupId=group)["FirewallRules"] == []


def test_priorities_and_targets_are_taken_once(put, refused):
    put(1)
    with refused("ValidationException", "priority 1 is used"):
        put(1, Qtype="TXT")
    with refused("ValidationException", "has a rule for the domain list"):
        put(2)
    assert put(2, Qtype="TXT")["Qtype"] == "TXT"


def test_a_rule_changes_in_place_but_not_in_what_it_matches(resolver, group, put, refused):
    made = put(1, DnsThreatProtection="DGA", ConfidenceThreshold="LOW")
    key = {"FirewallRuleGroupId": group, "FirewallThreatProtectionId": made["FirewallThreatProtectionId"]}
    changed = resolver.update_firewall_rule(**key, Action="BLOCK", BlockResponse="NXDOMAIN", Priority=5)["FirewallRule"]
    assert (changed["Action"], changed["Priority"], changed["ConfidenceThreshold"]) == ("BLOCK", 5, "LOW")
    assert "BlockResponse" not in resolver.update_firewall_rule(**key, Action="ALERT")["FirewallRule"]
    with refused("ValidationException", "cannot be changed"):
        resolver.update_firewall_rule(**key, DnsThreatProtection="DNS_TUNNELING")


def test_a_group_with_rules_stays(resolver, group, deny, put, refused):
    put()
    with refused("ConflictException", "has rules"):
        resolver.delete_firewall_rule_group(FirewallRuleGroupId=group)
    resolver.delete_firewall_rule(FirewallRuleGroupId=group, FirewallDomainListId=deny)
    resolver.delete_firewall_rule_group(FirewallRuleGroupId=group)
    assert resolver.list_firewall_rule_groups()["FirewallRuleGroups"] == []


def test_names_are_not_of_digits_alone(resolver, refused):
    with refused("ValidationException", "regular expression pattern"):
        resolver.create_firewall_rule_group(Name="123", CreatorRequestId="x")
