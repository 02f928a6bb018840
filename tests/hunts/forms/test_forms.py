"""Every form in which people have logs says what AWS's own files say, whatever the file is called."""

import base64
import bz2
import gzip
import io
import json
import lzma
import os
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from xml.sax.saxutils import escape

import duckdb
import pytest

from hunts.backends import silent
from hunts.backends.duck import DuckDB
from hunts.backends.local_files import LocalFiles
from hunts.backends.seen_twice import witness
from hunts.catalog import hunt
from hunts.forms import Form, NotALogError, Record, content, json_values, log_of, ocsf, parquet, splunk, vpc_flow_logs
from hunts.forms.content import HEAD, Content, head
from hunts.forms.recognise import AS_IT_IS, recognise
from hunts.hunting import Hunter
from hunts.model import LOGS
from hunts.parameters import question
from hunts.silence import asked_of_nothing
from hunts.window import Window
from tests.hunts.labelled import HOME, HOUR, NOON, WEB, alert, netflow, query
from traffic.packets import conversations
from traffic.packets.session import tcp_packets
from traffic.packets.wire import Endpoint, write_capture

RECORDS = [alert(NOON + n, n, WEB, "198.51.100.9", sni=f"s{n}.example.com") for n in range(5)]
NAMES = {f"s{n}.example.com" for n in range(5)}
TEXTS = [json.dumps(record) for record in RECORDS]
SPACED = json.dumps(RECORDS, indent=4)
EVENTS = [{"timestamp": (NOON + n) * 1000, "message": text, "eventId": str(n)} for n, text in enumerate(TEXTS)]
SUBSCRIPTION = {"messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "g", "logEvents": EVENTS}
RESULTS = [[{"field": "@ptr", "value": "x"}, {"field": "@message", "value": text}] for text in TEXTS]
PACKED = base64.b64encode(gzip.compress(json.dumps(SUBSCRIPTION).encode())).decode()
QUOTED = [text.replace('"', '""') for text in TEXTS]
TABLE = [[*map(json.dumps, (r["firewall_name"], r["event_timestamp"])), json.dumps(r["event"])] for r in RECORDS]
NAMED = ("firewall_name", "event_timestamp", "event")
CELLS = [{"Data": [{"VarCharValue": json.loads(at)} for at in row[:2]] + [{"VarCharValue": row[2]}]} for row in TABLE]
HEADED = [{"Data": [{"VarCharValue": name} for name in NAMED]}, *CELLS]
COLUMNS = {"ColumnInfo": [{"Name": name, "Type": "varchar"} for name in NAMED]}
RAW = [escape(text).replace("example", '<sg h="1">example</sg>') for text in TEXTS]
XML = "".join(
    f"<result offset='1'>\n<field k='_raw'><v xml:space='preserve'>{text}</v></field>\n"
    "<field k='_time'>\n<value><text>2026</text></value></field></result>\n"
    for text in RAW
)
SPLIT = [[text[:90], text[90:200], text[200:] + "\n"] for text in TEXTS]
CSV = "@timestamp,@message\n" + "".join(
    f'2026-11-22 12:00:00.000,"{text.replace(chr(34), chr(34) * 2)}"\n' for text in TEXTS
)

FORMS: dict[str, bytes] = {
    "a record a line": "\n".join(TEXTS).encode(),
    "back to back, as Firehose writes": "".join(TEXTS).encode(),
    "back to back and compressed": gzip.compress("".join(TEXTS).encode()),
    "an array": json.dumps(RECORDS).encode(),
    "laid out over lines": SPACED.encode(),
    "with a byte order mark": b"\xef\xbb\xbf" + "\n".join(TEXTS).encode(),
    "in UTF-16": "\n".join(TEXTS).encode("utf-16"),
    "in UTF-16 without a mark": "\r\n".join(TEXTS).encode("utf-16-le"),
    "with carriage returns": "\r\n".join(TEXTS).encode(),
    "filter-log-events": json.dumps({"events": EVENTS, "searchedLogStreams": []}, indent=2).encode(),
    "results of Logs Insights": json.dumps({"results": RESULTS, "status": "Complete"}).encode(),
    "what a subscription delivers": json.dumps(SUBSCRIPTION).encode() * 1,
    "what a subscription hands to a function": json.dumps({"awslogs": {"data": PACKED}}).encode(),
    "an export task": gzip.compress("\n".join(f"2026-11-22T12:00:0{n}.000Z {t}" for n, t in enumerate(TEXTS)).encode()),
    "aws logs tail": "\n".join(f"2026-11-22T12:00:00+00:00 stream/1 {text}" for text in TEXTS).encode(),
    "CSV of the console": CSV.encode(),
    "CSV with a mark": b"\xef\xbb\xbf" + CSV.encode(),
    "CSV of a spreadsheet, with semicolons": CSV.replace(",", ";", 1).replace('000,"', '000;"').encode(),
    "CSV with tabs": CSV.replace(",", "\t", 1).replace('000,"', '000\t"').encode(),
    "aws logs tail, laid out over lines": "\n".join(
        f"2026-11-22T12:00:00+00:00 stream/1 {json.dumps(record, indent=4)}" for record in RECORDS
    ).encode(),
    "what Kinesis hands to a function": json.dumps({"Records": [{"kinesis": {"data": PACKED}}]}).encode(),
    "what Kinesis gives": json.dumps({"Records": [{"SequenceNumber": "1", "Data": PACKED}]}).encode(),
    "compressed twice": gzip.compress(gzip.compress("".join(TEXTS).encode())),
    "what Firehose could not deliver": "\n".join(
        json.dumps({"attemptsMade": 4, "errorCode": "x", "rawData": base64.b64encode(text.encode()).decode()})
        for text in TEXTS
    ).encode(),
    "results of Logs Insights, from the console as JSON": json.dumps(
        [{"@timestamp": "2026-11-22 12:00:00.000", "@message": record} for record in RECORDS], indent=2
    ).encode(),
    "a result of Athena": "\n".join(
        (
            '"firewall_name","event_timestamp","event"',
            *(f'{firewall},{at},"{event.replace(chr(34), chr(34) * 2)}"' for firewall, at, event in TABLE),
        )
    ).encode(),
    "a record whose event is a text": "\n".join(
        json.dumps({**record, "event": json.dumps(record["event"])}) for record in RECORDS
    ).encode(),
    "Splunk's CSV": "\r\n".join(('"_raw","_time"', *(f'"{text}","x"' for text in QUOTED))).encode(),
    "Splunk's JSON": "\n".join(json.dumps({"preview": False, "result": {"_raw": text}}) for text in TEXTS).encode(),
    "CSV that says what parts it": b"\xef\xbb\xbfsep=,\r\n" + CSV.encode(),
    "Elastic's schema": "\n".join(
        json.dumps({"_index": "x", "_source": {"@timestamp": "x", "event": {"original": text}}}) for text in TEXTS
    ).encode(),
    "Filebeat's JSON": "\n".join(json.dumps({"@timestamp": "x", "json": record}) for record in RECORDS).encode(),
    "messages of a queue": json.dumps({"Messages": [{"MessageId": "1", "Body": text} for text in TEXTS]}).encode(),
    "a JSON sequence": "".join(f"\x1e{text}\n" for text in TEXTS).encode(),
    "lines of several kinds": "\n".join(
        (*TEXTS[:2], *(f"2026-11-22T12:00:00+00:00 stream/1 {text}" for text in TEXTS[2:4]), json.dumps([TEXTS[4]]))
    ).encode(),
    "an answer of GetQueryResults": json.dumps(
        {"UpdateCount": 0, "ResultSet": {"Rows": HEADED, "ResultSetMetadata": COLUMNS}}, indent=4
    ).encode(),
    "the second page of it": json.dumps({"ResultSet": {"Rows": CELLS, "ResultSetMetadata": COLUMNS}}).encode(),
    "Splunk's XML": f"<?xml version='1.0' encoding='UTF-8'?>\n<results preview='0'>\n{XML}</results>\n".encode(),
    "Splunk's XML, several documents": f"<results>{XML}".replace(
        "</result>", "</result></results><results>", 2
    ).encode(),
    "Splunk's json_rows": json.dumps({"fields": ["_raw", "_time"], "rows": [[text, "x"] for text in TEXTS]}).encode(),
    "Splunk's json_cols": json.dumps({"fields": ["_time", "_raw"], "columns": [["x"] * 5, TEXTS]}).encode(),
    "OpenSearch's PPL": json.dumps({"schema": [{"name": "message"}], "datarows": [[t] for t in TEXTS]}).encode(),
    "Loki's": json.dumps(
        {"data": {"resultType": "streams", "result": [{"stream": {"a": "b"}, "values": [["1", t] for t in TEXTS]}]}}
    ).encode(),
    "Docker's, in pieces": "\n".join(
        json.dumps({"log": piece, "stream": "stdout", "time": f"2026-11-22T12:00:00.{number}Z"})
        for pieces in SPLIT
        for number, piece in enumerate(pieces)
    ).encode(),
    "Docker's, in pieces among those of another container": "\n".join(
        json.dumps({"log": piece, "container_id": container, "partial_ordinal": str(number)})
        for pieces in zip(*[iter([*SPLIT, [TEXTS[0][:9]] * 3])] * 2, strict=True)
        for number in range(3)
        for container, piece in zip("ab", (pieces[0][number], pieces[1][number]), strict=True)
        if piece != TEXTS[0][:9]
    ).encode(),
    "containerd's, in pieces": "".join(
        f"2026-11-22T12:00:00.1Z stdout {'F' if piece.endswith('}') else 'P'} {piece}\n"
        for pieces in SPLIT
        for piece in map(str.rstrip, pieces)
    ).encode(),
    "compressed by bzip2": bz2.compress("\n".join(TEXTS).encode()),
    "compressed by xz": lzma.compress("\n".join(TEXTS).encode()),
}


def form(path: Path) -> Form:
    return recognise(path, head(path))


def asked(folder: Path, name: str = "top-sni", **given: str):
    backend = DuckDB(dict.fromkeys(LOGS, LocalFiles([folder])))
    return backend.ask(question(hunt(name), given, Window(NOON - HOUR, NOON + HOUR), HOME), silent)


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("name", ["no ending", "flow/dns/alert.txt"])
def test_a_form_of_aws_says_what_its_records_say(tmp_path: Path, name: str, content: bytes):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    answer = asked(tmp_path)
    assert {(row[0], row[1]) for row in answer.rows} == {(name, 1) for name in NAMES}
    assert (answer.unread.total, answer.unread.files) == (0, [])


def test_files_of_aws_are_read_as_they_are(tmp_path: Path):
    for name in ("a record a line", "with carriage returns"):
        (tmp_path / "log").write_bytes(FORMS[name])
        assert form(tmp_path / "log") is AS_IT_IS


@pytest.mark.parametrize(
    "name", ["back to back, as Firehose writes", "filter-log-events", "an export task", "CSV of the console"]
)
def test_what_breaks_off_is_named_and_the_rest_counts(tmp_path: Path, name: str):
    content = FORMS[name]
    packed = content.startswith(b"\x1f\x8b")
    content = gzip.decompress(content) if packed else content
    if name == "filter-log-events":
        content = json.dumps({"events": [*EVENTS[:4], {**EVENTS[4], "message": TEXTS[4][:80]}]}).encode()
    else:
        content = content[: content.rindex(b'"tls"')]
    (tmp_path / "log").write_bytes(content)
    answer = asked(tmp_path)
    assert len(answer.rows) == 4
    assert answer.unread.counts == {"log": 1}
    assert answer.unread.named == ["log: half a record: it breaks off"]


def test_a_piece_whose_others_are_missing_costs_no_other_line(tmp_path: Path):
    pieces = [TEXTS[0][:90], *(text + "\n" for text in TEXTS[1:]), TEXTS[0][:80]]
    (tmp_path / "log").write_text("\n".join(json.dumps({"log": piece, "stream": "stdout"}) for piece in pieces))
    answer = asked(tmp_path)
    assert {row[0] for row in answer.rows} == NAMES - {"s0.example.com"}
    assert (answer.unread.counts, answer.unread.named) == ({"log": 2}, ["log: half a record: it breaks off"])


def test_a_result_of_splunks_that_is_too_long_may_hold_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(splunk, "LONGEST", 20_000)
    monkeypatch.setattr(content, "_CHUNK", 9_000)
    long = f"<result><field k='_raw'><v>{'x' * 50_000}</v></field></result>"
    (tmp_path / "log").write_text("".join(("<results>", long, XML.replace(" offset='1'", ""), "</results>")))
    answer = asked(tmp_path)
    assert {row[0] for row in answer.rows} == NAMES
    assert answer.unread.named == ["log: a result longer than 16 MiB"]
    assert answer.unread.lost


def test_a_value_that_is_too_long_may_hold_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(json_values, "LONGEST", 1000)
    monkeypatch.setattr(content, "_CHUNK", 500)
    (tmp_path / "log").write_bytes(FORMS["filter-log-events"].replace(b"\n", b"") + b"\n" + FORMS["a record a line"])
    answer = asked(tmp_path)
    assert {row[0] for row in answer.rows} == NAMES
    why = "one value of more than 64 MiB: have it written a record a line (jq -c), or in pages"
    assert answer.unread.named == [f"log: {why}"]
    assert answer.unread.lost


@pytest.mark.parametrize("name", ["log", "log[1]*.parquet"])
@pytest.mark.parametrize(
    "columns",
    [
        "*",
        "firewall_name, make_timestamp(event_timestamp::BIGINT * 1000000) AS event_timestamp, to_json(event) AS event",
        "to_json(file) AS message",
    ],
    ids=["as Firehose converts them", "as Athena unloads them", "in messages"],
)
def test_parquet_of_the_firewalls_records_is_read(tmp_path: Path, name: str, columns: str):
    (tmp_path / "records.json").write_text("\n".join(TEXTS))
    query = f"SELECT {columns} FROM read_json('{tmp_path}/records.json') AS file"  # noqa: S608 - our own
    duckdb.sql(query).write_parquet(str(tmp_path / "x"))
    (tmp_path / "records.json").unlink()
    (tmp_path / "x").rename(tmp_path / name)
    answer = asked(tmp_path)
    assert ({row[0] for row in answer.rows}, answer.unread.total, answer.unread.files) == (NAMES, 0, [])


def test_a_text_of_windows_is_read_in_its_own_letters(tmp_path: Path):
    texts = [json.dumps({**record, "firewall_name": "büro"}, ensure_ascii=False) for record in RECORDS]
    (tmp_path / "log").write_bytes("\n".join(texts).encode("cp1252"))
    answer = asked(tmp_path)
    assert ({row[0] for row in answer.rows}, answer.unread.total) == (NAMES, 0)
    assert {record["firewall_name"] for record in form(tmp_path / "log").records(Content(tmp_path / "log"))} == {"büro"}


@pytest.mark.parametrize(
    ("pack", "why"),
    [
        (bz2.compress, "damaged: it is compressed, and can't be opened"),
        (lzma.compress, "the file is cut short or damaged"),
    ],
    ids=["bzip2, of which nothing is left", "xz"],
)
def test_a_compressed_file_that_is_cut_short_is_named(tmp_path: Path, pack, why: str):
    (tmp_path / "log").write_bytes(pack("\n".join(TEXTS).encode())[:-12])
    answer = asked(tmp_path)
    assert [*answer.unread.named, *answer.unread.files] == [f"log: {why}"]


def test_a_compressed_file_is_decompressed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    lines = "\n".join(TEXTS * 3000).encode()
    (tmp_path / "log").write_bytes(bz2.compress(lines))
    sizes = []

    class Counting(bz2.BZ2File):
        def read1(self, size: int = -1) -> bytes:
            piece = super().read1(size)
            sizes.append(len(piece))
            return piece

    monkeypatch.setattr(content, "opened", Counting)
    assert {row[0] for row in asked(tmp_path).rows} == NAMES
    # What it is, and how its text is encoded, is told by its beginning.
    assert len(lines) <= sum(sizes) <= len(lines) + 4 * HEAD


@pytest.mark.parametrize("moment", [NOON * 1000, "2026-11-22T12:00:00Z"], ids=["milliseconds", "ISO 8601"])
def test_a_time_that_another_tool_turned_into_another_form_is_the_same(tmp_path: Path, moment):
    (tmp_path / "log").write_text(json.dumps({**RECORDS[0], "event_timestamp": moment}))
    (found,) = form(tmp_path / "log").records(Content(tmp_path / "log"))
    assert found["event_timestamp"] == str(NOON)


def test_a_pipe_and_a_link_to_a_folder_are_named_and_not_followed(tmp_path: Path):
    (tmp_path / "log").write_bytes(FORMS["a record a line"])
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "round").symlink_to(tmp_path)
    answer = asked(tmp_path)
    assert {row[0] for row in answer.rows} == NAMES
    assert answer.unread.files == ["pipe: no file, nor a link to one", "round: no file, nor a link to one"]


