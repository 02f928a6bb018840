from __future__ import annotations

import json

import pytest

from components.hub.reasons import IPV6_ON_GATEWAY_REFUSED, REGIONAL_NAT_REFUSED, SINGLE_NAT_REFUSED
from components.rules.ipv6_inside import MAX_SPOKES
from components.settings.hub import HubSettings
from components.settings.schema import read


def check(**config):
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in config.items()}
    return read(HubSettings, texts.get, project="inspected-egress", stack="hub", region="eu-west-1")


def mistakes(**config):
    return [str(mistake) for mistake in check(**config)[1]]


def test_the_defaults_are_three_spokes_in_the_pool():
    settings, wrong = check()
    assert wrong == ()
    assert {name: str(network) for name, network in settings.placement.ranges.items()} == {
        "orders": "10.64.0.0/20",
        "reports": "10.64.16.0/20",
        "sandbox": "10.64.32.0/20",
    }
    assert settings.spoke_ranges == {"pool": "10.64.0.0/12"}
    sandbox = settings.spokes["sandbox"]
    assert (sandbox.workloads, sandbox.rogue) == (1, True)


def test_a_spoke_outside_the_pool_is_a_range_of_its_own():
    settings, wrong = check(spokes={"old": {"cidr": "10.20.0.0/20"}, "new": {"slot": 5}})
    assert wrong == ()
    assert settings.spoke_ranges == {"pool": "10.64.0.0/12", "old": "10.20.0.0/20"}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"zones": 2, "nat": "single"}, f'nat: found "single"; allowed: {SINGLE_NAT_REFUSED}'),
        ({"nat": "regional"}, f'nat: found "regional"; allowed: {REGIONAL_NAT_REFUSED}'),
        (
            {"ipv6": True, "inspection": "transit-gateway"},
            f"ipv6: found true; allowed: {IPV6_ON_GATEWAY_REFUSED}",
        ),
        ({"dns64": True}, "dns64: found true; allowed: false, unless ipv6 is on: nothing could use the answers"),
        (
            {"remote_spokes": {"far": {"slot": 9, "ipv6_cidr": "2a05:d018:1:2300::/56"}}},
            'remote_spokes.far.ipv6_cidr: found "2a05:d018:1:2300::/56"; allowed: none, unless ipv6 is on',
        ),
        (
            {"spokes": {"a": {"slot": 0}, "b": {}}},
            ("spokes.b: found {}; allowed: a cidr or a slot; the first free one is slot: 1"),
        ),
        (
            {"spokes": {"a": {"slot": 3}, "b": {"slot": 3}}},
            (
                'spokes.b: found {"slot": 3}; allowed: a place of its own: 10.64.48.0/20 overlaps 10.64.48.0/20 of '
                "spoke 'a'"
            ),
        ),
        (
            {"hub_cidr": "10.64.0.0/24"},
            'hub_cidr: found "10.64.0.0/24"; allowed: a range apart from 10.64.0.0/12 (spoke_pool)',
        ),
        (
            {"zones": 1, "spokes": {"a": {"slot": 0, "zones": 2}}},
            'spokes: found "a in 2 zones"; allowed: at most 1, as the hub has',
        ),
        (
            {"spokes": {f"s{number}": {"slot": number} for number in range(6)}},
            (
                'spokes: found "6 spokes with an EC2 Instance Connect Endpoint"; allowed: at most 5 in a Region; '
                "set connect: false on the others"
            ),
        ),
        (
            {"spokes": {"a": {"slot": 0}}, "remote_spokes": {"a": {"slot": 1}}},
            'remote_spokes: found "a"; allowed: a name that spokes does not have',
        ),
        (
            {"remote_spokes": {"far": {"slot": 9, "attachment": "tgw-attach-0123456789"}}},
            'remote_spokes: found "an attachment to accept"; allowed: none, unless share_with names its account',
        ),
        (
            {"spoke_prefix": 16, "spoke_pool": "10.64.0.0/20"},
            "spoke_prefix: found 16; allowed: at least 20, as spoke_pool has",
        ),
        (
            {"dns_firewall": False, "dns_deny_domains": ["example.net"]},
            'dns_deny_domains: found ["example.net"]; allowed: empty, unless dns_firewall is on',
        ),
        (
            {"dns_firewall": False, "dns_allow_domains": ["example.net"]},
            'dns_allow_domains: found ["example.net"]; allowed: empty, unless dns_firewall is on',
        ),
        (
            {"dns_allow_domains": ["example.net"]},
            (
                'dns_action: found "ALERT"; allowed: BLOCK beside dns_allow_domains: a query that is alerted on is '
                "answered, on the list or not"
            ),
        ),
        (
            {"dns_action": "BLOCK", "dns_allow_domains": ["a.example"], "dns_deny_domains": ["a.example"]},
            'dns_allow_domains: found ["a.example"]; allowed: domains that dns_deny_domains does not name',
        ),
        (
            {"dns_profile": True, "dns_mutation_protection": True},
            "dns_mutation_protection: found true; allowed: false with dns_profile: AWS cannot protect a profile",
        ),
        (
            {"dns_profile": True, "dns_firewall": False, "query_log": "none"},
            "dns_profile: found true; allowed: false, unless dns_firewall is on or there is a query_log to bring",
        ),
    ],
)
def test_a_mistake_names_its_key_what_was_found_and_what_is_allowed(config, expected):
    assert expected in mistakes(**config)


