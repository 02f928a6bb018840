"""What tells a finding from its look-alike, a record or two each."""

import json
from ipaddress import ip_address
from pathlib import Path

import pytest

from hunts.backends import silent
from hunts.backends.duck import DuckDB
from hunts.backends.local_files import LocalFiles
from hunts.catalog import catalog
from hunts.hunting import Hunter
from hunts.model import LOGS, Answer
from hunts.parameters import question
from hunts.rogue import weigh
from hunts.silence import left_out
from hunts.timeline import timeline
from hunts.window import Window
from tests.hunts.labelled import HOME, NOON, Record, alert, netflow, query, write

FLEET = ["10.20.0.10", "10.20.0.11", "10.20.0.12", "10.20.0.13"]


def answer_to(folder: Path, hunt: str, records: list[Record], **given: str) -> Answer:
    write(folder / "records.log", records)
    hunter = Hunter(DuckDB(dict.fromkeys(LOGS, LocalFiles([folder]))), LOGS, HOME)
    return hunter.ask(catalog()[hunt], given, Window(NOON, NOON + 3600), silent)[1]


def found(folder: Path, hunt: str, records: list[Record], **given: str) -> list[dict]:
    return list(answer_to(folder, hunt, records, **given).records())


def calls(instances: list[str], name: str, first: int) -> list[Record]:
    return [
        alert(NOON + 60 * n + number, first + 100 * number + n, source, "203.0.113.9", sni=name)
        for number, source in enumerate(instances)
        for n in range(20)
    ]


@pytest.mark.parametrize(
    ("sharing", "given", "instances"),
    [(1, {}, 1), (2, {}, 2), (4, {}, 0), (4, {"shared": "1"}, 4)],
    ids=["one calls", "two of four call", "all call, as agents do", "all, asked for"],
)
def test_what_most_of_the_fleet_calls_by_the_clock_is_its_own_software(
    tmp_path: Path, sharing: int, given: dict[str, str], instances: int
):
    everybody = [alert(NOON + 5, 9000 + n, source, "203.0.113.8", sni="www.example") for n, source in enumerate(FLEET)]
    rows = found(tmp_path, "beacons", [*everybody, *calls(FLEET[:sharing], "status.example", 1)], **given)
    assert {row["destination"] for row in rows} == ({"status.example"} if instances else set())
    assert len(rows) == instances


@pytest.mark.parametrize(("out", "rows"), [(50_000_000, 1), (900, 0)], ids=["carries much out", "says next to nothing"])
def test_an_unknown_protocol_is_a_stranger_where_it_carries_much_out(tmp_path: Path, out: int, rows: int):
    records = netflow(NOON + 60, 1, FLEET[0], "203.0.113.9", 443, out, 2_000, app="unknown")
    assert len(found(tmp_path, "stranger-on-443", records)) == rows


# RFC 9000 wants 1,200 bytes in the first datagram, and a later one has 21 at least.
@pytest.mark.parametrize(
    ("flows", "rows"),
    [
        ([(554, 1)], 1),
        ([(1228, 8)], 1),
        ([(1246, 1)], 0),
        ([(1246, 1), (340, 4)], 0),
    ],
    ids=["a question of DNScrypt", "calls of 150 bytes", "a handshake that nobody answers", "the rest of a connection"],
)
def test_what_is_too_small_for_a_handshake_of_quic_is_none(tmp_path: Path, flows: list[tuple[int, int]], rows: int):
    records = []
    for number, (size, packets) in enumerate(flows):
        there, back = netflow(NOON + 60 * number, number, FLEET[0], "203.0.113.9", 443, size, 226, app="quic")
        there["event"]["netflow"]["pkts"] = packets
        there["event"]["src_port"] = 50_000
        records += [there, back]
    assert [row["protocol"] for row in found(tmp_path, "stranger-on-443", records)] == ["udp (no quic)"] * rows


