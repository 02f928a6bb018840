"""A firewall's stateless rules: their order, what they ask, the way around the engine, and what the kernel takes."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from ipaddress import ip_network

from emulation.changes import rewired
from emulation.plan import Endpoint, Stateless, StatelessRule
from emulation.wiring import wire
from emulation.wiring.spaces import Wiring
from emulation.wiring.stateless import PASSED
from tests.emulation.test_wiring import one_vpc

WIDE, NARROW = ip_network("0.0.0.0/0"), ip_network("203.0.113.0/24")
SYN = (frozenset({"syn"}), frozenset({"syn", "ack"}))


def wired(stateless: Stateless) -> Wiring:
    plan = replace(one_vpc(), endpoints={"vpce": Endpoint("vpce", "fire")}, stateless={"vpce": stateless})
    return wire(plan, lambda end: f"{end.kind} {end.id}", alive=True)


def rules(stateless: Stateless) -> list[str]:
    text = "\n".join(wired(stateless).spaces["vpce"].filters)
    told = subprocess.run(
        ["unshare", "--map-root-user", "--net", "nft", "-c", "-f", "-"],
        input=text.replace("iif a", "iifname a").replace("iif b", "iifname b"),  # the ports aren't there
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return [line.strip() for line in text.partition("chain rules0 {")[2].partition(" }\n")[0].strip().splitlines()]


def test_rules_stand_in_their_order_and_the_defaults_below_them() -> None:
    listed = rules(
        Stateless(
            (
                StatelessRule("drop", (WIDE,), (NARROW,), (), ((80, 80), (8000, 8080)), (6,)),
                StatelessRule("pass", (), (), ((53, 53),), ()),
                StatelessRule("drop", flags=(SYN,)),
                StatelessRule("forward", (ip_network("2001:db8::/32"),)),
            ),
            "forward",
            "drop",
        )
    )
    assert listed == [
        "ip daddr { 203.0.113.0/24 } meta l4proto { 6 } th dport { 80-80, 8000-8080 } drop",
        f"meta l4proto {{ 6, 17 }} th sport {{ 53-53 }} meta mark set {PASSED} return",
        "tcp flags & (ack | syn) == syn drop",
        "ip6 saddr { 2001:db8::/32 } return",
        "ip frag-off & 0x3fff != 0 meta l4proto != udp drop",
        "ip frag-off & 0x3fff != 0 drop",
        "return",
    ]


def test_a_rule_for_everything_of_one_family_says_which() -> None:
    assert rules(Stateless((StatelessRule("drop", (WIDE,), (WIDE,)),), "pass", "pass"))[0] == "meta nfproto ipv4 drop"


def test_what_passes_goes_around_the_engine() -> None:
    wiring = wired(Stateless((), "pass", "pass"))
    (port,) = (one.name for one, endpoint in wiring.crossings.items() if endpoint == "vpce")
    space = wiring.spaces["vpce"]
    through, around = (
        next(rule for rule in space.rules[4] if rule.startswith(f"rule add pref {preference} iif {port} "))
        for preference in (100, 90)
    )
    assert f"fwmark {PASSED} " in around
    table = around.split()[-1]
    assert table != through.split()[-1]
    assert any(f"table {table} " in route and f"dev {port} " in route for route in space.routes[4])


def test_a_change_of_rules_is_told_to_what_stands() -> None:
    before = replace(one_vpc(), endpoints={"vpce": Endpoint("vpce", "fire")})
    old, new = (replace(before, stateless={"vpce": Stateless((), way, "drop")}) for way in ("forward", "drop"))
    change = rewired(old, new)
    assert change is not None
    assert list(change.filters) == ["vpce"]
    assert not any(change.routing.values())
