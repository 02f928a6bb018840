"""What a drop makes of a conversation, and flow records that count what passed."""

from components.rules.syntax import parse_rules
from tests.traffic.conftest import CLIENT, packets_of
from traffic.judge import judge
from traffic.packets import conversations as talk
from traffic.policy import RuleGroupText, build_policy

HELLO = ("tcp", 443, talk.https("www.example.com", down=200_000, up=300))


def policy(rule: str):
    return build_policy([RuleGroupText("group", tuple(parse_rules(rule)))], home_net=["10.0.0.0/8"])


def test_nothing_is_judged_of_nothing(suricata):
    assert judge(suricata, policy('drop ip any any -> any any (msg:"d"; sid:1;)'), []) == []


def test_a_dropped_hello_is_repeated_and_nothing_follows(suricata):
    rules = policy('drop tls any any -> any any (msg:"d"; tls.sni; content:"www"; sid:1;)')

    (judged,) = judge(suricata, rules, [packets_of(HELLO)])

    payloads = [packet.data[40:] for packet in judged.packets if len(packet.data) > 60]
    assert len(payloads) == 5
    assert len(set(payloads)) == 1
    assert len(judged.verdict.records) == 1


def test_a_rejected_hello_is_not_repeated(suricata):
    rules = policy('reject tls any any -> any any (msg:"d"; tls.sni; content:"www"; sid:1;)')

    (judged,) = judge(suricata, rules, [packets_of(HELLO)])

    assert (judged.verdict.outcome, len(judged.packets)) == ("reject", 4)


def test_each_repeat_of_a_packet_that_a_packet_rule_drops_is_logged(suricata):
    rules = policy(
        'drop tcp-pkt any any -> any any (msg:"d"; flow:to_server,established; content:"www.example"; sid:1;)'
    )

    (judged,) = judge(suricata, rules, [packets_of(HELLO)])

    assert len(judged.verdict.records) == 5


def test_a_flow_has_a_record_each_way_and_counts_what_was_not_built(suricata):
    (judged,) = judge(suricata, policy('alert tcp any any -> any any (msg:"a"; ttl:>0; sid:1;)'), [packets_of(HELLO)])

    up, down = sorted(judged.netflows, key=lambda event: event["src_ip"] != CLIENT)
    assert (up["src_ip"], down["dest_ip"]) == (CLIENT, CLIENT)
    down_bytes = down["netflow"]["bytes"] + judged.bulk(to_server=False)[1]
    assert 200_000 < down_bytes < 215_000
    assert up["netflow"]["bytes"] == sum(len(packet.data) for packet in judged.packets if packet.to_server)


def test_flows_of_one_capture_do_not_get_each_others_verdicts(suricata):
    rules = policy('drop tls any any -> any any (msg:"d"; tls.sni; content:"even"; sid:1;)')
    flows = [
        packets_of(("tcp", 443, talk.https(f"{'odd' if number % 2 else 'even'}.example.com", down=100, up=100)), number)
        for number in range(20)
    ]

    judged = judge(suricata, rules, flows)

    assert [item.verdict.outcome for item in judged] == ["drop", "pass"] * 10
    assert [len(item.netflows) for item in judged] == [2] * 20


def test_a_rule_that_is_set_aside_is_named_and_the_others_keep_their_places(suricata):
    rules = """
        drop tls any any -> any any (msg:"geo"; geoip:dst,US; sid:11;)
        drop tls any any -> any any (msg:"d"; tls.sni; content:"www"; sid:12;)
    """
    policy_ = policy(rules).without({1: "no database"})

    (judged,) = judge(suricata, policy_, [packets_of(HELLO)])

    assert judged.verdict.rule.rule.sid == 12
    assert policy_.not_evaluated == ("rule 11 of group: Suricata here cannot read it (no database)",)


def test_a_policy_without_rules_lets_everything_pass_and_flows_are_still_counted(suricata):
    (judged,) = judge(suricata, build_policy([], home_net=["10.0.0.0/8"]), [packets_of(HELLO)])

    assert (judged.verdict.outcome, len(judged.netflows)) == ("pass", 2)
