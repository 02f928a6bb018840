from __future__ import annotations

import pulumi
import pytest

from components.dns.firewall import DnsFirewall, DnsFirewallArgs, DnsProtection, DnsProtectionArgs
from components.dns.rules import ADVANCED_PRIORITY, MANAGED_LIST_PRIORITY, dns_names
from tests.components.recorder import run

LISTS = {name: f"rslvr-fdl-{number}" for number, name in enumerate(MANAGED_LIST_PRIORITY)}


def rules(**args):
    recorded = run(lambda: DnsFirewall("dns", DnsFirewallArgs(**args)))
    return dict(recorded.of_type("resolverFirewallRule:ResolverFirewallRule").items())


def test_the_deny_list_always_blocks_and_comes_first():
    found = rules(managed_lists=LISTS, advanced=dict.fromkeys(ADVANCED_PRIORITY, "HIGH"), action="ALERT")
    first = min(found, key=lambda name: found[name]["priority"])
    assert first == "dns-deny"
    assert found[first]["action"] == "BLOCK"
    assert {inputs["action"] for name, inputs in found.items() if name != first} == {"ALERT"}


def test_a_rule_keeps_its_priority_whatever_else_is_there():
    everything = rules(managed_lists=LISTS, advanced=dict.fromkeys(ADVANCED_PRIORITY, "HIGH"))
    priorities = {name: inputs["priority"] for name, inputs in everything.items()}
    assert len(set(priorities.values())) == len(priorities)
    few = rules(managed_lists=dict([list(LISTS.items())[-1]]), advanced={"DNS_TUNNELING": "LOW"})
    assert {name: inputs["priority"] for name, inputs in few.items()}.items() <= priorities.items()


def test_only_a_blocking_rule_has_a_response():
    assert {inputs.get("blockResponse") for inputs in rules(managed_lists=LISTS).values()} == {"NODATA", None}
    blocking = rules(managed_lists=LISTS, action="BLOCK", block_response="NXDOMAIN")
    assert {inputs["blockResponse"] for inputs in blocking.values()} == {"NXDOMAIN"}


def test_advanced_rules_have_a_threat_and_a_confidence_and_no_list():
    found = rules(advanced={"DGA": "MEDIUM"})["dns-dga"]
    assert (found["dnsThreatProtection"], found["confidenceThreshold"]) == ("DGA", "MEDIUM")
    assert "firewallDomainListId" not in found


def test_the_deny_list_is_there_when_it_is_empty():
    recorded = run(lambda: DnsFirewall("dns", DnsFirewallArgs()))
    (deny,) = recorded.of_type("ResolverFirewallDomainList").values()
    assert deny["domains"] == []


def test_every_mistake_is_told_at_once():
    told = r"managed list is 'X'; it can be AWS.*threat is 'Y'; it can be DGA.*confidence of DGA is 'Z'.*action is 'Q'"
    with pytest.raises(ValueError, match=told):
        DnsFirewallArgs(managed_lists={"X": "1"}, advanced={"Y": "LOW", "DGA": "Z"}, action="Q")


def test_a_vpc_fails_closed_and_may_be_protected_against_change():
    recorded = run(
        lambda: DnsProtection("v", DnsProtectionArgs(vpc_id="vpc-1", rule_group_id="g", mutation_protection=True))
    )
    (config,) = recorded.of_type("ResolverFirewallConfig").values()
    assert config["firewallFailOpen"] == "DISABLED"
    (association,) = recorded.of_type("ResolverFirewallRuleGroupAssociation").values()
    assert association["mutationProtection"] == "ENABLED"
    assert recorded.of_type("ResolverQueryLogConfigAssociation") == {}


@pytest.mark.parametrize(("switch", "outside"), [(False, False), (True, False), (False, True)])
def test_what_aws_would_not_take_off_a_vpc_stops_a_destroy_at_its_preview(switch, outside):
    args = DnsProtectionArgs(vpc_id="vpc-1", rule_group_id="g", mutation_protection=switch)
    found = []
    real = pulumi.Resource.__init__

    def remember(self, *arguments, **options):
        real(self, *arguments, **options)
        found.append(self)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pulumi.Resource, "__init__", remember)
        run(lambda: DnsProtection("v", args, pulumi.ResourceOptions(protect=outside)))
    (association,) = [each for each in found if type(each).__name__ == "ResolverFirewallRuleGroupAssociation"]
    assert association._protect is (switch or outside)


def test_a_leading_dot_means_the_name_and_all_below_it():
    assert dns_names([".example.net", "example.org", "example.net"]) == (
        "example.net",
        "*.example.net",
        "example.org",
    )


def test_an_allow_list_trusts_where_its_names_lead_and_blocks_every_other_name_last():
    recorded = run(
        lambda: DnsFirewall("dns", DnsFirewallArgs(allow_list=["a.example"], managed_lists=LISTS, action="BLOCK"))
    )
    found = recorded.of_type("resolverFirewallRule:ResolverFirewallRule")
    *_, allow, others = sorted(found, key=lambda name: found[name]["priority"])
    assert (allow, found[allow]["action"], found[allow].get("blockResponse")) == ("dns-allow", "ALLOW", None)
    assert found[allow]["firewallDomainRedirectionAction"] == "TRUST_REDIRECTION_DOMAIN"
    assert (others, found[others]["action"]) == ("dns-others", "BLOCK")
    domains = {name: inputs["domains"] for name, inputs in recorded.of_type("ResolverFirewallDomainList").items()}
    assert domains == {"dns-deny-list": [], "dns-allow-list": ["a.example."], "dns-others-list": ["*."]}


def test_beside_an_allow_list_nothing_may_answer_by_an_alert():
    with pytest.raises(ValueError, match="must block"):
        DnsFirewallArgs(allow_list=["a.example"], managed_lists=LISTS)
    assert DnsFirewallArgs(allow_list=["a.example"])
