"""A packet counts once, however many records of however many tools speak of it: asked through the command line."""

import gzip
import json
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from hunts.forms.vpc_flow_logs import DEFAULT
from tests.hunts.labelled import HOME, NOON, WEB
from traffic.packets import conversations
from traffic.packets.session import tcp_packets
from traffic.packets.wire import Endpoint, write_capture

FAR = "198.51.100.9"
WHEN = ("--from", "2026-11-22T11:00:00Z", "--to", "2026-11-22T13:00:00Z", "--home", HOME)
OUT = {"src_ip": WEB, "src_port": 4000, "dest_ip": FAR, "dest_port": 443, "proto": "TCP", "flow_id": 7}
BACK = {"src_ip": FAR, "src_port": 443, "dest_ip": WEB, "dest_port": 4000, "proto": "TCP", "flow_id": 7}
SPAN = {"start": "2026-11-22T12:00:00.100000+0000", "end": "2026-11-22T12:00:30.200000+0000", "age": 30}
BOTH_WAYS = {
    "timestamp": "2026-11-22T12:06:20.999900+0000",
    **OUT,
    "event_type": "flow",
    "app_proto": "tls",
    "app_proto_tc": "unknown",
    "flow": {"pkts_toserver": 9, "pkts_toclient": 5, "bytes_toserver": 900, "bytes_toclient": 70, **SPAN},
}
EACH_WAY = [
    {
        "timestamp": "2026-11-22T12:06:21.000100+0000",
        **ends,
        "event_type": "netflow",
        "app_proto": "tls",
        "netflow": {"pkts": packets, "bytes": size, **SPAN, "min_ttl": 64, "max_ttl": 64},
    }
    for ends, packets, size in ((OUT, 9, 900), (BACK, 5, 70))
]
ALERT = {
    **BOTH_WAYS,
    "timestamp": "2026-11-22T12:00:00.300000+0000",
    "event_type": "alert",
    "alert": {"action": "allowed", "signature_id": 1, "signature": "x", "category": "", "severity": 3},
}


