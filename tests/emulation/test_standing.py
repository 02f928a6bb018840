"""Networks that stand with Suricata inline: both address families, HTTP/3, and what transit gateways do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address, ip_network
from pathlib import Path

import psutil
import pytest

from emulation.plan import (
    LOCAL,
    NOWHERE,
    Attachment,
    Endpoint,
    Gateway,
    Host,
    Plan,
    Rank,
    Route,
    Subnet,
    Table,
    TransitTable,
    Vpc,
)
from tests.emulation.by_hand import Standing, standing

ANY, ANY6 = ip_network("0.0.0.0/0"), ip_network("::/0")
OWN, OWN6 = ip_network("10.0.0.0/16"), ip_network("2a05:d018:1:7200::/56")
WORK, WORK6 = ip_network("10.0.0.0/24"), ip_network("2a05:d018:1:7200::/64")
# One that is neither IPv6's nor IPv4's alone: sites are denied by name, whatever carries it.
RULES = """drop tls any any -> any any (msg:"denied"; tls.sni; dotprefix; content:".example.net"; endswith; sid:1;)
drop quic any any -> any any (msg:"denied"; quic.sni; content:"example.net"; endswith; sid:2;)
"""

pytestmark = pytest.mark.usefixtures("suricata")


def dual_stack() -> Plan:
    """A VPC with both families and no NAT: the gateway's edge table leads what comes back to the endpoint."""
    to_fire = (Route(ANY, "vpce"), Route(ANY6, "vpce"))
    own = (Route(OWN, LOCAL), Route(OWN6, LOCAL))
    return Plan(
        vpcs={"vpc": Vpc("vpc", (OWN, OWN6))},
        subnets={
            "work": Subnet("work", "vpc", "a", (WORK, WORK6), "work"),
            "fire": Subnet("fire", "vpc", "a", (ip_network("10.0.1.0/28"),), "fire"),
        },
        tables={
            "work": Table("work", "vpc", (*own, *to_fire)),
            "fire": Table("fire", "vpc", (*own, Route(ANY, "igw"), Route(ANY6, "igw"))),
            "edge": Table("edge", "vpc", (*own, Route(WORK, "vpce"), Route(WORK6, "vpce"))),
        },
        hosts={"host": Host("host", "work", (ip_network("10.0.0.4/32"), ip_network("2a05:d018:1:7200::4/128")))},
        endpoints={"vpce": Endpoint("vpce", "fire")},
        gateways={"igw": Gateway("igw", "internet", "vpc", "edge")},
        public={("vpc", ip_address("10.0.0.4")): ip_address("198.51.100.9")},
    )


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    with standing(dual_stack(), tmp_path_factory.mktemp("both"), {"vpce": RULES}) as network:
        yield network


@pytest.mark.parametrize("family", ["-4", "-6"])
def test_a_site_answers_by_either_family_and_a_denied_one_by_none(both: Standing, family: str) -> None:
    curl = ("curl", "-sS", family, "--max-time", "2")
    assert both.run("host", *curl, "https://www.example.com/a") == (0, "This is www.example.com, /a")
    assert both.run("host", *curl, "https://www.example.net/") == (28, "")


def test_http3_answers_where_the_name_is_not_denied(both: Standing) -> None:
    assert both.run("host", "http3", "https://www.example.org/b") == (0, "This is www.example.org, /b")
    assert both.run("host", "http3", "https://www.example.net/") == (28, "")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://www.example.org/", 2),
        ("www.example.org", 2),
        ("https://nobody.invalid/", 6),
        ("https://192.0.2.7/", 60),
    ],
)
def test_http3_says_as_curl_does_what_is_wrong(both: Standing, url: str, code: int) -> None:
    assert both.run("host", "http3", url) == (code, "")


@pytest.mark.parametrize("address", ["203.0.113.77", "2001:db8::77"])
def test_both_directions_cross_the_endpoint(both: Standing, address: str) -> None:
    out, back = both.trace("host", address)
    assert out == ["vpc", "vpce", "vpc", "igw", "internet"]
    assert back == ["igw", "vpc", "vpce", "vpc", "host host"]


def test_a_suricata_that_is_killed_is_replaced(both: Standing) -> None:
    ask = ("curl", "-sS", "--max-time", "1", "--retry", "9", "--retry-delay", "1", "--retry-all-errors")
    for process in psutil.Process(both.world).children():
        if process.name().lower().startswith("suricata"):
            process.kill()
    assert both.run("host", *ask, "https://www.example.com/") == (0, "This is www.example.com, /")


SPOKES = {"one": ip_network("10.1.0.0/16"), "two": ip_network("10.2.0.0/16"), "far": ip_network("10.9.0.0/16")}
INSPECTION = ip_network("10.255.0.0/16")
EVERYTHING = ip_network("10.0.0.0/8")
HOLE = ip_network("10.8.0.0/16")