@pytest.mark.parametrize(
    ("source", "address", "rows"),
    [(1, "203.0.113.9", 0), (0, "203.0.113.77", 0), (0, "203.0.114.9", 1)],
    ids=["another instance's habit", "a neighbour of a habit", "another network"],
)
@pytest.mark.parametrize("hunt", ["tls-without-sni", "tls-on-odd-ports", "long-connections", "stranger-on-443"])
def test_a_place_that_anybody_called_of_old_is_not_new(tmp_path: Path, hunt: str, source: int, address: str, rows: int):
    def calls(at: int, number: int, source: str, address: str) -> list[Record]:
        odd, app = 4444 if hunt == "tls-on-odd-ports" else 443, "ssh" if hunt == "stranger-on-443" else "tls"
        held = netflow(at, number, source, address, odd, 9, 9, app=app, age=7200 if hunt == "long-connections" else 1)
        return [alert(at, number, source, address, port=odd, app=app), *held]

    everybody = [
        item
        for number, one in enumerate(FLEET)
        for item in (
            alert(NOON - 24 * 3600, 50 + number, one, "203.0.115.8", sni="www.example"),
            *netflow(NOON - 24 * 3600, 50 + number, one, "203.0.115.8", 443, 9, 9),
        )
    ]
    before = calls(NOON - 20 * 3600, 1, FLEET[source], address)
    answered = found(tmp_path, hunt, [*everybody, *before, *calls(NOON + 60, 2, FLEET[0], "203.0.113.9")])
    assert [(row["src_ip"], row["dest_ip"]) for row in answered] == [(FLEET[0], "203.0.113.9")] * rows


@pytest.mark.parametrize(("hours", "rows"), [(20, 0), (2, 1)], ids=["of old", "shortly before anybody looked"])
def test_a_service_that_moves_keeps_its_name_and_what_began_with_the_intruder_is_no_habit(
    tmp_path: Path, hours: int, rows: int
):
    records = [
        alert(NOON - 24 * 3600, 9, FLEET[1], "203.0.115.8", sni="www.example"),
        alert(NOON - hours * 3600, 1, FLEET[0], "198.51.100.7", port=8883, sni="a.broker.example"),
        alert(NOON + 60, 2, FLEET[0], "203.0.113.9", port=8883, sni="b.broker.example"),
    ]
    answered = found(tmp_path, "tls-on-odd-ports", records)
    assert [row["destination"] for row in answered] == ["b.broker.example"] * rows


@pytest.mark.parametrize(
    ("callers", "hours_before", "given", "rows"),
    [
        (1, [], {}, 1),
        (1, [20, 9, 3], {}, 0),
        (1, [20, 9, 3], {"habits": "1"}, 1),
        (1, [2], {}, 1),
        (4, [], {}, 0),
        (2, [], {}, 2),
    ],
    ids=["new", "an old habit", "habits asked for", "begun shortly before", "the fleet's own", "two victims"],
)
def test_tls_with_no_name_is_neither_the_fleets_own_nor_an_old_habit(
    tmp_path: Path, callers: int, hours_before: list[int], given: dict[str, str], rows: int
):
    named = [
        alert(NOON - 24 * 3600, number, source, "203.0.113.8", sni="www.example") for number, source in enumerate(FLEET)
    ]
    moments = [NOON + 60, *(NOON - hours * 3600 for hours in hours_before)]
    nameless = [
        alert(at, 100 * number + nth, source, "203.0.113.9")
        for number, source in enumerate(FLEET[:callers], 1)
        for nth, at in enumerate(moments)
    ]
    answered = found(tmp_path, "tls-without-sni", [*named, *nameless], **given)
    assert [(row["flows"], row["first_seen"]) for row in answered] == [(1, NOON + 60)] * rows


KIND = [f"10.20.0.{number}" for number in range(50, 54)]


@pytest.mark.parametrize(
    ("users", "given", "rows"),
    [(KIND, {}, 0), (KIND, {"shared": "1"}, 4), (KIND[:3], {}, 3), ([*KIND[:3], FLEET[0]], {}, 4)],
    ids=["a kind", "releases asked for", "three may be victims", "no kind has these in common"],
)
def test_what_a_kind_of_instances_gets_together_is_a_release(
    tmp_path: Path, users: list[str], given: dict[str, str], rows: int
):
    others = [*FLEET, *(f"10.20.2.{number}" for number in range(20))]
    old = [alert(NOON - 24 * 3600, n, one, "203.0.113.8", sni="www.example") for n, one in enumerate([*others, *KIND])]
    own = [alert(NOON - 20 * 3600, 50 + n, one, "203.0.113.7", sni="db.own.example") for n, one in enumerate(KIND)]
    new = [alert(NOON + 60, 90 + n, one, "203.0.113.9", sni="api.supplier.example") for n, one in enumerate(users)]
    assert len(found(tmp_path, "new-destinations", [*old, *own, *new], **given)) == rows


