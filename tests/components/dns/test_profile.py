"""A Route 53 Profile holds rules and query log, and a VPC that takes it has neither of its own."""

from __future__ import annotations

import pytest

from components.dns.firewall import DnsProtection, DnsProtectionArgs
from components.dns.profile import DnsProfile, DnsProfileArgs
from tests.components.recorder import run

GROUP, LOG = "arn:aws:route53resolver:eu-west-1:1:firewall-rule-group/g", "arn:aws:route53resolver:eu-west-1:1:x/q"


def test_it_holds_what_it_is_given_the_rules_with_their_place_among_others():
    recorded = run(lambda: DnsProfile("p", DnsProfileArgs(rule_group_arn=GROUP, query_log_config_arn=LOG)))
    held = recorded.of_type("ProfilesResourceAssociation").values()
    assert {each["resourceArn"]: each.get("resourceProperties") for each in held} == {
        GROUP: '{"priority":200}',
        LOG: None,
    }
    alone = run(lambda: DnsProfile("p", DnsProfileArgs(query_log_config_arn=LOG)))
    assert [each["resourceArn"] for each in alone.of_type("ProfilesResourceAssociation").values()] == [LOG]


def test_a_vpc_takes_it_and_still_fails_closed():
    recorded = run(lambda: DnsProtection("v", DnsProtectionArgs(vpc_id="vpc-1", profile_id="rp-1")))
    (taken,) = recorded.of_type("ProfilesAssociation").values()
    assert (taken["profileId"], taken["resourceId"]) == ("rp-1", "vpc-1")
    (config,) = recorded.of_type("ResolverFirewallConfig").values()
    assert config["firewallFailOpen"] == "DISABLED"
    assert recorded.of_type("ResolverFirewallRuleGroupAssociation") == {}
    assert recorded.of_type("ResolverQueryLogConfigAssociation") == {}


@pytest.mark.parametrize(
    "beside", [{"rule_group_id": "g"}, {"query_log_config_id": "q"}, {"mutation_protection": True}]
)
def test_nothing_stands_beside_it(beside):
    with pytest.raises(ValueError, match="by a Route 53 Profile"):
        DnsProtectionArgs(vpc_id="vpc-1", profile_id="rp-1", **beside)