def hub(*, appliance: bool) -> Plan:
    """Two spokes in a zone each behind an inspection VPC in both, and a third behind a second gateway.

    Both know 10.2.0.0/16 twice: the propagated route leads nowhere, and the static one is right.
    """
    plan = Plan(transit_gateways=frozenset({"tgw", "tgw-far"}))
    for (name, net), zone, gateway in zip(SPOKES.items(), "aba", ("tgw", "tgw", "tgw-far"), strict=True):
        work, gate = f"{name}-work", f"{name}-gate"
        plan = replace(
            plan,
            vpcs={**plan.vpcs, name: Vpc(name, (net,))},
            subnets={
                **plan.subnets,
                work: Subnet(work, name, zone, (next(net.subnets(8)),), name),
                gate: Subnet(gate, name, zone, (), name),
            },
            tables={**plan.tables, name: Table(name, name, (Route(net, LOCAL), Route(ANY, gateway)))},
            hosts={**plan.hosts, name: Host(name, work, (ip_network(net[4]),))},
            attachments={
                **plan.attachments,
                name: Attachment(name, "vpc", gateway, "far" if name == "far" else "spokes", name, {zone: gate}),
            },
        )
    zones = {
        f"{kind}-{zone}": Subnet(f"{kind}-{zone}", "inspection", zone, (), f"{kind}-{zone}")
        for kind in ("gate", "fire")
        for zone in "ab"
    }
    tables = {
        **{f"gate-{zone}": Table(f"gate-{zone}", "inspection", (Route(ANY, f"vpce-{zone}"),)) for zone in "ab"},
        **{f"fire-{zone}": Table(f"fire-{zone}", "inspection", (Route(EVERYTHING, "tgw"),)) for zone in "ab"},
    }
    inspection = {zone: f"gate-{zone}" for zone in "ab"}
    return replace(
        plan,
        vpcs={**plan.vpcs, "inspection": Vpc("inspection", (INSPECTION,))},
        subnets={**plan.subnets, **zones},
        tables={**plan.tables, **tables},
        endpoints={f"vpce-{zone}": Endpoint(f"vpce-{zone}", f"fire-{zone}") for zone in "ab"},
        attachments={
            **plan.attachments,
            "inspection": Attachment(
                "inspection", "vpc", "tgw", "inspected", "inspection", inspection, appliance=appliance
            ),
            "peering": Attachment("peering", "peering", "tgw", "spokes", other="tgw-far", other_table="far"),
        },
        transit_tables={
            "spokes": TransitTable("spokes", "tgw", (Route(ANY, "inspection"), Route(HOLE, NOWHERE))),
            "inspected": TransitTable(
                "inspected",
                "tgw",
                (
                    Route(SPOKES["one"], "one", Rank.BY_VPC),
                    Route(SPOKES["two"], "one", Rank.BY_VPC),
                    Route(SPOKES["two"], "two"),
                    Route(SPOKES["far"], "peering"),
                ),
            ),
            "far": TransitTable("far", "tgw-far", (Route(SPOKES["far"], "far"), Route(ANY, "peering"))),
        },
    )


def address(name: str, number: int = 4) -> str:
    return str(SPOKES[name][number])


def test_what_a_transit_gateway_does(tmp_path: Path) -> None:
    with standing(hub(appliance=True), tmp_path, {"vpce-a": RULES, "vpce-b": RULES}) as network:
        # Spokes in different zones: appliance mode keeps both directions on one endpoint, and so the answer comes.
        out, back = network.trace("one", address("two"))
        (endpoint,) = {hop for hop in out if hop.startswith("vpce")}
        assert out == ["one", "tgw", "inspection", endpoint, "inspection", "tgw", "two", "host two"]
        assert back == ["two", "tgw", "inspection", endpoint, "inspection", "tgw", "one", "host one"]
        # By a peering the second gateway is one more hop, both ways.
        out, back = network.trace("one", address("far"))
        assert out[-4:] == ["tgw", "tgw-far", "far", "host far"]
        assert back[:3] == ["far", "tgw-far", "tgw"]
        assert {hop for hop in out if hop.startswith("vpce")} == {hop for hop in back if hop.startswith("vpce")}
        # A blackhole is more specific than the way to the firewall.
        assert network.trace("one", str(HOLE[4])) == [["one", "tgw"], []]


def test_without_appliance_mode_the_answer_meets_an_endpoint_that_has_not_seen_the_flow(tmp_path: Path) -> None:
    with standing(hub(appliance=False), tmp_path, {"vpce-a": RULES, "vpce-b": RULES}) as network:
        out, back = network.trace("one", address("two"))
        assert out[-2:] == ["two", "host two"]
        assert "vpce-a" in out
        # The kernel of the other spoke answers by its own zone, and the endpoint there drops it.
        assert back == ["two", "tgw", "inspection", "vpce-b"]