@pytest.mark.parametrize(
    ("spokes", "part"),
    [
        ({"Upper": {"slot": 0}}, 'spokes.Upper: found "Upper"; allowed: a name of 1 to 14 lower case letters'),
        ({"a": 3}, "spokes.a: found 3; allowed: a map of slot, cidr"),
        ({"a": {"slots": 0, "slot": 1}}, "spokes.a.slots: found 0; allowed: a map of slot, cidr"),
        ({"a": {"slot": -1}}, "spokes.a.slot: found -1; allowed: a number from 0"),
        ({"a": {"slot": True}}, "spokes.a.slot: found true; allowed: a number"),
        ({"a": {"slot": 0, "rogue": "yes"}}, 'spokes.a.rogue: found "yes"; allowed: true or false'),
        ({"a": {"cidr": "8.8.8.0/24"}}, 'spokes.a.cidr: found "8.8.8.0/24"; allowed: a private IPv4 range'),
        ({"a": {"slot": 0, "workloads": 10}}, "spokes.a.workloads: found 10; allowed: a number from 0 to 9"),
        ({"a": {"slot": 999}}, 'spokes.a: found {"slot": 999}; allowed: a slot from 0 to 255 of 10.64.0.0/12'),
        ({"a": {"slot": 1, "cidr": "10.9.0.0/20"}}, "allowed: a cidr or a slot, not both"),
    ],
)
def test_what_is_wrong_inside_a_spoke_is_named(spokes, part):
    (mistake,) = mistakes(spokes=spokes)
    assert part in mistake


@pytest.mark.parametrize("cidr", ["2a05:d018::/32", "fd00:1:2:3300::/56", "2a05:d018:1:2301::/56", "10.0.0.0/20", 6])
def test_an_ipv6_range_of_a_spoke_elsewhere_is_one_that_a_vpc_can_have(cidr):
    (mistake,) = mistakes(ipv6=True, remote_spokes={"far": {"slot": 9, "ipv6_cidr": cidr}})
    assert mistake == (
        f"remote_spokes.far.ipv6_cidr: found {json.dumps(cidr)}; allowed: an IPv6 range from /44 to /60 of global "
        "addresses, as the output vpcs of the spoke's stack tells"
    )


def test_ipv6_goes_with_dns64_with_a_profile_and_with_spokes_elsewhere():
    remote = {"near": {"slot": 9, "ipv6_cidr": "2a05:d018:1:2300::/56"}, "old": {"slot": 10}}
    assert mistakes(ipv6=True, dns64=True, dns_profile=True, remote_spokes=remote, zones=1, nat="single") == []


def test_a_rule_of_the_firewall_has_room_for_so_many_ipv6_ranges():
    spokes = {f"s{number}": {"slot": number, "connect": False} for number in range(MAX_SPOKES + 1)}
    (mistake,) = mistakes(ipv6=True, spokes=spokes)
    assert mistake == (
        f'spokes: found "{MAX_SPOKES + 1} spokes with IPv6"; allowed: at most {MAX_SPOKES}, whose ranges a rule of the '
        "firewall has room for"
    )


def test_a_mistake_in_one_spoke_hides_no_mistake_in_another():
    spokes = {"a": {"slot": -1, "zones": 9}, "B": {"slot": 1}, "c": {"slot": 999}, "d": {}, "e": {"slot": 2}}
    assert [mistake.partition(":")[0] for mistake in mistakes(spokes=spokes)] == [
        "spokes.a.slot",
        "spokes.a.zones",
        "spokes.B",
        "spokes.c",
        "spokes.d",
    ]


def test_too_many_ranges_outside_the_pool_do_not_fit_a_route_table():
    spokes = {f"s{number}": {"cidr": f"10.32.{number}.0/24", "connect": False} for number in range(49)}
    assert 'spokes: found "50 ranges to route"' in "".join(mistakes(spokes=spokes))


def test_one_nat_gateway_is_fine_where_the_gateway_brings_replies_to_the_firewall():
    assert mistakes(zones=3, nat="single", inspection="transit-gateway") == []
    assert mistakes(zones=3, nat="regional", inspection="transit-gateway") == []


def test_all_mistakes_come_at_once():
    assert len(mistakes(nat="everywhere", ipv6="six", inspection="nowhere", share_with=["x"])) == 4
    assert [mistake.partition(":")[0] for mistake in mistakes(ipv6=True, inspection="transit-gateway", zones=2)] == [
        "ipv6"
    ]
    between = mistakes(dns64=True, nat="regional", remote_spokes={"far": {"slot": 9, "ipv6_cidr": "2a05:d018::/56"}})
    assert [mistake.partition(":")[0] for mistake in between] == ["dns64", "nat", "remote_spokes.far.ipv6_cidr"]


@pytest.mark.parametrize("principal", ["111122223333", "arn:aws:organizations::111122223333:ou/o-abc123/ou-ab12-34cd"])
def test_accounts_and_organizations_can_share(principal):
    assert mistakes(share_with=[principal]) == []


def test_list_ids_are_taken_for_known_lists_only():
    ids = {"AWSManagedDomainsMalwareDomainList": "rslvr-fdl-1234"}
    assert check(dns_managed_list_ids=ids)[0].dns_managed_list_ids == ids
    assert "not Other" in mistakes(dns_managed_list_ids={"Other": "rslvr-fdl-1"})[0]
    assert "not 12" in mistakes(dns_managed_list_ids={"AWSManagedDomainsMalwareDomainList": "12"})[0]
    (both,) = mistakes(dns_managed_list_ids={"Other": "rslvr-fdl-1", "AWSManagedDomainsMalwareDomainList": "12"})
    assert "not Other" in both
    assert "not 12" in both