def archived(kind: str) -> bytes:
    """Two files of records in an archive that doesn't compress them: their lines can be seen in it."""
    file = io.BytesIO()
    texts = {"a.log": "\n".join(TEXTS[:2]).encode(), "b.log": "\n".join(TEXTS[2:]).encode()}
    if kind == "zip":
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, text in texts.items():
                archive.writestr(name, text)
    else:
        with tarfile.open(fileobj=file, mode="w") as archive:
            for name, text in texts.items():
                member = tarfile.TarInfo(name)
                member.size = len(text)
                archive.addfile(member, io.BytesIO(text))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (archived("zip"), "a zip archive: unpack it, and give what was in it (unzip)"),
        (archived("tar"), "a tar archive: unpack it, and give what was in it (tar -xf)"),
        (gzip.compress(archived("tar")), "a tar archive: unpack it, and give what was in it (tar -xf)"),
    ],
    ids=["zip", "tar", "tar.gz"],
)
def test_an_archive_is_never_read_in_part(tmp_path: Path, content: bytes, why: str):
    (tmp_path / "alert.log").write_bytes(content)
    answer = asked(tmp_path)
    assert (answer.rows, answer.unread.files) == ([], [f"alert.log: {why}"])


def test_a_flow_log_in_the_events_of_a_log_group_is_read(tmp_path: Path):
    events = [{"timestamp": NOON * 1000, "message": row} for row in FLOW_LOG.splitlines()[1:]]
    (tmp_path / "log").write_bytes(json.dumps({"events": events}).encode())
    assert [log_of(found) for found in form(tmp_path / "log").records(Content(tmp_path / "log"))] == ["flow"]