def written(*records: dict[str, Any]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def talkers(hunts: Callable[..., Result], logs: Path) -> list[tuple[Any, ...]]:
    told = hunts("run", "top-talkers", "--json", "--logs", str(logs), *WHEN)
    assert told.exit_code == 0, told.output
    return [(row["src_ip"], row["bytes_out"], row["bytes_in"], row["flows"]) for row in json.loads(told.stdout)["rows"]]


@pytest.mark.parametrize("files", [{"eve.json"}, {"eve-flow.json", "eve-netflow.json"}], ids=["one file", "two files"])
def test_an_engine_that_writes_a_flow_as_one_record_and_as_two(hunts, tmp_path: Path, files: set[str]):
    for name in files:
        with (tmp_path / name).open("w") as file:
            file.write(written(BOTH_WAYS) if "netflow" not in name else "")
            file.write(written(*EACH_WAY) if name != "eve-flow.json" else "")
    assert talkers(hunts, tmp_path) == [(WEB, 900, 70, 1)]


def test_two_outputs_of_an_engine_that_have_the_same_flow_at_times_of_their_own(hunts, tmp_path: Path):
    (tmp_path / "one").write_text(written(BOTH_WAYS))
    (tmp_path / "other").write_text(written({**BOTH_WAYS, "timestamp": "2026-11-22T12:06:21.400000+0000"}))
    assert talkers(hunts, tmp_path) == [(WEB, 900, 70, 1)]


def test_a_flow_whose_directions_speak_differently(hunts, tmp_path: Path):
    odd = {**BOTH_WAYS, "app_proto": "failed", "app_proto_ts": "http", "app_proto_tc": "tls"}
    each = [{**record, "app_proto": spoken} for record, spoken in zip(EACH_WAY, ("http", "tls"), strict=True)]
    (tmp_path / "eve.json").write_text(written(odd, *each))
    assert talkers(hunts, tmp_path) == [(WEB, 900, 70, 1)]


def test_the_bytes_of_a_flow_that_its_alerts_repeat(hunts, tmp_path: Path):
    (tmp_path / "eve.json").write_text(written(ALERT, ALERT, BOTH_WAYS))
    assert talkers(hunts, tmp_path) == [(WEB, 900, 70, 1)]


def test_what_nobody_answered_is_one_record(hunts, tmp_path: Path):
    silent = {**BOTH_WAYS, "flow": {**BOTH_WAYS["flow"], "pkts_toclient": 0, "bytes_toclient": 0}}
    (tmp_path / "eve.json").write_text(written(silent, EACH_WAY[0]))
    told = hunts("timeline", WEB, "--logs", str(tmp_path), *WHEN, "--json")
    assert len(json.loads(told.stdout)["records"]) == 1


def flow_log(*rows: str) -> str:
    return "\n".join((" ".join(DEFAULT), *(f"2 1 {row} ACCEPT OK" for row in rows))) + "\n"


def interval(interface: str, begins: int, size: int = 500, source_port: int = 4000) -> str:
    return f"{interface} {WEB} {FAR} {source_port} 443 6 5 {size} {NOON + begins} {NOON + begins + 60}"


FIREWALLS = written(*({"firewall_name": "fw", "event_timestamp": str(NOON + 400), "event": each} for each in EACH_WAY))


@pytest.mark.parametrize("name", ["aws.log", "aws.log.gz", "in an array"])
def test_a_flow_log_beside_the_firewalls_log_tells_what_that_does_not(hunts, tmp_path: Path, name: str):
    text = f"[{','.join(FIREWALLS.splitlines())}]" if name == "in an array" else FIREWALLS
    (tmp_path / name).write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    rows = (interval("eni-1", -20), interval("eni-1", 900, 11), interval("eni-1", 0, 7, source_port=4001))
    (tmp_path / "flows").write_text(flow_log(*rows))
    assert talkers(hunts, tmp_path) == [(WEB, 900 + 11 + 7, 70, 3)]


def test_interfaces_on_one_path_count_as_one(hunts, tmp_path: Path):
    (tmp_path / "a").write_text(flow_log(interval("eni-1", 0), interval("eni-1", 60, 300)))
    (tmp_path / "b").write_text(flow_log(interval("eni-2", 30, 600), interval("eni-3", 10, 400)))
    assert talkers(hunts, tmp_path) == [(WEB, 800, 0, 2)]


def test_a_flow_that_ends_behind_the_window_hides_nothing_in_it(hunts, tmp_path: Path):
    late = [{**each, "timestamp": "2026-11-22T14:00:00.000000+0000"} for each in EACH_WAY]
    records = ({"firewall_name": "fw", "event_timestamp": str(NOON + 7200), "event": each} for each in late)
    (tmp_path / "aws.log").write_text(written(*records))
    (tmp_path / "flows").write_text(flow_log(interval("eni-1", -20)))
    assert talkers(hunts, tmp_path) == [(WEB, 500, 0, 1)]


def test_a_damaged_log_of_the_firewall_repeats_nobody_and_is_told(hunts, tmp_path: Path):
    (tmp_path / "aws.log.gz").write_bytes(gzip.compress(FIREWALLS.encode() * 9)[:-20])
    (tmp_path / "flows").write_text(flow_log(interval("eni-1", 900, 11)))
    told = hunts("run", "top-talkers", "--json", "--logs", str(tmp_path), *WHEN)
    assert "aws.log.gz: the file is cut short or damaged" in told.stderr
    assert json.loads(told.stdout)["rows"][0]["bytes_out"] >= 11


def test_a_capture_beside_what_an_engine_said_of_it(hunts, tmp_path: Path, suricata: object):
    ends = (Endpoint(ip_address(WEB), 4000), Endpoint(ip_address(FAR), 443))
    write_capture(
        tmp_path / "a.pcap", tcp_packets(float(NOON), ends, conversations.https("a.example", up=200, down=500))
    )
    (alone,) = talkers(hunts, tmp_path)
    (tmp_path / "eve.json").write_text(written(*EACH_WAY))
    assert talkers(hunts, tmp_path) == [(WEB, 900, 70, 1)] != [alone]


def test_what_a_tool_saw_in_part_hides_nothing_that_another_saw(hunts, tmp_path: Path):
    """A sensor that lost packets, or was started late, speaks of the same ends and of the same time."""
    (tmp_path / "eve.json").write_text(written(*EACH_WAY))
    (tmp_path / "flows").write_text(flow_log(interval("eni-1", 0, 10_000_000)))
    assert talkers(hunts, tmp_path) == [(WEB, 10_000_900, 70, 2)]


def zeek(begins: int, lasts: float, out: int, ends: dict[str, Any] = OUT) -> str:
    sides = {"id.orig_h": ends["src_ip"], "id.resp_h": ends["dest_ip"]}
    ports = {"id.orig_p": ends["src_port"], "id.resp_p": ends["dest_port"], "proto": ends["proto"].lower()}
    counts = {"orig_bytes": out, "orig_pkts": 9, "resp_bytes": 70, "resp_pkts": 5, "conn_state": "SF"}
    return json.dumps({"ts": NOON + begins, "uid": "C1", **sides, **ports, **counts, "duration": lasts}) + "\n"


def test_a_long_connection_of_which_a_better_tool_saw_the_end_stays(hunts, tmp_path: Path):
    (tmp_path / "eve.json").write_text(written(*EACH_WAY))
    (tmp_path / "conn.log").write_text(zeek(-3000, 3020, 800))
    assert talkers(hunts, tmp_path) == [(WEB, 1700, 140, 2)]


def test_zeek_beside_the_firewall_says_when_a_connection_began(hunts, tmp_path: Path):
    (tmp_path / "aws.log").write_text(FIREWALLS)
    (tmp_path / "conn.log").write_text(zeek(0, 30.1, 800))
    assert talkers(hunts, tmp_path) == [(WEB, 900, 70, 1)]


def test_what_has_no_ports_counts_once_too(hunts, tmp_path: Path):
    pings = [{name: part for name, part in each.items() if not name.endswith("port")} for each in EACH_WAY]
    (tmp_path / "eve.json").write_text(written(*({**each, "proto": "ICMP", "icmp_type": 8} for each in pings)))
    (tmp_path / "flows").write_text(flow_log(f"eni-1 {WEB} {FAR} 0 0 1 9 900 {NOON} {NOON + 60}"))
    (tmp_path / "conn.log").write_text(zeek(0, 30.1, 800, {**OUT, "src_port": 8, "dest_port": 0, "proto": "ICMP"}))
    assert talkers(hunts, tmp_path) == [(WEB, 900, 70, 1)]
