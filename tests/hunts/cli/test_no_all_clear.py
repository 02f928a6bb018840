"""Nothing found beside what could not be read: named, and never an exit code that could be taken for an all-clear."""

import gzip
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from hunts.backends import local_files
from hunts.forms.recognise import recognise
from hunts.window import instant
from tests.hunts.labelled import HOME, NOON, WEB, alert, firewall, netflow, query

FAR = "198.51.100.9"
WHEN = ("--from", "2026-11-22T11:00:00Z", "--to", "2026-11-22T13:00:00Z", "--home", HOME)
QUIET = [
    alert(NOON, 1, WEB, FAR, sni="a.example"),
    *netflow(NOON, 1, WEB, FAR, 443, 900),
    query(NOON, WEB, "a.example", FAR),
]
LINES = "".join(f"{json.dumps(record)}\n" for record in QUIET).encode()
LOST = {
    "can't be opened": gzip.compress(LINES)[:8],
    "breaks off": gzip.compress(LINES * 2000)[:-3000],
    "breaks off, of another form": gzip.compress(b"Nov 22 host x: ".join(LINES.splitlines(keepends=True) * 500))[:-300],
    "an archive": b"PK\x03\x04...",
    "Parquet": b"PAR1...",
    "no text": b"\x01\x02\x03" * 99,
}

Hunts = Callable[..., Result]


def beside(folder: Path, lost: bytes) -> Path:
    (folder / "good.log").write_bytes(LINES)
    (folder / "other").write_bytes(lost)
    return folder


@pytest.mark.parametrize("asked", [("run", "severe-signatures"), ("run", "scans"), ("run", "rogue", "--json")], ids=str)
@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_nothing_found_beside_a_file_that_may_hold_records(hunts: Hunts, tmp_path: Path, asked: tuple, lost: bytes):
    told = hunts(*asked, "--logs", str(beside(tmp_path, lost)), *WHEN)
    assert told.exit_code == 2, told.output
    assert ("nothing found in" in told.stdout) or json.loads(told.stdout)["rows"] == []
    assert "no all-clear: a file that could not be read to the end may hold records" in told.stderr
    assert "other" in told.stderr


def test_a_report_on_nothing_beside_such_a_file_says_so_first(hunts: Hunts, tmp_path: Path):
    page = tmp_path / "page.html"
    told = hunts("report", "--out", str(page), "--logs", str(beside(tmp_path, LOST["an archive"])), *WHEN)
    assert told.exit_code == 2, told.output
    assert "This is no all-clear: a file that could not be read to the end may hold records" in page.read_text()


ROTATED: dict[str, Callable[[Path], None]] = {
    "truncated": lambda path: path.write_bytes(b""),
    "replaced": lambda path: path.with_name("new").rename(path),
}


@pytest.mark.parametrize("wrapped", [False, True], ids=["AWS's", "of another form"])
@pytest.mark.parametrize("rotate", ROTATED.values(), ids=ROTATED)
def test_a_file_that_is_rotated_while_it_is_read(hunts: Hunts, tmp_path: Path, monkeypatch, rotate, wrapped: bool):
    lines = LINES.replace(b"{", b"Nov 22 host x: {", 1) if wrapped else LINES
    (tmp_path / "good.log").write_bytes(LINES)
    (tmp_path / "log").write_bytes(lines * 500)
    (tmp_path / "new").write_bytes(lines[:-1])
    monkeypatch.setattr(local_files, "recognise", lambda path, start: (seen(path), recognise(path, start))[1])
    left = [rotate]

    def seen(path: Path) -> None:
        if path.name == "log" and left:
            left.pop()(path)

    told = hunts("run", "severe-signatures", "--logs", str(tmp_path), *WHEN)
    assert told.exit_code == 2, told.output
    assert "log: it was truncated or replaced while it was read" in told.stderr


def test_what_is_something_else_is_named_and_spoils_nothing(hunts: Hunts, tmp_path: Path):
    told = hunts("run", "severe-signatures", "--logs", str(beside(tmp_path, b"Dear reader,\n")), *WHEN)
    assert (told.exit_code, "no log records: it begins with 'Dear reader,'" in told.stderr) == (0, True), told.output


def test_one_of_several_logs_is_missing_and_may_be_what_could_not_be_opened(hunts: Hunts, tmp_path: Path):
    (tmp_path / "alert.log").write_text(json.dumps(QUIET[0]))
    (tmp_path / "flow.gz").write_bytes(LOST["can't be opened"])
    told = hunts("run", "stranger-on-443", "--logs", str(tmp_path), *WHEN)
    assert (told.exit_code, "asked of too little: there is no FLOW record to read" in told.stderr) == (2, True)