EVE = {
    "timestamp": "2026-11-22T12:00:01.000001+0000",
    "flow_id": 7,
    "src_ip": WEB,
    "src_port": 4000,
    "dest_ip": "198.51.100.9",
    "dest_port": 443,
    "proto": "TCP",
}
ZEEK = "\n".join(
    (
        "#separator \\x09",
        "#set_separator\t,",
        "#empty_field\t(empty)",
        "#unset_field\t-",
        "#path\tssl",
        "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tversion\tserver_name",
        "#types\ttime\tstring\taddr\tport\taddr\tport\tstring\tstring",
        f"{NOON}.5\tC1\t{WEB}\t4000\t198.51.100.9\t443\tTLSv13\ta.example\n",
    )
)
ZEEK_ENDS = {
    "ts": NOON + 0.5,
    "uid": "C1",
    "id.orig_h": WEB,
    "id.orig_p": 4000,
    "id.resp_h": "198.51.100.9",
    "id.resp_p": 443,
}
FLOW_LOG = "\n".join(
    (
        " ".join(vpc_flow_logs.DEFAULT),
        f"2 1 eni-1 {WEB} 198.51.100.9 4000 443 6 2 900 {NOON} {NOON + 60} ACCEPT OK",
        f"2 1 eni-1 - - - - - - - {NOON} {NOON + 60} - NODATA\n",
    )
)
OTHERS: dict[str, tuple[bytes, str, tuple[object, ...]]] = {
    "eve.json, an alert": (
        json.dumps(
            {**EVE, "event_type": "alert", "alert": RECORDS[0]["event"]["alert"], "tls": {"sni": "a.example"}}
        ).encode(),
        "top-sni",
        ("a.example", 1),
    ),
    "eve.json, a name": (
        json.dumps({**EVE, "event_type": "tls", "tls": {"sni": "a.example"}}).encode(),
        "top-sni",
        ("a.example", 1),
    ),
    "eve.json, a name by QUIC": (
        json.dumps({**EVE, "event_type": "quic", "quic": {"sni": "a.example"}}).encode(),
        "top-sni",
        ("a.example", 1),
    ),
    "eve.json, a flow": (
        json.dumps(
            {
                **EVE,
                "event_type": "flow",
                "flow": {"pkts_toserver": 2, "bytes_toserver": 900, "pkts_toclient": 3, "bytes_toclient": 70, "age": 1},
            }
        ).encode(),
        "top-talkers",
        (WEB, 900, 70),
    ),
    "TLS inspection": (
        json.dumps(
            {
                "firewall_name": "fw",
                "event_timestamp": str(NOON),
                "event": {**EVE, "sni": "a.example", "tls_inspected": True},
            }
        ).encode(),
        "top-sni",
        ("a.example", 1),
    ),
    "Zeek's table": (
        ZEEK.encode(),
        "top-sni",
        ("a.example", 1),
    ),
    "Zeek's JSON": (
        json.dumps(
            {
                **ZEEK_ENDS,
                "proto": "tcp",
                "conn_state": "SF",
                "orig_bytes": 900,
                "resp_bytes": 70,
                "orig_pkts": 2,
                "resp_pkts": 3,
                "duration": 1.5,
            }
        ).encode(),
        "top-talkers",
        (WEB, 900, 70),
    ),
    "Zeek's JSON, of HTTP": (
        json.dumps({**ZEEK_ENDS, "id.resp_p": 80, "method": "GET", "host": "a.example", "uri": "/"}).encode(),
        "top-host",
        ("a.example", 1),
    ),
    "Zeek's JSON, of QUIC": (
        json.dumps({**ZEEK_ENDS, "version": "1", "client_initial_dcid": "a1b2", "server_name": "a.example"}).encode(),
        "top-sni",
        ("a.example", 1),
    ),
    "Zeek's JSON, laid out by another tool": (
        json.dumps(
            {
                **{name: end for name, end in ZEEK_ENDS.items() if "." not in name},
                "id": {name.removeprefix("id."): end for name, end in ZEEK_ENDS.items() if "." in name},
                "version": "TLSv13",
                "server_name": "a.example",
            }
        ).encode(),
        "top-sni",
        ("a.example", 1),
    ),
    "Zeek's table without its first lines": (
        ZEEK.partition("#path\tssl\n")[2].encode(),
        "top-sni",
        ("a.example", 1),
    ),
    "VPC Flow Logs with a few fields": (
        f"srcaddr dstaddr dstport bytes start\n{WEB} 198.51.100.9 443 900 {NOON}\n".encode(),
        "top-talkers",
        (WEB, 900, 0),
    ),
    "VPC Flow Logs, as Logs Insights finds their fields": (
        json.dumps([{"srcAddr": WEB, "dstAddr": "198.51.100.9", "dstPort": 443, "bytes": 900, "end": NOON}]).encode(),
        "top-talkers",
        (WEB, 900, 0),
    ),
    "Security Lake, a flow both ways": (
        json.dumps(
            {
                "class_uid": 4001,
                "time": NOON * 1000,
                "src_endpoint": {"ip": WEB, "port": 4000},
                "dst_endpoint": {"ip": "198.51.100.9", "port": 443},
                "traffic": {"bytes_out": 900, "packets_out": "2", "bytes_in": 70, "packets_in": "many"},
            }
        ).encode(),
        "top-talkers",
        (WEB, 900, 70),
    ),
    "VPC Flow Logs with a head": (
        FLOW_LOG.encode(),
        "top-talkers",
        (WEB, 900, 0),
    ),
    "VPC Flow Logs without": (
        f"2 1 eni-1 {WEB} 198.51.100.9 4000 443 6 2 900 {NOON} {NOON + 60} ACCEPT OK\n".encode(),
        "top-talkers",
        (WEB, 900, 0),
    ),
    "Security Lake, a flow": (
        json.dumps(
            {
                "class_uid": 4001,
                "time": NOON * 1000,
                "src_endpoint": {"ip": WEB, "port": 4000},
                "dst_endpoint": {"ip": "198.51.100.9", "port": 443},
                "traffic": {"bytes": 900, "packets": 2},
                "connection_info": {"protocol_num": 6},
            }
        ).encode(),
        "top-talkers",
        (WEB, 900, 0),
    ),
}


