"""Every rule of every group on traffic that must match and traffic that must not, judged by the real Suricata."""

import pytest

from components.rules.addresses import DENY_ADDRESSES, VARIABLE
from components.rules.catalog import catalog, render
from components.rules.domains import domain_list, expand
from components.rules.selection import STATEFUL_DEFAULTS
from components.rules.syntax import parse_rules
from tests.traffic.conftest import Said, packets_of
from traffic.judge import judge
from traffic.packets import conversations as talk
from traffic.packets import dns, quic
from traffic.packets import tls as tls_packets
from traffic.packets.session import client, server
from traffic.policy import RuleGroupText, build_policy


def tls(sni, port=443, **kwargs) -> Said:
    return "tcp", port, talk.https(sni, down=2000, up=300, **kwargs)


def http(host, port=80, **kwargs) -> Said:
    return "tcp", port, talk.http(host, "/", down=500, up=0, **kwargs)


FTP = talk.ftp("anonymous", "guest@example.com", up=1000)
SSH = talk.ssh(up=500, down=500)
QUIC = ("udp", 443, talk.quic_visit("www.example.com", down=3000, up=300))
_INITIAL = QUIC[2][0].data
_VERSION_2 = _INITIAL[:1] + bytes.fromhex("6b3343cf") + _INITIAL[5:]  # only what stands before the keys
_HALVES = [client(quic.initial("www.example.com", part=part)) for part in (slice(0, 60), slice(60, None))]
TLS, TLS_CUT = tls("www.example.com"), tls("www.example.com", cut=(40, 80))

