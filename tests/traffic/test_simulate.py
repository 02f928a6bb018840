import json
from collections import Counter

import pytest

from components.rules.domains import domain_list, expand
from components.rules.syntax import parse_rules
from tests.traffic.stacks import START, scenario, world
from traffic.cli import SCENARIOS
from traffic.network import Passage
from traffic.plan import make_plan
from traffic.policy import RuleGroupText, build_policy
from traffic.record import FIREWALL_NAME, example_stack
from traffic.resolver import DnsRule
from traffic.scenario import load_scenario
from traffic.simulate import simulate

HTTPS = {"do": "https", "who": "apples-quiet", "to": "www.example.com"}
DENIED = DnsRule("rslvr-frg-1", "rslvr-fdl-1", "BLOCK", ("www.example.com",))


def play(suricata, *activities, **extra):
    plan = make_plan(scenario(*activities), example_stack(), START, "203.0.113.250")
    return simulate(plan, world(suricata, **extra))


def lines(simulation, log):
    return [json.loads(record.line) for record in simulation.records if record.log == log]


def test_the_loop_of_fifty_visits_gives_the_ranking_by_sni_one_expects(suricata):
    loop = load_scenario(SCENARIOS / "visits.yaml")
    stack = example_stack()
    one = stack.model_copy(update={"instances": {"apples-quiet": stack.instances["apples-quiet"]}})

    simulation = simulate(make_plan(loop, one, START, "203.0.113.250"), world(suricata))

    hellos = [line["event"] for line in lines(simulation, "ALERT") if line["event"]["alert"]["signature_id"] == 1100001]
    assert Counter(event["tls"]["sni"] for event in hellos) == {
        "www.example.com": 50,
        "www.example.org": 50,
        "api.example.com": 50,
        "docs.example.org": 25,
    }
    requests = [
        line["event"] for line in lines(simulation, "ALERT") if line["event"]["alert"]["signature_id"] == 1100002
    ]
    assert Counter(event["http"]["hostname"] for event in requests) == {"plain.example.com": 12}


def test_an_alert_record_has_aws_own_shape(suricata):
    simulation = play(suricata, HTTPS)

    (line,) = [line for line in lines(simulation, "ALERT") if line["event"]["alert"]["signature_id"] == 1100001]
    event = line.pop("event")
    assert line == {
        "firewall_name": FIREWALL_NAME,
        "availability_zone": "eu-west-1a",
        "event_timestamp": str(int(START)),
    }
    assert event["alert"] == {
        "action": "allowed",
        "signature_id": 1100001,
        "rev": 1,
        "signature": "visibility: TLS client hello",
        "category": "",
        "severity": 3,
    }
    assert event["verdict"] == {"action": "alert"}
    assert event["tls"]["sni"] == "www.example.com"
    assert set(event) == {
        *("timestamp", "flow_id", "event_type", "src_ip", "src_port", "dest_ip", "dest_port", "proto", "pkt_src"),
        *("tx_id", "alert", "tls", "app_proto", "direction", "verdict"),
    }


def test_a_flow_has_two_records_after_it_ended_with_one_id_and_the_alerts_have_it_too(suricata):
    simulation = play(suricata, HTTPS)

    flows, alerts = lines(simulation, "FLOW"), lines(simulation, "ALERT")
    assert [line["event"]["event_type"] for line in flows] == ["netflow", "netflow"]
    ends = [{line["event"]["src_ip"], line["event"]["dest_ip"]} for line in flows]
    assert ends[0] == ends[1]
    assert flows[0]["event"]["src_ip"] != flows[1]["event"]["src_ip"]
    assert len({line["event"]["flow_id"] for line in flows + alerts}) == 1
    assert float(flows[0]["event_timestamp"]) >= START + 60
    assert set(flows[0]["event"]["netflow"]) == {"pkts", "bytes", "start", "end", "age", "min_ttl", "max_ttl"}
    assert flows[0]["event"]["tcp"]["syn"] is True


def test_the_default_action_is_logged_as_aws_logs_it(suricata):
    simulation = play(suricata, {**HTTPS, "to": "203.0.113.9", "do": "opaque", "port": 9999})

    (line,) = lines(simulation, "ALERT")
    assert (line["event"]["alert"]["signature_id"], line["event"]["alert"]["signature"]) == (
        4,
        "aws:alert_established action",
    )


@pytest.mark.parametrize("way", ["bypass", "endpoint", "local"])
def test_what_no_firewall_sees_leaves_no_firewall_record(way, suricata):
    simulation = play(suricata, HTTPS, passage=Passage(way))

    assert [record.log for record in simulation.records] == ["QUERY"]
    assert [(result.outcome, result.passage.way) for result in simulation.results] == [("unseen", way)]


def test_copies_through_a_gateway_endpoint_are_not_seen_and_those_through_nat_are(suricata):
    copy = {"do": "s3", "who": "apples-quiet", "up": "50MB"}

    through_endpoint = play(suricata, copy, s3=Passage("endpoint"))
    through_nat = play(suricata, copy)

    assert lines(through_endpoint, "FLOW") == []
    sent = max(line["event"]["netflow"]["bytes"] for line in lines(through_nat, "FLOW"))
    assert 50_000_000 < sent < 52_000_000
    names = {line["event"]["tls"]["sni"] for line in lines(through_nat, "ALERT") if "tls" in line["event"]}
    assert names == {"example-experiment.s3.eu-west-1.amazonaws.com"}