@pytest.mark.parametrize(("content", "name", "row"), OTHERS.values(), ids=OTHERS)
def test_a_form_of_another_tool_is_read(tmp_path: Path, content: bytes, name: str, row: tuple[object, ...]):
    (tmp_path / "log").write_bytes(content)
    answer = asked(tmp_path, name)
    assert [tuple(found[: len(row)]) for found in answer.rows] == [row]
    assert (answer.unread.total, answer.unread.files) == (0, [])


def test_parquet_of_security_lake_is_read(tmp_path: Path):
    source = tmp_path / "source.json"
    source.write_bytes(OTHERS["Security Lake, a flow"][0])
    lake = tmp_path / "lake"
    lake.mkdir()
    duckdb.sql(f"COPY (FROM read_json('{source}')) TO '{lake / 'part-0'}' (FORMAT parquet)")
    assert [tuple(row[:3]) for row in asked(lake, "top-talkers").rows] == [(WEB, 900, 0)]


def flow_event(**other: object) -> dict[str, object]:
    ends = {"src_endpoint": {"ip": WEB, "port": 4000}, "dst_endpoint": {"ip": "198.51.100.9", "port": 443}}
    way = {"connection_info": {"protocol_num": 6}, "traffic": {"bytes": 900, "packets": 2}}
    return {"class_uid": 4001, "time": NOON * 1000, **ends, **way, **other}


