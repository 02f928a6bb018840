"""Strict order: told from fixed matches, and held against Suricata's own verdicts where it can give them."""

import pytest

from components.rules.syntax import parse_rules
from tests.traffic.conftest import VARIABLES, packets_of
from traffic.judge import judge
from traffic.packets import conversations as talk
from traffic.packets.wire import write_capture
from traffic.policy import RuleGroupText, build_policy
from traffic.verdict import FLOW_LEVEL, Match, decide

HELLO = ("tcp", 443, talk.https("www.example.com", down=2000, up=300))


def policy(*rules: str, defaults=(), strict=True):
    numbered = "\n".join(rule.replace(")", f" sid:{number};)") for number, rule in enumerate(rules, start=1))
    return build_policy(
        [RuleGroupText("group", tuple(parse_rules(numbered)))],
        home_net=["10.0.0.0/8"],
        default_actions=defaults,
        strict=strict,
    )


def rule(action: str, options: str = "", name: str = "r") -> str:
    return f'{action} tcp any any -> any any (msg:"{name}"; {options})'


def match(place: int, packet: int) -> Match:
    return Match({"pcap_cnt": packet, "alert": {}}, place)


def told(verdict) -> tuple[str, list[str]]:
    return verdict.outcome, [f"{record.rule.rule.message} {record.packet_verdict}" for record in verdict.records]


def test_without_a_match_a_flow_passes():
    assert told(decide([], policy(rule("drop")), {})) == ("pass", [])


def test_the_first_rule_that_acts_decides_and_what_stands_below_it_is_not_reached():
    rules = policy(rule("alert", name="a"), rule("drop", name="b"), rule("alert", name="c"), rule("pass", name="d"))

    verdict = decide([match(place, 4) for place in (4, 3, 2, 1)], rules, {})

    assert told(verdict) == ("drop", ["a drop", "b drop"])
    assert (verdict.packet, verdict.rule.rule.message) == (4, "b")


def test_a_pass_logs_nothing_but_the_alerts_above_it_do():
    rules = policy(rule("alert", name="a"), rule("pass", name="b"), rule("drop", name="c"))

    assert told(decide([match(place, 1) for place in (1, 2, 3)], rules, {})) == ("pass", ["a pass"])


def test_a_pass_with_the_alert_keyword_is_logged():
    assert told(decide([match(1, 1)], policy(rule("pass", "alert;", "a")), {})) == ("pass", ["a pass"])


def test_a_pass_about_the_flow_ends_inspection_and_one_about_the_packet_does_not():
    rules = policy(rule("pass", name="a"), rule("drop", name="b"))
    matches = [match(1, 1), match(2, 2)]

    assert decide(matches, rules, {1: "app_tx"}).outcome == "pass"
    assert decide(matches, rules, {1: "pkt"}).outcome == "drop"


def test_a_drop_about_the_flow_is_logged_once_and_one_about_packets_for_each():
    rules = policy(rule("drop", name="a"))
    matches = [match(1, 4), match(1, 5), match(1, 6)]

    assert told(decide(matches, rules, {1: "app_tx"})) == ("drop", ["a drop"])
    assert told(decide(matches, rules, {1: "pkt"})) == ("drop", ["a drop"] * 3)


def test_the_earliest_packet_decides_even_if_a_later_one_matches_an_earlier_rule():
    rules = policy(rule("drop", name="a"), rule("reject", name="b"))

    assert decide([match(1, 9), match(2, 3)], rules, {}).outcome == "reject"


def test_a_default_action_is_logged_once_a_flow():
    rules = policy(rule("alert", name="a"), defaults=["aws:alert_established"])

    verdict = decide([match(1, 4), match(2, 4), match(2, 5)], rules, {})

    assert told(verdict) == ("pass", ["a alert", "aws:alert_established action alert"])


def test_without_strict_order_actions_have_an_order_of_their_own():
    rules = policy(rule("alert", name="a"), rule("drop", name="b"), rule("pass", name="c"), strict=False)

    assert [item.rule.action for item in rules.rules] == ["pass", "drop", "alert"]


