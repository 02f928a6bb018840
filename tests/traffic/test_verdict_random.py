"""Random policies in AWS's action order, which is stock Suricata's own: its verdicts are asked for and held to ours."""

import random

import pytest

from components.rules.syntax import parse_rules
from tests.traffic.conftest import VARIABLES, packets_of
from traffic.judge import judge
from traffic.packets import conversations as talk
from traffic.packets.wire import write_capture
from traffic.policy import RuleGroupText, build_policy

CONDITIONS = [
    'tls any any -> any any (tls.sni; content:"www.example.com"; startswith; endswith;',
    'tls any any -> any any (tls.sni; dotprefix; content:".example.com"; endswith;',
    "tls any any -> any any (ssl_state:client_hello;",
    'http any any -> any any (http.host; content:"www.example.com";',
    "http any any -> any any (flow:to_server,established; http.method; bsize:>0;",
    "ssh any any -> any any (flow:to_server;",
    "tcp any any -> any 443 (flow:to_server,established; app-layer-protocol:!tls;",
    "tcp any any -> any 80 (flow:to_server,established; dsize:>0;",
    "tcp any any -> any 22 (flow:to_server;",
    "udp any any -> any 53 (flow:to_server;",
    'dns any any -> any any (dns.query; content:"www.example.com";',
    'tcp any any -> any any (flow:to_server,established; content:"SSH-2.0";',
    "ip any any -> 203.0.113.7 any (",
    "tcp any any -> any 21 (",
]
FLOWS = [
    ("tcp", 443, talk.https("www.example.com", down=2000, up=300)),
    ("tcp", 443, talk.https("other.example.com", down=2000, up=300)),
    ("tcp", 443, talk.https("www.example.org", down=2000, up=300, cut=(40, 80))),
    ("tcp", 443, talk.https(None, down=2000, up=300)),
    ("tcp", 80, talk.http("www.example.com", "/", down=500, up=0)),
    ("tcp", 80, talk.http("www.example.org", "/", down=500, up=0)),
    ("tcp", 22, talk.ssh(up=500, down=500)),
    ("tcp", 443, talk.ssh(up=500, down=500)),
    ("tcp", 21, talk.ftp("anonymous", "guest@example.com", up=500)),
    ("tcp", 443, talk.opaque(up=500, down=500)),
    ("udp", 53, talk.dns_lookup("www.example.com", "A", 7)),
    ("udp", 53, talk.dns_lookup("www.example.org", "A", 7)),
]


def random_rules(seed):
    chance = random.Random(seed)  # noqa: S311
    chosen = chance.sample(CONDITIONS, 6)
    actions = chance.choices(["pass", "drop", "alert"], k=len(chosen))
    return "".join(
        f'{action} {condition} msg:"r{number}"; sid:{number};)\n'
        for number, (action, condition) in enumerate(zip(actions, chosen, strict=True), start=1)
    )


@pytest.mark.parametrize("seed", range(12))
def test_verdicts_in_action_order_are_suricatas_own(seed, suricata, tmp_path):
    rules = random_rules(seed)
    flows = [packets_of(said, number) for number, said in enumerate(FLOWS)]
    capture, folder = tmp_path / "c.pcap", tmp_path / "out"
    folder.mkdir()
    write_capture(capture, [packet for packets in flows for packet in packets])
    own = [False] * len(FLOWS)
    for event in suricata.read(capture, rules, folder, VARIABLES):
        if event["event_type"] == "alert" and event["verdict"]["action"] == "drop":
            own[next(port for port in (event["src_port"], event["dest_port"]) if port >= 40000) - 40000] = True

    policy = build_policy([RuleGroupText("g", tuple(parse_rules(rules)))], home_net=["10.0.0.0/8"], strict=False)
    judged = judge(suricata, policy, flows)

    assert [item.verdict.outcome != "pass" for item in judged] == own, rules