def dns_event(**other: object) -> dict[str, object]:
    asked_by = {"ip": WEB, "port": 5353, "vpc_uid": "vpc-1"}
    asked_for = {"hostname": "a.Example..", "type": "A"}
    return {"class_uid": 4003, "time": NOON, "src_endpoint": asked_by, "query": asked_for, "rcode": "NOERROR", **other}


BOTH_WAYS = {"bytes_out": 10, "packets_out": 1, "bytes_in": 20, "packets_in": 2}
EVENTS_OF_SECURITY_LAKE = [
    flow_event(),
    flow_event(start_time=(NOON - 60) * 1000, end_time=(NOON + 1) * 1000),
    flow_event(start_time=(NOON + 60) * 1000, end_time=NOON * 1000),
    flow_event(time_dt="2026-11-22T12:00:05.9+02:00"),
    flow_event(time_dt="2026-11-22 12:00:05", time=None),
    flow_event(dst_endpoint={"ip": "2001:DB8::1", "port": None}, connection_info={"protocol_num": 99}),
    flow_event(src_endpoint={"ip": "::1"}, dst_endpoint={"ip": "fe80::"}, connection_info=None),
    flow_event(dst_endpoint=None),
    flow_event(traffic=BOTH_WAYS),
    flow_event(traffic=BOTH_WAYS | {"bytes_in": 0, "packets_in": 0}),
    flow_event(time=None),
    flow_event(time_dt="noon"),
    flow_event(class_uid=4002),
    flow_event(class_uid=None),
    dns_event(),
    dns_event(action="denied", answers=[{"rdata": "1.2.3.4", "type": "A", "class": "IN"}, {"rdata": "x"}]),
    dns_event(action="", disposition="Blocked", src_endpoint=None),
    dns_event(action="Allowed", disposition="Blocked"),
    dns_event(query=None),
]
OF_FLOW_LOG = {"version": 2, "srcaddr": WEB, "dstaddr": "1.2.3.4", "srcport": 4000, "dstport": 443, "protocol": 6}
INTERVAL = {"packets": 3, "bytes": 900, "start": NOON, "end": NOON + 60, "log_status": "OK", "interface_id": "eni-1"}
ROWS_OF_FLOW_LOG = [
    OF_FLOW_LOG | INTERVAL | changed
    for changed in (
        {},
        {"pkt_srcaddr": "-", "pkt_dstaddr": "9.9.9.9", "protocol": 1},
        {"dstaddr": "2001:DB8::1", "start": None, "interface_id": None},
        {"srcport": None, "packets": None, "protocol": None},
        {"log_status": "NODATA", "srcaddr": "-", "dstaddr": "-"},
        {"log_status": "SKIPDATA"},
        {"srcaddr": "-"},
        {"end": None},
        {"bytes": None},
        {"bytes": -5},
        {"start": NOON * 10**6, "end": (NOON + 60) * 10**6},
        {"start": NOON * 10**9, "end": (NOON + 60) * 10**9},
    )
]
TEXTS_OF_FLOW_LOG = [
    {name: str(value) for name, value in (OF_FLOW_LOG | INTERVAL | changed).items()} | {"srcport": 4000, "dstport": 443}
    for changed in ({}, {"bytes": "-"}, {"bytes": ""}, {"bytes": "many"}, {"bytes": "9e2"})
]