def test_a_verdict_that_names_nobody_names_the_hunts_that_were_asked_of_nothing(hunts: Hunts, tmp_path: Path):
    (tmp_path / "flow.log").write_text(json.dumps(netflow(NOON, 1, WEB, FAR, 443, 900)[0]))
    told = hunts("run", "rogue", "--logs", str(tmp_path), *WHEN)
    assert (told.exit_code, "asked of nothing: carried-out, denied, " in told.stdout) == (0, True), told.output


def test_a_timeline_for_machines_says_what_was_left_out(hunts: Hunts, tmp_path: Path):
    (tmp_path / "log").write_bytes(LINES + b"{half\n")
    told = hunts("timeline", WEB, "--json", "--logs", str(tmp_path), *WHEN)
    assert json.loads(told.stdout)["unread"] == {
        "lines": 1,
        "files": {"log": 1},
        "first": ["log:5: half a record: it breaks off"],
        "not_read": [],
    }
    assert "log:5: half a record: it breaks off" in told.stderr


ODD = {
    "a record of TLS inspection far below others: give those in a file of their own": json.dumps(
        firewall(NOON, {"event_type": "tls", "src_ip": WEB, "dest_ip": FAR, "sni": "b.example", "tls_error": {}})
    ),
    "half of a character (a surrogate by itself) in it": json.dumps(QUIET[0]).replace("a.example", r"\ud800.example"),
}


@pytest.mark.parametrize(("why", "line"), ODD.items(), ids=ODD)
def test_a_line_that_is_passed_over_is_named_with_the_reason(hunts: Hunts, tmp_path: Path, why: str, line: str):
    (tmp_path / "log").write_text(f"{json.dumps(QUIET[0])}\n" * 300 + line + "\n")
    told = hunts("run", "top-sni", "--logs", str(tmp_path), *WHEN)
    assert (told.exit_code, f"log:301: {why}" in told.stderr) == (0, True), told.output


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (r"#separator \xzz" + "\n#path\tconn\n#fields\tts\n1\n", "its head says that"),
        (f'[{json.dumps(QUIET[0])[:-1]}, "more": {"9" * 5000}}}]', "a number too long to be one"),
    ],
    ids=["Zeek's separator", "a number"],
)
def test_what_no_reader_can_take_is_named(hunts: Hunts, tmp_path: Path, text: str, why: str):
    (tmp_path / "log").write_text(text)
    told = hunts("run", "top-sni", "--logs", str(tmp_path), *WHEN)
    assert (told.exit_code, why in told.stderr) == (2, True), told.output


@pytest.mark.parametrize("name", ["zeek", "suricata"])
def test_a_firewall_called_like_a_tool_is_a_firewall(hunts: Hunts, tmp_path: Path, name: str):
    """Of two firewalls both records count; they come converted, and so would be taken for two tools'."""
    one, other = ({**netflow(NOON, 1, WEB, FAR, 443, 900)[0], "firewall_name": each} for each in (name, "edge"))
    other["event"] = {**other["event"], "flow_id": 2}
    (tmp_path / "log").write_text("".join(json.dumps({"message": json.dumps(each)}) + "\n" for each in (one, other)))
    told = hunts("run", "top-talkers", "--json", "--logs", str(tmp_path), *WHEN)
    assert [row["bytes_out"] for row in json.loads(told.stdout)["rows"]] == [1800], told.output


def test_records_dated_later_than_now_are_of_a_clock_that_is_wrong(hunts: Hunts, tmp_path: Path):
    """A sensor whose clock is two hours ahead is in no window that ends now, whatever it saw."""
    now = int(time.time())
    seen = [alert(now - 60, 1, WEB, "198.51.100.9", sni="a.example.com")]
    ahead = [alert(now + 7200, 2, WEB, "203.0.113.66", sni="b.example.com", severity=1)]
    (tmp_path / "one.log").write_text("\n".join(map(json.dumps, seen)))
    asked = ("--logs", str(tmp_path), "--last", "1h", "--home", HOME)
    assert hunts("run", "severe-signatures", *asked).exit_code == 0
    (tmp_path / "two.log").write_text("\n".join(map(json.dumps, ahead)))
    told = hunts("run", "severe-signatures", *asked)
    assert (told.exit_code, "this is no all-clear: 1 ALERT record is dated later than now" in told.stderr) == (2, True)
    named = hunts("run", "top-sni", *asked)
    assert (named.exit_code, "1 ALERT record is dated later than now" in named.stderr) == (0, True)
    assert "dated later than now" in hunts("run", "rogue", *asked).stderr
    page = tmp_path.parent / "page.html"
    hunts("report", "--out", str(page), *asked)
    assert "1 ALERT record is dated later than now" in page.read_text()
    # Whoever says until when asks for that time.
    until = ("--from", instant(now - 3600), "--to", instant(now + 9000))
    found = hunts("run", "severe-signatures", "--json", "--logs", str(tmp_path), "--home", HOME, *until)
    assert [row["src_ip"] for row in json.loads(found.stdout)["rows"]] == [WEB]
