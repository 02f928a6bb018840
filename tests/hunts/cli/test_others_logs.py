"""Logs as AWS's services and other engines write them, asked through the command line: read, or named as not read."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import Result

from hunts.backends.loading import Loading
from hunts.forms import content
from tests.hunts.labelled import HOME, NOON, WEB, query

FAR = "198.51.100.9"
WHEN = ("--from", "2026-11-22T11:00:00Z", "--to", "2026-11-22T13:00:00Z", "--home", HOME)
TIMES = f"{NOON + 60} {NOON + 120}"
DEFAULT = f"123456789010 eni-1 {WEB} {FAR} 4000 443 6 2 900 {TIMES} ACCEPT OK"
ENDS = {"src_ip": WEB, "src_port": 4000, "dest_ip": FAR, "dest_port": 443, "proto": "TCP"}
HEAD = (
    "version",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "pkt-srcaddr",
    "pkt-dstaddr",
    "protocol",
    "bytes",
    "start",
    "end",
)
EVE = {"timestamp": "2026-11-22T12:01:00.100000+0000", "flow_id": 7, **ENDS}
INSPECTED = {**ENDS, "src_port": "4000", "timestamp": EVE["timestamp"], "sni": "a.example"}

Hunts = Callable[..., Result]


def asked(hunts: Hunts, folder: Path, hunt: str) -> tuple[list[dict], str]:
    told = hunts("run", hunt, "--json", "--logs", str(folder), *WHEN)
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)["rows"], told.stderr


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "aws-account-id=1/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2026/month=11/day=22/hour=12/a.log.gz",
            "\n".join((" ".join(HEAD), f"5 {WEB} 10.20.9.9 4000 443 {WEB} {FAR} 6 900 {TIMES}\n")),
        ),
        (
            "the packet's ends alone",
            f"pkt-srcaddr pkt-dstaddr srcport dstport protocol bytes start end\n{WEB} {FAR} 4000 443 6 900 {TIMES}\n",
        ),
        ("a log group, with fields behind", f"2026-11-22T12:02:00.000Z eni-1-all 5 {DEFAULT} vpc-1 subnet-1 i-1 19\n"),
        (
            "Athena's columns",
            f'"srcaddr","dstaddr","bytes","start","end"\n"{WEB}","{FAR}","900","{NOON}","{NOON + 60}"\n',
        ),
    ],
)
def test_a_flow_log_of_a_format_of_its_own(hunts: Hunts, tmp_path: Path, name: str, text: str):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    rows, said = asked(hunts, tmp_path, "top-talkers")
    assert ([(row["src_ip"], row["bytes_out"], row["busiest"]) for row in rows], said) == ([(WEB, 900, FAR)], "")


def test_records_that_aws_skipped_are_told(hunts: Hunts, tmp_path: Path):
    skipped = f"2 123456789010 eni-1 - - - - - - - {TIMES} - SKIPDATA\n"
    (tmp_path / "flows").write_text(f"2 {DEFAULT}\n{skipped}{skipped.replace('SKIP', 'NO')}")
    rows, said = asked(hunts, tmp_path, "top-talkers")
    assert [row["bytes_out"] for row in rows] == [900]
    assert "1 line left out" in said
    assert "an interval of which AWS could not keep all records (SKIPDATA)" in said


@pytest.mark.parametrize("kind", [{}, {"event_type": "tls"}], ids=["no type", "its type"])
@pytest.mark.parametrize(
    "trouble",
    [
        {"tls_error": {"error_message": "SNI: a.example Match Failed to server certificate names: b.example"}},
        {"revocation_check": {"leaf_cert_fpr": "1", "status": "REVOKED", "action": "DROP"}},
    ],
    ids=["another name", "revoked"],
)
def test_what_tls_inspection_tells_is_a_name(hunts: Hunts, tmp_path: Path, kind: dict, trouble: dict):
    record = {"firewall_name": "fw", "event_timestamp": NOON + 60, "event": {**kind, **INSPECTED, **trouble}}
    (tmp_path / "tls.log").write_text(json.dumps(record) + "\n")
    assert [row["sni"] for row in asked(hunts, tmp_path, "top-sni")[0]] == ["a.example"]


@pytest.mark.parametrize(
    ("because", "signature"),
    [
        ({"signature": "no way", "signature_id": 9, "category": "", "severity": 1}, "no way"),
        (None, "suricata: dropped (stream error)"),
    ],
    ids=["a rule", "the engine itself"],
)
def test_what_an_inline_engine_dropped_is_denied(hunts: Hunts, tmp_path: Path, because: dict | None, signature: str):
    record = {**EVE, "event_type": "drop", "drop": {"len": 60, "reason": "stream error"}}
    (tmp_path / "eve.json").write_text(json.dumps(record | ({"alert": because} if because else {})) + "\n")
    rows, _ = asked(hunts, tmp_path, "denied")
    assert [(row["src_ip"], row["destination"], row["outcome"], row["signature"]) for row in rows] == [
        (WEB, FAR, "drop", signature)
    ]


@pytest.mark.parametrize(
    ("hunt", "text", "why"),
    [
        (hunt, f"2 {DEFAULT}\n", "of 1 FLOW record in the window none has a protocol")
        for hunt in ("stranger-on-443", "tls-on-odd-ports", "dns-over-https")
    ]
    + [
        (hunt, json.dumps({**EVE, "event_type": "drop"}), "of 1 ALERT record in the window none has " + what)
        for hunt, what in {
            "new-destinations": "a name in TLS or QUIC or a host in HTTP",
            "rare-destinations": "a name in TLS or QUIC or a host in HTTP",
            "tls-without-sni": "a version of TLS",
            "forged-sni": "a name in TLS or QUIC",
            "rare-clients": "a user agent or a JA3 or a JA4",
        }.items()
    ],
)
def test_records_that_cannot_tell_are_no_all_clear(hunts: Hunts, tmp_path: Path, hunt: str, text: str, why: str):
    (tmp_path / "log").write_text(text)
    told = hunts("run", hunt, "--logs", str(tmp_path), *WHEN)
    assert (told.exit_code, why in told.stderr) == (2, True), told.output


def test_one_log_that_can_tell_is_enough_where_the_other_cannot(hunts: Hunts, tmp_path: Path):
    (tmp_path / "flows").write_text(f"2 {DEFAULT}\n")
    (tmp_path / "eve.json").write_text(json.dumps({**EVE, "event_type": "tls", "tls": {"sni": "a.example"}}))
    told = hunts("run", "stranger-on-443", "--logs", str(tmp_path), *WHEN)
    assert (told.exit_code, "nothing found in 1 ALERT record and 1 FLOW record" in told.stdout) == (0, True), (
        told.output
    )


@pytest.mark.parametrize("hunt", ["tls-without-sni", "stranger-on-443", "severe-signatures", "rogue"])
def test_records_of_other_networks_alone_are_no_all_clear(hunts: Hunts, tmp_path: Path, hunt: str):
    away = {**EVE, "src_ip": "198.18.0.5", "app_proto": "tls"}
    flow = {**away, "event_type": "flow", "flow": {"pkts_toserver": 3, "bytes_toserver": 900}}
    (tmp_path / "eve.json").write_text("\n".join(map(json.dumps, (flow, {**away, "event_type": "tls", "tls": {}}))))
    told = hunts("run", hunt, "--logs", str(tmp_path), *WHEN)
    assert told.exit_code == 2, told.output
    assert (
        "of 1 ALERT record in the window none has an end in the networks that were asked about (--home)" in told.stderr
    )


def test_fields_that_are_nothing_like_those_of_their_kind_are_named(hunts: Hunts, tmp_path: Path):
    odd = (
        {**EVE, "event_type": ["flow"]},
        {**EVE, "event_type": "dns", "dns": {"queries": 7}},
        {"class_uid": 4003, "time": NOON * 1000, "query": {"hostname": "a.example"}, "answers": 7},
        {"version": "2", "srcaddr": WEB, "dstaddr": FAR, "bytes": float("inf"), "start": NOON, "end": NOON},
        {"_path": "ssl", "ts": NOON, "uid": "\ud800", "id.orig_h": WEB, "id.resp_h": FAR, "server_name": "a.example"},
    )
    (tmp_path / "log").write_text("\n".join(map(json.dumps, odd)))
    told = hunts("run", "top-sni", "--logs", str(tmp_path), "--json", *WHEN)
    assert told.exit_code == 0, told.output
    assert [row["sni"] for row in json.loads(told.stdout)["rows"]] == ["a.example"]
    assert "4 lines left out" in told.stderr
    assert "a record whose fields are nothing like those of its kind" in told.stderr


def test_a_query_whose_time_is_none_is_named(hunts: Hunts, tmp_path: Path):
    good = query(NOON + 1, WEB, "www.example", FAR)
    bad = {**good, "query_timestamp": "yesterday"}
    (tmp_path / "dns.log").write_text(f"{json.dumps(good)}\n{json.dumps(bad)}\n")
    told = hunts("run", "dns-exfiltration", "--logs", str(tmp_path), *WHEN)
    assert (told.exit_code, "dns.log:2: its query_timestamp is no time" in told.stderr) == (0, True), told.output


RECORD = {**EVE, "event_type": "tls", "tls": {"sni": "a.example"}}
TEXT = json.dumps(RECORD)


@pytest.mark.parametrize(
    "around",
    [
        {"time": NOON + 60, "host": "h", "sourcetype": "suricata", "event": RECORD},
        {"__REALTIME_TIMESTAMP": "1", "_PID": "1", "MESSAGE": TEXT},
        {"host": "h", "source_type": "file", "timestamp": "2026-11-22T12:01:00Z", "message": RECORD},
        {"insertId": "x", "logName": "l", "jsonPayload": RECORD},
        {"insertId": "x", "logName": "l", "textPayload": TEXT},
    ],
    ids=["Splunk's collector", "journalctl -o json", "Vector, parsed", "Cloud Logging", "Cloud Logging, as text"],
)
def test_a_record_inside_another_tools(hunts: Hunts, tmp_path: Path, around: dict):
    (tmp_path / "log").write_text(json.dumps(around))
    assert [row["sni"] for row in asked(hunts, tmp_path, "top-sni")[0]] == ["a.example"]


def test_elastics_own_fields_are_refused_with_what_to_do(hunts: Hunts, tmp_path: Path):
    event = {"kind": "event", "dataset": "suricata.eve"}
    (tmp_path / "log").write_text(json.dumps({"event": event, "suricata": {"eve": {}}, "ecs": {"version": "8"}}))
    told = hunts("run", "top-sni", "--logs", str(tmp_path), *WHEN)
    assert (told.exit_code, "have event.original kept (preserve_original_event)" in told.stderr) == (2, True)


@pytest.mark.parametrize("unit", [1, 10**3, 10**6, 10**9], ids=["s", "ms", "us", "ns"])
def test_a_time_in_any_unit_of_the_epoch(hunts: Hunts, tmp_path: Path, unit: int):
    (tmp_path / "log").write_text(json.dumps({**RECORD, "timestamp": (NOON + 60) * unit}))
    assert [row["last_seen"] for row in asked(hunts, tmp_path, "top-sni")[0]] == [NOON + 60]


def test_the_first_version_of_suricatas_dns_has_its_answer_beside_the_question(hunts: Hunts, tmp_path: Path):
    dns = {"type": "answer", "id": 1, "rrname": "a.example", "rrtype": "A", "rcode": "NOERROR", "rdata": FAR}
    seen = {**EVE, "src_ip": "10.20.0.2", "src_port": 53, "dest_ip": WEB, "dest_port": 4000}
    (tmp_path / "log").write_text(json.dumps({**seen, "event_type": "dns", "dns": dns}))
    told = hunts("timeline", WEB, "--json", "--logs", str(tmp_path), *WHEN)
    assert [(each["name"], each["detail"]) for each in json.loads(told.stdout)["records"]] == [("a.example", FAR)]


@pytest.mark.parametrize("count", ["x", "-9", "9" * 20])
def test_a_flow_whose_bytes_are_no_number_is_named_and_not_counted_as_none(hunts: Hunts, tmp_path: Path, count: str):
    head = "srcaddr dstaddr srcport dstport protocol bytes start end"
    rows = [f"{WEB} {FAR} {port} 443 6 {size} {TIMES}" for port, size in ((4000, "900"), (4001, count))]
    (tmp_path / "log").write_text("\n".join((head, *rows)))
    found, said = asked(hunts, tmp_path, "top-talkers")
    assert [row["bytes_out"] for row in found] == [900]
    assert "log: a flow log record whose bytes are no number" in said


def test_a_count_is_right_to_the_byte(hunts: Hunts, tmp_path: Path):
    many = 2**53 + 1
    flow = {"pkts_toserver": 3, "bytes_toserver": many, "pkts_toclient": 0, "bytes_toclient": 0}
    (tmp_path / "log").write_text(json.dumps({**EVE, "event_type": "flow", "flow": flow}))
    assert [row["bytes_out"] for row in asked(hunts, tmp_path, "top-talkers")[0]] == [many]


@pytest.mark.parametrize("before", ["", "2026-11-22T12:02:00.000Z eni-1-all "], ids=["a row", "behind a stream"])
def test_rows_whose_fields_nothing_names_are_refused_with_what_to_do(hunts: Hunts, tmp_path: Path, before: str):
    row = f"{WEB} {FAR} 4000 443 6 900 {TIMES} vpc-1\n"
    (tmp_path / "log").write_text(before + row)
    told = hunts("run", "top-talkers", "--logs", str(tmp_path), *WHEN)
    assert (told.exit_code, "put a line with the names of its fields above them" in told.stderr) == (2, True)


@pytest.mark.parametrize(
    "head", ["@timestamp,@message\n", "#separator \\x09\n#path\tconn\n#fields\tts\n", "Nov 22 host x: "], ids=str
)
def test_a_line_of_any_length_takes_little_memory(hunts: Hunts, tmp_path: Path, head: str, monkeypatch):
    monkeypatch.setattr(content, "LONGEST", 1 << 20)
    good = f"Nov 22 host x: {TEXT}\n"
    (tmp_path / "log").write_text(
        f"{good}{head}{'y' * (5 << 20)}\n" if head.startswith("Nov") else head + "y" * (5 << 20)
    )
    (tmp_path / "good").write_text(good)
    rows, said = asked(hunts, tmp_path, "top-sni")
    assert [row["sni"] for row in rows] == ["a.example"]
    assert "log: " in said
    assert "a line longer than 16 MiB" in said


@pytest.mark.parametrize("said", ["No space left on device", "'max_temp_directory_size'"])
def test_a_full_disk_is_told_with_what_to_do(hunts: Hunts, tmp_path: Path, monkeypatch, said: str):
    def full(*_: object) -> None:
        raise duckdb.IOException(f"Could not write file: {said}")

    monkeypatch.setattr(Loading, "keep", full)
    (tmp_path / "log").write_text(TEXT)
    told = hunts("run", "top-sni", "--logs", str(tmp_path), *WHEN)
    assert (told.exit_code, "TMPDIR names another folder" in told.stderr) == (2, True), told.output