@pytest.mark.parametrize(
    ("rows", "read"),
    [
        (EVENTS_OF_SECURITY_LAKE, ocsf.from_ocsf),
        (ROWS_OF_FLOW_LOG, vpc_flow_logs.from_flow_log),
        (TEXTS_OF_FLOW_LOG, vpc_flow_logs.from_flow_log),
    ],
    ids=["Security Lake", "VPC Flow Logs", "VPC Flow Logs as text"],
)
def test_a_table_says_what_its_rows_say_one_by_one(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rows: list[dict[str, object]],
    read: Callable[[Record], Iterator[Record | NotALogError]],
):
    # What has no zone is UTC, wherever somebody sits.
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    source, lake = tmp_path / "source.json", tmp_path / "l[a]ke*"
    source.write_text("\n".join(map(json.dumps, rows)))
    table = duckdb.sql(f"FROM read_json('{source}')")
    table.write_parquet(str(lake))
    found = [each for row in rows for each in read(row)]
    targets = {log: tmp_path / f"made-{log}" for log in LOGS}
    made = parquet.table(lake, targets)
    for log, path in targets.items():
        expected = [each for each in found if not isinstance(each, NotALogError) and log_of(each) == log]
        assert sorted(map(said, map(json.loads, path.read_text().splitlines()))) == sorted(map(said, expected))
        assert made.written[log] == len(expected)
    faults = [str(each) for each in found if isinstance(each, NotALogError)]
    assert (sorted(made.faults), made.count, made.lost) == (sorted(faults), len(faults), False)
    assert made.witnesses == {witness(each) for each in found if isinstance(each, dict) and "event" in each}