@pytest.mark.parametrize(
    ("source", "port", "rows"),
    [("10.21.0.99", 5432, 0), ("10.21.0.99", 22, 1), ("10.22.0.66", 5432, 1)],
    ids=["a new instance does as all do", "a new instance does as few do", "an old instance never did so"],
)
def test_a_new_instance_may_call_what_the_fleet_calls(tmp_path: Path, source: str, port: int, rows: int):
    database, at = "10.21.0.10", NOON - 24 * 3600
    users = [netflow(at, number, one, database, 5432, 9000, 9000) for number, one in enumerate(FLEET)]
    administrator = netflow(at, 30, FLEET[0], database, 22, 9000, 9000)
    other = netflow(at, 31, "10.22.0.66", "10.20.0.99", 80, 900, 900)
    late = netflow(NOON + 60, 40, source, database, port, 9000, 9000)
    records = [*(item for user in users for item in user), *administrator, *other, *late]
    assert [(row["src_ip"], row["dest_port"]) for row in found(tmp_path, "east-west", records)] == [
        (source, port)
    ] * rows


AWAY, LONG_AGO = "203.0.113.70", NOON - 20 * 3600


@pytest.mark.parametrize(
    ("name", "asked", "since", "given", "rows"),
    [
        ("js.owner.example", "img.owner.example", NOON, {}, 0),
        ("js.owner.co.uk", "img.other.co.uk", NOON, {}, 1),
        ("js.owner.example", None, LONG_AGO, {}, 0),
        ("js.owner.example", None, LONG_AGO, {"habits": "1"}, 1),
        ("js.owner.example", None, NOON - 3600, {}, 1),
    ],
    ids=["its owner's other name", "somebody else's name", "a hosts file", "habits asked for", "begun shortly before"],
)
def test_a_name_may_be_claimed_where_its_owner_is_or_where_it_always_was(
    tmp_path: Path, name: str, asked: str | None, since: int, given: dict[str, str], rows: int
):
    records = [query(NOON, FLEET[0], "www.example", "203.0.113.5"), alert(NOON - 24 * 3600, 1, FLEET[1], "203.0.113.5")]
    records += [query(NOON + 1, FLEET[0], asked, AWAY)] if asked else []
    records += [alert(at, at, FLEET[at % 2], AWAY, sni=name) for at in {since, NOON + 60}]
    answered = found(tmp_path, "forged-sni", records, **given)
    assert len({row["sni"] for row in answered}) == rows


def test_a_client_by_quic_is_told_by_its_fingerprint(tmp_path: Path):
    records = [alert(NOON - 9000 + n, n, one, "203.0.113.9", app="quic") for n, one in enumerate([*FLEET, FLEET[0]])]
    for number, record in enumerate(records):
        late = number == len(FLEET)
        record["event"]["quic"] = {"sni": "www.example", "ja3": {"hash": "b" * 32 if late else "a" * 32}}
    records[-1] = {**records[-1], "event_timestamp": str(NOON + 60)}
    assert [(row["kind"], row["client"]) for row in found(tmp_path, "rare-clients", records)] == [("JA3", "b" * 32)]