def test_what_its_own_security_groups_keep_in_no_firewall_sees(suricata):
    simulation = play(suricata, HTTPS, refused="source")

    assert [result.outcome for result in simulation.results] == ["unreachable"]
    assert [record.log for record in simulation.records] == ["QUERY"]


def test_whom_security_groups_keep_out_the_firewall_sees_knock(suricata):
    simulation = play(suricata, HTTPS, refused="destination")

    assert [result.outcome for result in simulation.results] == ["unanswered"]
    assert [line["event"]["netflow"]["pkts"] for line in lines(simulation, "FLOW")] == [4]
    assert lines(simulation, "ALERT") == []


def test_without_a_route_nothing_arrives(suricata):
    assert [result.outcome for result in play(suricata, HTTPS, passage=Passage("nowhere")).results] == ["unreachable"]


def test_a_name_that_dns_firewall_blocks_is_never_visited_and_without_a_look_up_it_is(suricata):
    simulation = play(suricata, HTTPS, {**HTTPS, "resolve": False, "at": 5}, dns=(DENIED,))

    assert [result.outcome for result in simulation.results] == ["unresolved", "pass"]
    assert [line["firewall_rule_action"] for line in lines(simulation, "QUERY")] == ["BLOCK"]


def test_a_dropped_flow_is_logged_as_dropped_and_its_answer_never_comes(suricata):
    denied = RuleGroupText("deny", tuple(parse_rules(expand(domain_list("DENYLIST", ["www.example.com"])))))

    simulation = play(suricata, HTTPS, policy=build_policy([denied], home_net=["10.0.0.0/8"]))

    (alert,) = lines(simulation, "ALERT")
    assert (alert["event"]["alert"]["action"], alert["event"]["verdict"]) == ("blocked", {"action": "drop"})
    assert alert["event"]["alert"]["signature"] == "matching TLS denylisted FQDNs"
    down = next(line["event"] for line in lines(simulation, "FLOW") if line["event"]["dest_ip"] == "10.1.0.10")
    assert down["netflow"]["pkts"] == 1  # the SYN+ACK
    assert simulation.results[0].rule == "deny: matching TLS denylisted FQDNs"


def test_a_rejected_flow_says_that_a_reset_was_sent(suricata):
    rejected = RuleGroupText("deny", tuple(parse_rules(expand(domain_list("REJECTLIST", ["www.example.com"])))))

    simulation = play(suricata, HTTPS, policy=build_policy([rejected], home_net=["10.0.0.0/8"]))

    (alert,) = lines(simulation, "ALERT")
    assert alert["event"]["verdict"] == {"action": "drop", "reject-target": "to_client", "reject": ["tcp-reset"]}


def test_rules_look_at_home_net_as_the_policy_has_it(suricata):
    rules = tuple(parse_rules(expand(domain_list("DENYLIST", ["www.example.com"]))))

    elsewhere = build_policy([RuleGroupText("deny", rules)], home_net=["10.99.0.0/16"])
    own = build_policy(
        [RuleGroupText("deny", rules, {"HOME_NET": ["10.1.0.0/16"], "EXTERNAL_NET": ["!10.1.0.0/16"]})],
        home_net=["10.99.0.0/16"],
    )

    assert play(suricata, HTTPS, policy=elsewhere).results[0].outcome == "pass"
    assert play(suricata, HTTPS, policy=own).results[0].outcome == "drop"


def test_a_stateless_default_that_passes_leaves_no_record(suricata):
    policy = build_policy([], home_net=["10.0.0.0/8"], stateless="pass")

    simulation = play(suricata, HTTPS, policy=policy)

    assert [record.log for record in simulation.records] == ["QUERY"]


def test_many_flows_are_judged_in_batches_with_the_same_result(suricata, monkeypatch):
    many = {**HTTPS, "count": 30, "every": "10s"}
    whole = play(suricata, many)

    monkeypatch.setattr("traffic.simulate._AT_ONCE", 7)
    batched = play(suricata, many)

    assert sorted(record.line for record in batched.records) == sorted(record.line for record in whole.records)


def test_what_cannot_be_judged_is_told(suricata):
    policy = build_policy(
        [], home_net=["10.0.0.0/8"], not_evaluated=["managed rule group X: AWS does not publish its rules"]
    )

    assert play(suricata, HTTPS, policy=policy).notes == [
        f"{FIREWALL_NAME}: managed rule group X: AWS does not publish its rules"
    ]


def test_the_intruders_repertoire_is_told_from_the_log(suricata):
    intruder = load_scenario(SCENARIOS / "intruder.yaml")
    plan = make_plan(intruder, example_stack(), START, "203.0.113.250")

    simulation = simulate(plan, world(suricata))

    labels = {result.flow_id: result.flow.label for result in simulation.results}
    seen: dict[str, set[str]] = {}
    for line in lines(simulation, "ALERT"):
        seen.setdefault(labels[line["event"]["flow_id"]], set()).add(line["event"]["alert"]["signature"])
    assert "wrong protocol: not TLS on 443" in seen["stranger-on-443"]
    assert "TLS without SNI" in seen["tls-without-sni"]
    assert "matching TLS denylisted FQDNs" in seen["denied"]
    assert {"outside resolver: DNS over UDP", "outside resolver: DNS over TLS"} <= seen["outside-resolver"]
    assert "outside resolver: QUIC, or DNS over it" in seen["quic"]
    assert {"cleartext: Telnet", "cleartext: HTTP basic authentication"} <= seen["cleartext"]
    assert seen["benign"] == {"visibility: TLS client hello", "aws:alert_established action"}