def said(record: Record) -> str:
    """Return a record as text, without what it has nothing of."""
    kept = json.loads(
        json.dumps(record), object_hook=lambda inner: {k: v for k, v in inner.items() if v not in (None, {})}
    )
    return json.dumps(kept, sort_keys=True)


def test_of_parquet_no_column_is_read_that_says_nothing_here(tmp_path: Path):
    source, lake = tmp_path / "source.json", tmp_path / "lake"
    source.write_text(json.dumps(flow_event()))
    table = duckdb.sql(f"SELECT *, 'Amazon VPC' AS metadata FROM read_json('{source}')")  # noqa: S608 - a path of this test
    table.write_parquet(str(lake), compression="uncompressed")
    content = lake.read_bytes()
    at = content.index(b"Amazon VPC") - 4
    lake.write_bytes(content[:at] + b"\xff\xff\xff\x7f" + content[at + 4 :])
    with pytest.raises(duckdb.Error):
        duckdb.sql(f"SELECT metadata FROM read_parquet('{lake}')").fetchall()  # noqa: S608
    assert [tuple(row[:3]) for row in asked(lake, "top-talkers").rows] == [(WEB, 900, 0)]


def test_a_table_that_is_damaged_is_lost_whole(tmp_path: Path):
    source, lake = tmp_path / "source.json", tmp_path / "lake"
    source.write_text(json.dumps(flow_event()))
    duckdb.sql(f"FROM read_json('{source}')").write_parquet(str(lake), compression="uncompressed")
    content = lake.read_bytes()
    at = content.index(WEB.encode()) - 4
    lake.write_bytes(content[:at] + b"\xff\xff\xff\x7f" + content[at + 4 :])
    files = LocalFiles([lake])
    answer = DuckDB(dict.fromkeys(LOGS, files)).ask(
        question(hunt("top-talkers"), {}, Window(NOON, NOON + 60), HOME), silent
    )
    assert answer.rows == []
    assert [line.split(":")[:2] for line in files.lost] == [["lake", " Parquet, but Parquet that can't be read"]]


@pytest.mark.parametrize("log", ["dns"])
def test_queries_come_from_other_tools_too(tmp_path: Path, log: str):
    dns = {
        **EVE,
        "dest_port": 53,
        "proto": "UDP",
        "event_type": "dns",
        "dns": {"type": "query", "rrname": "a.example", "rrtype": "A"},
    }
    ocsf = {
        "class_uid": 4003,
        "time": NOON * 1000,
        "query": {"hostname": "b.example.", "type": "A"},
        "rcode": "NOERROR",
        "src_endpoint": {"ip": WEB},
    }
    (tmp_path / log).write_text(f"{json.dumps(dns)}\n{json.dumps(ocsf)}\n")
    read = form(tmp_path / log).records
    assert read is not None
    found = list(read(Content(tmp_path / log)))
    assert [(each["query_name"], each["srcaddr"]) for each in found] == [("a.example.", WEB), ("b.example.", WEB)]


NO_LOGS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "white space": (b" \n\n", "nothing but white space"),
    "prose": (b"Dear all,\nplease find attached.\n", "no log records: it begins with 'Dear all,'"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "no text, and no capture or Parquet either"),
    "other JSON": (
        b'{"eventVersion": "1.08", "eventSource": "ec2"}',
        "JSON, but a record of another kind, with eventVersion, eventSource",
    ),
    "Insights without messages": (
        json.dumps({"results": [[{"field": "sni", "value": "a.example"}]]}).encode(),
        "JSON, but a record of another kind, with fields",
    ),
    "damaged gzip": (b"\x1f\x8b\x08\x00" + b"\x00" * 20, "damaged: it is compressed, and can't be opened"),
}