@pytest.mark.parametrize(
    ("shut", "opened", "kinds"),
    [
        ([(host, port) for host in range(6) for port in range(20, 40)], [], ["many ports of many hosts"]),
        ([(host, 443) for host in range(30)], range(30, 40), ["one port of many hosts"]),
        ([(host, 443) for host in range(30)], range(30, 70), []),
        ([(host, port) for host in range(4) for port in range(20, 40)], [], []),
    ],
    ids=["a few ports of a few hosts", "most are shut", "a crawler finds some gone", "a few hosts"],
)
def test_who_scans_finds_most_doors_shut(
    tmp_path: Path, shut: list[tuple[int, int]], opened: list[int], kinds: list[str]
):
    records: list[Record] = []
    for number, (host, port) in enumerate(shut):
        records += netflow(NOON + number, number, FLEET[0], f"203.0.113.{host}", port, 60, 0, app=None, packets=(1, 0))
    for number, host in enumerate(opened, 500):
        records += netflow(NOON + 60, number, FLEET[0], f"203.0.113.{host}", 443, 4000, 9000, packets=(9, 9))
    assert [row["kind"] for row in found(tmp_path, "scans", records)] == kinds


@pytest.mark.parametrize(
    ("address", "name", "rows"), [("1.1.1.1", None, 1), ("1.1.1.1", "www.example", 0), (AWAY, None, 0)]
)
def test_a_public_resolver_is_known_by_its_address_where_nobody_is_named(
    tmp_path: Path, address: str, name: str | None, rows: int
):
    answered = found(tmp_path, "outside-resolvers", [alert(NOON + 60, 1, FLEET[0], address, sni=name)])
    assert [(row["resolver"], row["how"]) for row in answered] == [(address, "DNS over HTTPS")] * rows


def test_what_a_new_mail_host_asks_of_a_block_list_another_has_always_asked(tmp_path: Path):
    def asks(source: str, at: int, names: int) -> list[Record]:
        octets = [f"{n * 37 % 256}.{n * 91 % 256}.{n * 53 % 256}.{n * 17 % 256}" for n in range(names)]
        return [query(at + n, source, f"{name}.zen.example", rcode="NXDOMAIN") for n, name in enumerate(octets)]

    everybody = [query(LONG_AGO - 9, f"10.20.0.{n}", "www.example", "203.0.113.5") for n in range(9, 40)]
    new = asks(FLEET[0], NOON + 60, 60)
    assert len(found(tmp_path, "dns-exfiltration", [*everybody, *new])) == 1
    assert found(tmp_path, "dns-exfiltration", [*everybody, *asks(FLEET[1], LONG_AGO, 50), *new]) == []


@pytest.mark.parametrize(
    ("hours", "before", "now", "given", "rows"),
    [
        (18, 150, 20, {}, 0),
        (18, 150, 20, {"habits": "1"}, 1),
        (18, 150, 90, {}, 1),
        (5, 150, 20, {}, 1),
        (18, 0, 20, {}, 1),
    ],
    ids=["as many of old", "habits asked for", "many more today", "begun shortly before", "none before"],
)
def test_who_has_always_asked_for_as_many_odd_names_that_are_gone_makes_none_up(
    tmp_path: Path, hours: int, before: int, now: int, given: dict[str, str], rows: int
):
    names = iter(f"www.b{number}x{number * 7919 % 9973}.example" for number in range(1000))
    records = [query(LONG_AGO - 9, FLEET[1], "gone.example", rcode="NXDOMAIN")]
    for since, count in ((NOON - hours * 3600, before), (NOON, now)):
        records += [query(since + 10 * n, FLEET[0], next(names), rcode="NXDOMAIN") for n in range(count)]
    assert [row["src_ip"] for row in found(tmp_path, "generated-names", records, **given)] == [FLEET[0]] * rows


@pytest.mark.parametrize(
    ("other", "rows"),
    [("203.0.113.77", 0), ("203.0.114.77", 1), ("198.51.113.9", 1)],
    ids=["a second end in the same network", "another network", "the same last two numbers"],
)
@pytest.mark.parametrize("log", ["alert", "flow"])
def test_the_second_end_of_what_an_instance_has_called_by_the_clock_of_old_is_no_beacon(
    tmp_path: Path, log: str, other: str, rows: int
):
    def call(at: int, address: str) -> list[Record]:
        return [alert(at, at, FLEET[0], address)] if log == "alert" else netflow(at, at, FLEET[0], address, 4500, 9, 9)

    records = [alert(LONG_AGO - 9, n, one, "198.51.100.8", sni="www.example") for n, one in enumerate(FLEET)]
    for at in (*range(LONG_AGO, LONG_AGO + 3600, 120), *range(NOON, NOON + 600, 120)):
        records += call(at, "203.0.113.9")
    for at in range(NOON + 600, NOON + 3600, 120):
        records += call(at, other)
    assert [row["destination"] for row in found(tmp_path, "beacons", records)] == [other] * rows