# name -> (what is said, the signature ids that must alert, in order, and no others)
CASES: dict[str, dict[str, tuple[Said, list[int]]]] = {
    "tls-http-visibility": {
        "a client hello": (TLS, [1100001]),
        "a client hello in pieces": (TLS_CUT, [1100001]),
        "a client hello without SNI": (tls(None), [1100001]),
        "TLS on another port": (tls("www.example.com", 8443), [1100001]),
        "an HTTP request": (http("www.example.com"), [1100002]),
        "HTTP on another port": (http("www.example.com", 8080), [1100002]),
        "HTTP/1.0 without a host": (http(None), [1100002]),
        "three requests on one connection": (("tcp", 80, http("a.example.com")[2] * 3), [1100002] * 3),
        "SSH": (("tcp", 22, SSH), []),
        "DNS": (("udp", 53, talk.dns_lookup("www.example.com", "A", 7)), []),
        "a connection without a word": (("tcp", 443, []), []),
    },
    "wrong-protocol-on-port": {
        "FTP on 443": (("tcp", 443, FTP), [1100101]),
        "SSH on 443": (("tcp", 443, SSH), [1100103, 1100101]),
        "HTTP on 443": (http("www.example.com", 443), [1100101]),
        "a protocol of its own on 443": (("tcp", 443, talk.opaque(up=500, down=500)), [1100101]),
        "TLS on 80": (tls("www.example.com", 80), [1100102]),
        "SSH on 80": (("tcp", 80, SSH), [1100103, 1100102]),
        "a protocol of its own on 80": (("tcp", 80, talk.opaque(up=500, down=500)), [1100102]),
        "SSH on 2222": (("tcp", 2222, SSH), [1100103]),
        "TLS on 443": (TLS, []),
        "TLS in pieces on 443": (TLS_CUT, []),
        "HTTP on 80": (http("www.example.com"), []),
        "SSH on 22": (("tcp", 22, SSH), []),
        "a connection without a word": (("tcp", 443, []), []),
    },
    "hidden-names": {
        "QUIC": (QUIC, [1100501]),
        "QUIC on another port": (("udp", 8443, QUIC[2]), [1100501]),
        "QUIC version 2": (("udp", 443, [client(_VERSION_2)]), [1100502]),
        "two QUIC datagrams of one connection": (("udp", 443, QUIC[2] * 2), [1100501]),
        "a QUIC hello that goes on in a second datagram": (("udp", 443, _HALVES), [1100501]),
        "SNI with a final dot": (tls("www.example.com."), [1100503]),
        "SNI with a final dot, in pieces": (tls("www.example.com.", cut=(40, 80)), [1100503]),
        "host with a final dot": (http("www.example.com."), [1100504]),
        "host with a final dot and a port": (http("www.example.com.:8080", 8080), [1100504]),
        "two Host lines": (http("good.example.com", headers=("Host: www.example.com",)), [1100505]),
        "two Host lines far apart": (http("www.example.com", headers=("A: b", "Host: good.example.com")), [1100505]),
        "a name": (TLS, []),
        "a host": (http("www.example.com"), []),
        "a host with a port": (http("www.example.com:8080", 8080), []),
        "HTTP/1.0 without a host": (http(None), []),
        "a large datagram": (("udp", 4500, [client(b"\x00" * 1200)]), []),
        "DNS": (("udp", 53, talk.dns_lookup("www.example.com", "A", 7)), []),
    },
    "outside-resolvers": {
        "DNS over UDP": (("udp", 53, talk.dns_lookup("www.example.com", "A", 7)), [1100201]),
        "two queries from one port": (("udp", 53, talk.dns_lookup("a.example.com", "A", 7) * 2), [1100201]),
        "something else on UDP 53": (("udp", 53, [client(b"\x00" * 40)]), [1100201]),
        "DNS over TCP": (("tcp", 53, talk.dns_lookup("www.example.com", "TXT", 7, tcp=True)), [1100202]),
        "DNS over TLS": (tls("resolver.example.com", 853), [1100204]),
        "QUIC": (("udp", 443, talk.quic_visit("www.example.com", down=3000, up=300)), [1100205]),
        "DNS over QUIC": (("udp", 853, talk.quic_visit("resolver.example.com", down=300, up=300)), [1100205]),
        "DNS over HTTPS at Google": (tls("dns.google"), [1100211]),
        "DNS over HTTPS at Cloudflare, for Firefox": (tls("Mozilla.cloudflare-dns.com"), [1100212]),
        "DNS over HTTPS at Quad9": (tls("dns.quad9.net"), [1100214]),
        "DNS over HTTPS in pieces": (tls("doh.opendns.com", cut=(30, 60)), [1100215]),
        "a name that only ends alike": (tls("notdns.google.example.com"), []),
        "a name that only starts alike": (tls("dns.google.example.com"), []),
        "TLS": (TLS, []),
        "NTP": (("udp", 123, [client(b"\x23" + b"\x00" * 47), server(b"\x24" + b"\x00" * 47)]), []),
    },
    "tls-without-sni": {
        "no SNI": (tls(None), [1100303]),
        "no SNI, in pieces": (tls(None, cut=(40, 80)), [1100303]),
        "no SNI on another port": (tls(None, 8443), [1100303]),
        "an IPv4 address as SNI": (tls("203.0.113.7"), [1100304]),
        "an IPv6 address as SNI": (tls("2001:db8::7"), [1100305]),
        "a name": (TLS, []),
        "a name, in pieces": (TLS_CUT, []),
        "a name of digits": (tls("7.203.0.113.7.example.com"), []),
        "HTTP": (http("203.0.113.7"), []),
        "FTP on 443": (("tcp", 443, FTP), []),
    },
    "cleartext-credentials": {
        "FTP": (("tcp", 21, FTP), [1100401, 1100402]),
        "FTP on 443": (("tcp", 443, FTP), [1100401, 1100402]),
        "FTP, its words in pieces": (
            ("tcp", 21, [FTP[0], client(b"USER guest\r\n", cut=(2,)), FTP[2], client(b"PASS x\r\n", cut=(2,)), FTP[4]]),
            [1100401, 1100402],
        ),
        "Telnet": (("tcp", 23, talk.telnet("root", "guest")), [1100403]),
        "HTTP basic authentication": (
            http("www.example.com", headers=("Authorization: Basic Z3Vlc3Q6Z3Vlc3Q=",)),
            [1100404],
        ),
        "HTTP with a bearer token": (http("www.example.com", headers=("Authorization: Bearer abc",)), []),
        "HTTP": (http("www.example.com"), []),
        "TLS": (TLS, []),
        "SSH": (("tcp", 22, SSH), []),
        "a connection to 23 without a word": (("tcp", 23, []), [1100403]),
    },
    "unsolicited-inbound": {
        "SSH from outside": (("tcp in", 22, SSH), [1100601]),
        "a scan of a port": (("tcp in", 8080, []), [1100601]),
        "UDP from outside": (("udp in", 53, talk.dns_lookup("www.example.com", "A", 7)), [1100602]),
        "TLS to the outside": (TLS, []),
        "DNS to the outside": (("udp", 53, talk.dns_lookup("www.example.com", "A", 7)), []),
    },
}