@pytest.mark.parametrize(("content", "reason"), NO_LOGS.values(), ids=NO_LOGS)
def test_a_file_without_records_is_named_with_the_reason(tmp_path: Path, content: bytes, reason: str):
    (tmp_path / "alert.log").write_bytes(content)
    answer = asked(tmp_path)
    assert answer.rows == []
    assert answer.unread.files == [f"alert.log: {reason}"]
    assert [seen.inside for seen in answer.seen] == [0]


def test_what_is_given_twice_counts_once(tmp_path: Path):
    flows = netflow(NOON + 5, 1, WEB, "198.51.100.1", 443, 10, 20)
    for name in ("a.log", "copy of a.log"):
        (tmp_path / name).write_text("\n".join(map(json.dumps, flows)))
    # The same records in another object: S3 delivers at least once.
    (tmp_path / "b.log").write_text(
        "\n".join(map(json.dumps, [*flows, *netflow(NOON + 6, 2, WEB, "198.51.100.1", 443, 100)]))
    )
    assert [tuple(row[:3]) for row in asked(tmp_path, "top-talkers").rows] == [(WEB, 110, 20)]
    backend = DuckDB(dict.fromkeys(LOGS, LocalFiles([tmp_path / "a.log", tmp_path / "a.log", tmp_path])))
    answer = backend.ask(question(hunt("top-talkers"), {}, Window(NOON, NOON + HOUR), HOME), silent)
    assert [tuple(row[:3]) for row in answer.rows] == [(WEB, 110, 20)]


def test_a_name_that_the_resolver_logged_twice_is_one_query(tmp_path: Path):
    asked_once = query(NOON + 1, WEB, "a.example", "198.51.100.1")
    (tmp_path / "one").write_text(json.dumps(asked_once) + "\n")
    (tmp_path / "two").write_text(json.dumps(asked_once) + "\n" + json.dumps(query(NOON + 2, WEB, "b.example")) + "\n")
    source = LocalFiles([tmp_path])
    database = DuckDB(dict.fromkeys(LOGS, source))
    answer = database.ask(question(hunt("dns-exfiltration"), {}, Window(NOON, NOON + HOUR), HOME), silent)
    assert [(seen.log, seen.inside) for seen in answer.seen] == [("dns", 3)]


def test_packets_are_judged_by_the_real_engine(tmp_path: Path, suricata: object):
    ends = (Endpoint(ip_address(WEB), 40000), Endpoint(ip_address("198.51.100.9"), 443))
    packets = tcp_packets(float(NOON), ends, conversations.https("a.example", up=200, down=2000))
    write_capture(tmp_path / "capture", packets)
    (tmp_path / "capture").write_bytes(gzip.compress((tmp_path / "capture").read_bytes()))
    answer = asked(tmp_path)
    assert [tuple(row[:2]) for row in answer.rows] == [("a.example", 1)]
    assert asked(tmp_path, "top-talkers").rows[0][0] == WEB


SENT = {**EVE, "event_type": "netflow", "netflow": {"pkts": 2, "bytes": 900, "age": 1}}


def test_records_of_another_form_behind_many_of_aws_are_read_too(tmp_path: Path):
    (tmp_path / "log").write_text("\n".join([*TEXTS * 10, json.dumps(SENT)]))
    assert [tuple(row[:2]) for row in asked(tmp_path, "top-talkers").rows] == [(WEB, 900)]


def test_records_of_the_resolver_behind_a_long_file_of_the_firewalls_are_read_too(tmp_path: Path):
    late = json.dumps(query(NOON + 1, WEB, "a.example", "198.51.100.1"))
    (tmp_path / "log").write_text("\n".join([*TEXTS * 100, late]))
    assert [seen.inside for seen in asked(tmp_path, "dns-exfiltration").seen] == [1]


def test_a_part_that_cannot_be_read_is_told_to_whoever_asks_any_log(tmp_path: Path):
    (tmp_path / "mixed").write_text("\n".join([*(json.dumps({**EVE, **t["event"]}) for t in RECORDS), "a b {"]))
    (tmp_path / "flows").write_text(json.dumps(SENT))
    answer = asked(tmp_path, "top-talkers")
    assert ([tuple(row[:2]) for row in answer.rows], answer.unread.total) == ([(WEB, 900)], 1)


def test_an_event_that_is_no_json_is_no_silence_beside_the_resolvers_records(tmp_path: Path):
    broken = {**RECORDS[0], "event": "{flow_id=1, src_ip=10.20.0.10}"}
    (tmp_path / "log").write_text(json.dumps(query(NOON, WEB, "a.example")) + "\n" + json.dumps(broken) + "\n")
    assert asked(tmp_path).unread.total == 1
    hunter = Hunter(DuckDB(dict.fromkeys(LOGS, LocalFiles([tmp_path]))), LOGS, HOME)
    rogue, answer = hunter.ask(hunt("rogue"), {}, window := Window(NOON - HOUR, NOON + HOUR), silent)
    assert asked_of_nothing(rogue.hunt, answer, window).startswith(
        "hunt rogue was asked of too little: there is no ALERT"
    )