@pytest.mark.parametrize(
    ("hours", "now", "port", "given", "rows"),
    [
        (14, 6, 0, {}, 0),
        (14, 6, 0, {"habits": "1"}, 6),
        (14, 20, 0, {}, 20),
        (5, 6, 0, {}, 6),
        (14, 6, 800, {}, 6),
    ],
    ids=["as many of old", "habits asked for", "many more today", "begun shortly before", "in another way"],
)
@pytest.mark.parametrize("hunt", ["east-west", "outside-resolvers"])
def test_who_has_always_had_as_many_new_peers_in_that_way_has_no_news(
    tmp_path: Path, hunt: str, hours: int, now: int, port: int, given: dict[str, str], rows: int
):
    usual, network = (53, "203.0") if hunt == "outside-resolvers" else (9100, "10.21")
    records = netflow(LONG_AGO - 9, 900, FLEET[1], "10.21.9.9", 80, 9, 9)
    times = [(NOON - hours * 3600 + 500 * n, usual) for n in range(25)] + [
        (NOON + 60 * n, usual + port) for n in range(now)
    ]
    for number, (at, door) in enumerate(times):
        records += netflow(
            at, number, FLEET[0], f"{network}.{number}.9", door, 70, 120, app="dns" if door != 853 else "tls"
        )
    assert len(found(tmp_path, hunt, records, **given)) == rows


@pytest.mark.parametrize(("like", "rows"), [(3, 0), (2, 1)], ids=["three of its kind", "two"])
def test_a_new_instance_calls_what_its_kind_has_always_called_however_small_that_is(
    tmp_path: Path, like: int, rows: int
):
    records: list[Record] = []
    for number in range(30):
        records += netflow(LONG_AGO, number, f"10.20.3.{number}", "10.21.9.9", 80, 9, 9)
    callers = [*FLEET[:like], FLEET[3]]
    for number, source in enumerate(callers, 100):
        at = NOON + 60 if source == FLEET[3] else LONG_AGO
        records += netflow(at, number, source, "10.21.9.7", 8472, 9, 9, app=None)
    assert len(found(tmp_path, "east-west", records)) == rows


@pytest.mark.parametrize(("hours", "rows"), [(15, 0), (5, 1)], ids=["of old", "begun shortly before"])
def test_a_resolver_that_an_instance_has_always_asked_is_no_news(tmp_path: Path, hours: int, rows: int):
    records = netflow(LONG_AGO - 9, 900, FLEET[1], "203.0.113.8", 80, 9, 9)
    for at in (NOON - hours * 3600, NOON + 60):
        records += netflow(at, at, FLEET[0], AWAY, 53, 70, 120, app="dns")
    assert len(found(tmp_path, "outside-resolvers", records)) == rows


INSIDE = "10.21.4.4"


@pytest.mark.parametrize(
    ("hunt", "call", "rows"),
    [
        ("tls-without-sni", {"dest": INSIDE}, 0),
        ("tls-without-sni", {"dest": AWAY}, 1),
        ("forged-sni", {"dest": INSIDE, "sni": "cart.shop.svc.cluster.local"}, 0),
        ("forged-sni", {"dest": AWAY, "sni": "cart.shop.svc.cluster.local"}, 1),
        ("forged-sni", {"dest": INSIDE, "sni": "www.never-asked.example"}, 1),
        ("new-destinations", {"dest": INSIDE, "host": INSIDE, "app": "http"}, 0),
        ("new-destinations", {"dest": AWAY, "host": AWAY, "app": "http"}, 1),
        ("new-destinations", {"dest": INSIDE, "host": "www.by-a-proxy.example", "app": "http"}, 1),
    ],
)
def test_what_is_called_inside_goes_past_no_list(tmp_path: Path, hunt: str, call: dict, rows: int):
    records = [query(LONG_AGO, FLEET[1], "www.example", "203.0.113.5")]
    records += [alert(LONG_AGO, n, one, "203.0.113.5", sni="www.example") for n, one in enumerate(FLEET)]
    assert len(found(tmp_path, hunt, [*records, alert(NOON + 60, 9, FLEET[0], **call)])) == rows