KINDS = {
    "a transaction": 'tls any any -> any any (msg:"d"; tls.sni; content:"www";',
    "a protocol": 'tls any any -> any any (msg:"d";',
    "a protocol, by keyword": 'tcp any any -> any any (msg:"d"; flow:to_server; app-layer-protocol:tls;',
    "the stream": 'tcp any any -> any any (msg:"d"; flow:to_server,established; content:"www.example";',
    "the start of a stream": 'tcp any any -> any any (msg:"d"; flow:to_server,established; content:"|16 03|"; depth:2;',
    "a packet's content": 'tcp-pkt any any -> any any (msg:"d"; flow:to_server,established; content:"www.example";',
    "addresses": 'ip any any -> 203.0.113.7 any (msg:"d";',
    "all but an address": 'ip any any -> !203.0.113.8 any (msg:"d";',
    "a port": 'tcp any any -> any 443 (msg:"d";',
    "packets of a flow": 'tcp any any -> any 443 (msg:"d"; flow:to_server,established;',
    "the state of TLS": 'tls any any -> any any (msg:"d"; ssl_state:client_hello;',
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_holds_for_the_flow_is_what_suricata_lets_hold_for_it(kind, suricata, tmp_path):
    rules = f'drop {KINDS[kind]} sid:1;)\nalert tcp any any -> any any (msg:"each packet"; ttl:>0; sid:2;)\n'
    packets = packets_of(HELLO)
    capture, folder = tmp_path / "c.pcap", tmp_path / "out"
    folder.mkdir()
    write_capture(capture, packets)

    alerts = [event for event in suricata.read(capture, rules, folder, VARIABLES) if event["event_type"] == "alert"]
    inspected = {event["pcap_cnt"] for event in alerts if event["alert"]["signature_id"] == 2}
    first_drop = min(event["pcap_cnt"] for event in alerts if event["alert"]["signature_id"] == 1)
    drop_holds_for_the_flow = max(inspected) == first_drop

    assert (suricata.rule_types(rules, tmp_path, VARIABLES)[1] in FLOW_LEVEL) is drop_holds_for_the_flow


# Rule sets in which stock Suricata's order of actions and strict order agree, so that its own verdict can be asked for.
AGREEING = {
    "a drop by name": 'drop tls any any -> any any (msg:"d"; tls.sni; content:"www.example.com"; sid:1;)',
    "a drop by port": 'drop tcp any any -> any 80 (msg:"d"; sid:1;)',
    "a pass above a drop": (
        'pass tls any any -> any any (msg:"p"; tls.sni; content:"www.example.com"; sid:1;)\n'
        'drop tls any any -> any any (msg:"d"; ssl_state:client_hello; sid:2;)'
    ),
    "a reject": 'reject http any any -> any any (msg:"r"; http.host; content:"www.example.com"; sid:1;)',
    "an alert alone": 'alert tls any any -> any any (msg:"a"; ssl_state:client_hello; sid:1;)',
    "a drop of what is not TLS": 'drop tcp any any -> any 443 (msg:"d"; app-layer-protocol:!tls; sid:1;)',
    "a drop of datagrams": 'drop udp any any -> any 53 (msg:"d"; sid:1;)',
}
FLOWS = {
    "TLS": HELLO,
    "other TLS": ("tcp", 443, talk.https("other.example.com", down=2000, up=300)),
    "HTTP": ("tcp", 80, talk.http("www.example.com", "/", down=500, up=0)),
    "SSH on 443": ("tcp", 443, talk.ssh(up=500, down=500)),
    "DNS": ("udp", 53, talk.dns_lookup("www.example.com", "A", 7)),
}


@pytest.mark.parametrize("name", AGREEING)
def test_verdicts_are_suricatas_own_where_it_has_one(name, suricata, tmp_path):
    flows = [packets_of(said, number) for number, said in enumerate(FLOWS.values())]
    capture, folder = tmp_path / "c.pcap", tmp_path / "out"
    folder.mkdir()
    write_capture(capture, [packet for packets in flows for packet in packets])
    own = dict.fromkeys(FLOWS, False)
    for event in suricata.read(capture, AGREEING[name] + "\n", folder, VARIABLES):
        if event["event_type"] == "alert" and event["verdict"]["action"] == "drop":
            port = next(port for port in (event["src_port"], event["dest_port"]) if port >= 40000)
            own[list(FLOWS)[port - 40000]] = True
    ours = build_policy([RuleGroupText("g", tuple(parse_rules(AGREEING[name])))], home_net=["10.0.0.0/8"])

    judged = judge(suricata, ours, flows)

    assert {key: item.verdict.outcome != "pass" for key, item in zip(FLOWS, judged, strict=True)} == own


def test_strict_order_across_groups_is_that_of_their_priorities(suricata):
    drop = RuleGroupText(
        "drops", tuple(parse_rules('drop tls any any -> any any (msg:"d"; ssl_state:client_hello; sid:1;)'))
    )
    allow = RuleGroupText(
        "allows",
        tuple(parse_rules('pass tls any any -> any any (msg:"p"; tls.sni; content:"www.example.com"; sid:1;)')),
    )
    flows = [packets_of(FLOWS["TLS"], 0), packets_of(FLOWS["other TLS"], 1)]

    def outcomes(*groups):
        return [item.verdict.outcome for item in judge(suricata, build_policy(groups, home_net=["10.0.0.0/8"]), flows)]

    assert outcomes(allow, drop) == ["pass", "drop"]
    assert outcomes(drop, allow) == ["drop", "drop"]


def test_an_override_turns_a_groups_drops_into_alerts(suricata):
    rules = tuple(parse_rules('drop tls any any -> any any (msg:"d"; ssl_state:client_hello; sid:9;)'))
    group = RuleGroupText("managed", rules, drop_to_alert=True)

    (judged,) = judge(suricata, build_policy([group], home_net=["10.0.0.0/8"]), [packets_of(HELLO)])

    assert told(judged.verdict) == ("pass", ["d alert"])


@pytest.mark.parametrize(
    ("default", "outcome", "packets_before"),
    [
        ("aws:drop_strict", "drop", 0),  # the very SYN
        ("aws:drop_established", "drop", 3),  # the handshake goes through
        ("aws:drop_established_app_layer", "drop", 3),
        ("aws:alert_established", "pass", None),
        ("aws:alert_strict", "pass", None),
    ],
)
def test_default_actions_take_effect_where_aws_says(default, outcome, packets_before, suricata):
    (judged,) = judge(
        suricata, build_policy([], home_net=["10.0.0.0/8"], default_actions=[default]), [packets_of(HELLO)]
    )

    assert judged.verdict.outcome == outcome
    if packets_before is not None:
        assert judged.verdict.packet == packets_before + 1


def test_established_drops_a_hello_in_pieces_before_a_pass_can_see_its_name_and_app_layer_waits(suricata):
    allowed = tuple(parse_rules('pass tls any any -> any any (msg:"p"; tls.sni; content:"www.example.com"; sid:1;)'))
    cut = packets_of(("tcp", 443, talk.https("www.example.com", down=2000, up=300, cut=(40, 80))))

    def outcome(default):
        policy_ = build_policy([RuleGroupText("a", allowed)], home_net=["10.0.0.0/8"], default_actions=[default])
        return judge(suricata, policy_, [cut])[0].verdict.outcome

    assert (outcome("aws:drop_established"), outcome("aws:drop_established_app_layer")) == ("drop", "pass")