def test_every_group_has_cases_that_match_and_cases_that_do_not():
    assert sorted(CASES) == sorted(catalog())
    assert [name for name, cases in CASES.items() if not any(ids for _, ids in cases.values())] == []
    assert [name for name, cases in CASES.items() if all(ids for _, ids in cases.values())] == []


@pytest.mark.parametrize("group", sorted(CASES))
def test_a_group_matches_what_it_must_and_nothing_else(group, matched):
    found = matched(render(group, "alert"), {name: said for name, (said, _) in CASES[group].items()})

    assert found == {name: expected for name, (_, expected) in CASES[group].items()}


@pytest.mark.parametrize("group", sorted(set(CASES) - {"tls-http-visibility"}))
def test_at_drop_the_same_flows_are_dropped(group, suricata):
    # Through a policy in strict order, as deployed: stock Suricata would put drops before the marks that they read.
    policy = build_policy([RuleGroupText(group, tuple(parse_rules(render(group, "drop"))))], home_net=["10.0.0.0/8"])
    cases = CASES[group]

    judged = judge(suricata, policy, [packets_of(said, number) for number, (said, _) in enumerate(cases.values())])

    outcomes = {name: flow.verdict.outcome for name, flow in zip(cases, judged, strict=True)}
    assert outcomes == {name: "drop" if expected else "pass" for name, (_, expected) in cases.items()}


def test_suricata_takes_every_group_at_every_level(suricata, tmp_path):
    complaints = {
        (name, level): suricata.check(render(name, level), tmp_path)
        for name, group in catalog().items()
        for level in group.levels
    }

    assert {key: found for key, found in complaints.items() if found} == {}


def test_every_rule_of_the_catalogue_matches_in_some_case():
    tried = {sid for cases in CASES.values() for _, ids in cases.values() for sid in ids}
    # The DNS over HTTPS rules differ in the name alone; some of them stand for all.
    alike = set(range(1100211, 1100219))
    all_sids = {rule.sid for group in catalog().values() for rule in group.rules if not rule.is_silent}

    assert all_sids - tried - alike == set()


def test_a_deny_list_matches_its_names_and_no_others(matched):
    rules = expand(domain_list("DENYLIST", [".example.com", "www.example.net"]))

    found = matched(
        rules,
        {
            "below": tls("a.b.example.com"),
            "itself": tls("example.com"),
            "in capitals": tls("WWW.EXAMPLE.COM"),
            "in pieces": tls("a.example.com", cut=(30, 60)),
            "exact": tls("www.example.net"),
            "above an exact name": tls("example.net"),
            "below an exact name": tls("a.www.example.net"),
            "ends alike": tls("notexample.com"),
            "starts alike": tls("example.com.test"),
            "host": http("a.example.com"),
            "host in capitals": http("WWW.EXAMPLE.NET"),
            "other host": http("www.example.org"),
            "no SNI": tls(None),
        },
    )

    assert {name: ids[:1] for name, ids in found.items()} == {
        "below": [1],
        "itself": [1],
        "in capitals": [1],
        "in pieces": [1],
        "exact": [2],
        "above an exact name": [],
        "below an exact name": [],
        "ends alike": [],
        "starts alike": [],
        "host": [3],
        "host in capitals": [4],
        "other host": [],
        "no SNI": [],
    }