@pytest.mark.parametrize(("every", "rows"), [(5, 1), (10, 1), (2, 0)])
def test_implants_call_as_often_as_they_do_by_default_and_a_loop_more_often(tmp_path: Path, every: int, rows: int):
    everybody = [alert(NOON + 5, 9000 + n, source, "203.0.113.8", sni="www.example") for n, source in enumerate(FLEET)]
    calls = [alert(NOON + every * n, n, FLEET[0], AWAY, sni="c2.example") for n in range(200)]
    assert len(found(tmp_path, "beacons", [*everybody, *calls])) == rows


@pytest.mark.parametrize(("name", "rows"), [("bucket-77.s3.amazonaws.com", 0), ("drop.example", 1)])
def test_new_names_of_one_platform_excuse_no_other_new_domain(tmp_path: Path, name: str, rows: int):
    before = [
        alert(NOON - 3600 * hour, hour, FLEET[0], "203.0.113.9", sni=f"bucket-{hour}.s3.amazonaws.com")
        for hour in range(1, 25)
    ]
    new = alert(NOON + 60, 99, FLEET[0], "203.0.113.9", sni=name)
    for hunt in ("new-destinations", "rare-destinations"):
        others = [alert(NOON - 90000, 50 + n, one, "203.0.113.8", sni="www.example") for n, one in enumerate(FLEET)]
        assert len(found(tmp_path, hunt, [*others, *before, new])) == rows


SHORT = ["::", "2001:db8::5", "2001:db8:0:1::", "::1", "fe80::a:b:c:d", "2001:db8:1:2:3:4:5:6", "2001:DB8::AB"]


@pytest.mark.parametrize("address", SHORT)
def test_an_address_is_the_same_however_a_log_writes_it(tmp_path: Path, address: str):
    full = ip_address(address).exploded
    records = [
        query(NOON + 10, FLEET[0], "www.example", address, kind="AAAA"),
        alert(NOON + 20, 1, FLEET[0], full, sni="www.example"),
    ]
    assert found(tmp_path, "forged-sni", records) == []
    (row,) = found(tmp_path, "forged-sni", [*records, alert(NOON + 21, 2, FLEET[0], "2001:0db8::6", sni="www.example")])
    assert row["resolved"] == [full]


@pytest.mark.parametrize(
    ("service", "protocols"),
    [("quic,ssl", []), ("ssl", []), ("ssl,-http", []), ("ssh", ["ssh"]), ("-ssl,ssh", ["ssh"]), ("-ssl", [])],
)
def test_all_that_zeek_saw_in_a_connection_is_one_protocol(tmp_path: Path, service: str, protocols: list[str]):
    ends = {"id.orig_h": FLEET[0], "id.orig_p": 4000, "id.resp_h": "203.0.113.9", "id.resp_p": 443}
    conn = {
        "_path": "conn",
        "ts": NOON + 30,
        "uid": "C1",
        **ends,
        "proto": "udp",
        "service": service,
        "orig_bytes": 5000,
    }
    assert [row["protocol"] for row in found(tmp_path, "stranger-on-443", [conn])] == protocols


def test_a_flow_whose_size_is_missing_is_not_called_too_small(tmp_path: Path):
    there, _ = netflow(NOON + 60, 1, FLEET[0], "203.0.113.9", 443, 900, 900, app="quic")
    del there["event"]["netflow"]["bytes"]
    assert found(tmp_path, "stranger-on-443", [there]) == []


