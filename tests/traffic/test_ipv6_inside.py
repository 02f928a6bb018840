"""The rules that keep a hub's IPv6 inside, on real packets of both families."""

from __future__ import annotations

import pytest

from components.rules.ipv6_inside import IPV6_INSIDE, VARIABLE
from components.rules.syntax import parse_rules
from tests.traffic.conftest import START
from traffic.judge import judge
from traffic.packets import conversations as talk
from traffic.packets.session import tcp_packets, udp_packets
from traffic.packets.wire import Endpoint, parse_address
from traffic.policy import RuleGroupText, build_policy

SPOKES = ("2001:db8:a:1100::/56", "2001:db8:a:2200::/56")
ONE, OTHER, STRANGER = "2001:db8:a:1100::10", "2001:db8:a:2200::10", "2001:db8:b::10"
HELLO, QUERY = talk.https("www.example.com", down=2000, up=300), talk.dns_lookup("www.example.com", "A", 7)

CASES = {
    "a spoke's TCP to the internet is reset": (tcp_packets, ONE, "2606:2800:220:1::7", HELLO, "reject"),
    "a spoke's UDP to the internet is dropped": (udp_packets, ONE, "2606:2800:220:1::7", QUERY, "drop"),
    "a spoke to another": (tcp_packets, ONE, OTHER, HELLO, "pass"),
    "a spoke by NAT64": (tcp_packets, ONE, "64:ff9b::cb00:7107", HELLO, "pass"),
    "a stranger to a spoke": (tcp_packets, STRANGER, ONE, HELLO, "drop"),
    "a stranger by NAT64": (udp_packets, STRANGER, "64:ff9b::cb00:7107", QUERY, "drop"),
    "IPv4 to the internet": (tcp_packets, "10.1.0.10", "203.0.113.7", HELLO, "pass"),
    "IPv4 between spokes": (tcp_packets, "10.1.0.10", "10.2.0.10", HELLO, "pass"),
}


@pytest.fixture(scope="module")
def judged(suricata):
    rules = RuleGroupText("ipv6-inside", tuple(parse_rules(IPV6_INSIDE)), {VARIABLE: SPOKES})
    policy = build_policy([rules], home_net=["10.0.0.0/8", *SPOKES])
    flows = [
        make(START + number, (Endpoint(parse_address(begins), 40000 + number), Endpoint(parse_address(to), 443)), says)
        for number, (make, begins, to, says, _) in enumerate(CASES.values())
    ]
    return dict(zip(CASES, judge(suricata, policy, flows), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_ipv6_goes_between_spokes_and_by_nat64_and_ipv4_where_it_went_before(judged, name):
    assert judged[name].verdict.outcome == CASES[name][-1]


def test_what_every_client_tries_writes_no_record_and_a_stranger_does(judged):
    logged = {name: [record.rule.rule.message for record in each.verdict.records] for name, each in judged.items()}
    assert [name for name, messages in logged.items() if messages] == ["a stranger to a spoke", "a stranger by NAT64"]


def test_a_reset_comes_at_once_for_the_very_first_packet(judged):
    assert judged["a spoke's TCP to the internet is reset"].verdict.packet == 1