def test_a_denied_address_is_dropped_whatever_is_said_to_it(suricata):
    group = RuleGroupText("deny", tuple(parse_rules(DENY_ADDRESSES)), {VARIABLE: ["203.0.113.0/25", "2001:db8::7/128"]})
    policy = build_policy([group], home_net=["10.0.0.0/8"])
    said = {
        "TLS": TLS,
        "HTTP": http("www.example.com"),
        "QUIC": QUIC,
        "SSH": ("tcp", 22, SSH),
        "nothing": ("tcp", 9, []),
    }
    outcomes = {}
    for address in ("203.0.113.7", "203.0.113.128"):
        judged = judge(suricata, policy, [packets_of(each, n, server=address) for n, each in enumerate(said.values())])
        outcomes[address] = {name: flow.verdict.outcome for name, flow in zip(said, judged, strict=True)}

    assert outcomes == {"203.0.113.7": dict.fromkeys(said, "drop"), "203.0.113.128": dict.fromkeys(said, "pass")}


def test_no_rule_sees_a_hello_of_which_the_first_record_holds_less_than_its_header(matched):
    # docs/rule-groups.md says so: Suricata 7.0.10 gives up on the whole flow, rules about addresses included.
    def split(size):
        message = tls_packets.client_hello_message("www.example.com")
        records = [tls_packets.record(22, part, version=0x0301) for part in (message[:size], message[size:])]
        return "tcp", 443, [client(b"".join(records)), server(tls_packets.server_hello()), client(b"x" * 200)]

    rules = (
        "".join(render(name, "alert") for name in sorted(catalog()))
        + 'alert tcp-pkt any any -> any any (msg:"any payload"; flow:to_server, established; dsize:>0; sid:1;)'
    )

    found = matched(rules, {f"{size} bytes": split(size) for size in (1, 3, 4, 40)})

    assert found["1 bytes"] == found["3 bytes"] == []
    assert 1100001 in found["4 bytes"]
    assert 1100001 in found["40 bytes"]


@pytest.mark.parametrize(
    "said",
    [
        ("tcp", 4444, [client(b"id\n"), server(b"uid=0(root)\n"), client(b"exit\n")]),
        ("tcp", 9001, [client(b"\x00" * 1400)] * 5),
        (
            "tcp",
            1080,
            [client(b"\x05\x01\x00"), server(b"\x05\x00"), client(b"\x05\x01\x00\x01\x01\x02\x03\x04\x00\x50")],
        ),
        ("tcp", 1883, [client(b"\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04abcd"), server(b"\x20\x02\x00\x00")]),
    ],
    ids=["a shell line by line", "a file by netcat", "SOCKS", "MQTT"],
)
def test_what_speaks_no_protocol_of_the_groups_is_the_default_actions_matter(said, suricata):
    # docs/rule-groups.md says so.
    groups = [RuleGroupText(name, tuple(parse_rules(render(name, "alert")))) for name in sorted(catalog())]
    outcomes = {}
    for default in ("alert", "drop"):
        policy = build_policy(
            groups, home_net=["10.0.0.0/8"], default_actions=STATEFUL_DEFAULTS[f"{default}_established"]
        )
        (flow,) = judge(suricata, policy, [packets_of(said)])
        outcomes[default] = flow.verdict.outcome

    assert outcomes == {"alert": "pass", "drop": "drop"}


def test_dns_messages_are_what_suricata_takes_for_dns(matched):
    rules = 'alert dns any any -> any any (msg:"m"; dns.query; content:"q.example.com"; sid:1;)'
    query = dns.query("q.example.com", "TXT", 9)

    found = matched(rules, {"udp": ("udp", 53, [client(query)]), "tcp": ("tcp", 53, [client(dns.over_tcp(query))])})

    assert found == {"udp": [1], "tcp": [1]}


def test_a_quic_initial_is_readable_to_who_knows_how(matched):
    rules = 'alert quic any any -> any any (msg:"m"; quic.sni; content:"h3.example.com"; sid:1;)'

    found = matched(rules, {"visit": ("udp", 443, talk.quic_visit("h3.example.com", down=100, up=100))})

    assert found == {"visit": [1]}