def test_another_tools_short_addresses_are_of_the_networks_that_are_home(tmp_path: Path):
    flow = {"ts": NOON + 30, "uid": "C1", "id.orig_h": "2001:db8:1::5", "id.orig_p": 4000, "id.resp_h": "2600::1"}
    conn = {**flow, "id.resp_p": 443, "proto": "tcp", "service": "ssh", "orig_bytes": 10, "resp_bytes": 9}
    (tmp_path / "conn.log").write_text(json.dumps({"_path": "conn", **conn}) + "\n")
    hunter = Hunter(DuckDB(dict.fromkeys(LOGS, LocalFiles([tmp_path]))), LOGS, "2001:db8:1::/48")
    _, answer = hunter.ask(catalog()["stranger-on-443"], {}, Window(NOON, NOON + 3600), silent)
    assert [row[0] for row in answer.rows] == ["2001:0db8:0001:0000:0000:0000:0000:0005"]


def test_text_among_the_resolvers_answers_is_left_as_it_is(tmp_path: Path):
    told = "v=spf1 ip6:2001:db8::/32 -all"
    write(tmp_path / "dns.log", [query(NOON + 1, FLEET[0], "www.example", told, "::ffff:1.2.3.4", kind="TXT")])
    hunter = Hunter(DuckDB(dict.fromkeys(LOGS, LocalFiles([tmp_path]))), LOGS, HOME)
    _, answer = hunter.ask(timeline(LOGS), {"address": FLEET[0]}, Window(NOON, NOON + 3600), silent)
    assert [row["detail"] for row in answer.records()] == [f"{told}, ::ffff:1.2.3.4"]


EVERYBODY = [alert(LONG_AGO - 9, n, one, "203.0.113.8", sni="www.example") for n, one in enumerate([*FLEET, *KIND])]
OLD = {
    "beacons": [
        alert(at, at, FLEET[0], AWAY, sni="status.example") for at in (LONG_AGO, *range(NOON, NOON + 3600, 90))
    ],
    "tls-without-sni": [alert(at, at, FLEET[0], AWAY) for at in (LONG_AGO, NOON + 60)],
    "stranger-on-443": [alert(at, at, FLEET[0], AWAY, app="ssh") for at in (LONG_AGO, NOON + 60)],
    "new-destinations": [
        alert(NOON + 60, 90 + n, one, AWAY, sni="agent.example") for n, one in enumerate([*FLEET, *KIND])
    ],
    "dns-exfiltration": [
        query(at + n, FLEET[0], f"{n * 7919 % 65536:04x}{n * 104729 % 65536:04x}.zen.example", rcode="NXDOMAIN")
        for at in (LONG_AGO, NOON)
        for n in range(60)
    ],
    "generated-names": [
        query(at + 60 * n, FLEET[0], f"b{n}x{at + n * 7919}.example", rcode="NXDOMAIN")
        for at, count in ((LONG_AGO - 86_400, 2000), (NOON, 20))
        for n in range(count)
    ],
    "outside-resolvers": [
        record for at in (LONG_AGO, NOON + 60) for record in netflow(at, at, FLEET[0], AWAY, 53, 70, 120, app="dns")
    ],
    "forged-sni": [
        *(query(at, FLEET[0], "www.example", "203.0.113.8") for at in (LONG_AGO - 9, NOON)),
        *(alert(at, at, FLEET[0], AWAY, sni="js.owner.example") for at in (LONG_AGO, NOON + 60)),
    ],
}


@pytest.mark.parametrize(("hunt", "records"), OLD.items(), ids=list(OLD))
def test_what_is_left_out_is_counted_and_shown_by_what_the_answer_says(
    tmp_path: Path, hunt: str, records: list[Record]
):
    answer = answer_to(tmp_path, hunt, [*EVERYBODY, *records])
    assert (len(answer.rows), answer.left_out) == (0, len(KIND) + len(FLEET) if hunt == "new-destinations" else 1)

    said = left_out(catalog()[hunt], answer)
    switches = dict(each.split("=") for each in said.split() if "=" in each)
    assert said.startswith(f"{answer.left_out} more left out as the fleet's own or as known of old: --set ")
    assert len(found(tmp_path, hunt, [*EVERYBODY, *records], **switches)) == answer.left_out

    asked = question(catalog()["rogue"], {}, Window(NOON, NOON + 3600))
    assert weigh(asked, [(catalog()[hunt], answer)], lambda _: None, []).notes == [
        f"left out as the fleet's own or as known of old: {hunt} {answer.left_out}"
    ]
