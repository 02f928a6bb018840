"""`list`, `show` and `run`: exact tables for people, documents for machines, messages instead of tracebacks."""

import csv
import errno
import io
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from hunts.catalog import catalog
from tests.hunts.labelled import HOME, NOON, ROGUE, WEB, alert, write

TOP = """\
Destinations by SNI
┏━━━━━━━━━━━━━━━━━━━━┳━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━┳━━━━━━━━━━━━━━━━┓
┃ sni                ┃ flows ┃                          ┃ sources ┃ last seen      ┃
┡━━━━━━━━━━━━━━━━━━━━╇━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━╇━━━━━━━━━━━━━━━━┩
│ c2.example.net     │    20 │ ████████████████████████ │       1 │ 11-22 12:24:00 │
│ www.example.com    │     6 │ ███████▎                 │       4 │ 11-22 12:50:00 │
│ api.example.org    │     3 │ ███▋                     │       1 │ 11-22 12:04:51 │
│ denied.example.net │     2 │ ██▍                      │       1 │ 11-22 12:04:10 │
└────────────────────┴───────┴──────────────────────────┴─────────┴────────────────┘
2026-11-22 12:00:00Z to 2026-11-22 13:00:00Z
"""


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def test_a_table_for_people(hunts):
    result = hunts("run", "top-sni", "--set", "top=4")
    assert (result.exit_code, lines(result.stdout)) == (0, lines(TOP))
    assert result.stderr == ""


def test_json_for_machines(hunts):
    document = json.loads(hunts("run", "beacons", "--json").stdout)
    assert document["hunt"] == "beacons"
    assert document["parameters"] == {
        "contacts": 10,
        "shortest": 4,
        "shared": 0.2,
        "jitter": 0.7,
        "baseline": 604800,
        "known": 0,
    }
    assert document["rows"][0]["destination"] == "c2.example.net"
    assert document["unread"] == {"lines": 0, "files": {}, "first": [], "not_read": []}


def test_csv_for_spreadsheets(hunts):
    rows = list(csv.reader(io.StringIO(hunts("run", "tls-without-sni", "--csv").stdout)))
    assert rows[0] == ["src_ip", "dest_ip", "dest_port", "flows", "first_seen", "last_seen"]
    assert rows[1][:4] == [ROGUE, "203.0.113.67", "443", "1"]


def test_rogue_names_the_instance_and_says_why(hunts):
    found = json.loads(hunts("run", "rogue", "--json").stdout)["rows"]
    assert (found[0]["src_ip"], found[0]["verdict"]) == (ROGUE, "rogue")
    assert {row["verdict"] for row in found[1:]} == {"watch"}
    assert any("asked for 12 names under tunnel.co.uk that can carry 111 bytes" in line for line in found[0]["why"])
    assert found[0]["score"] > 5 * found[1]["score"]


HOUR_OF_NOON = ("--from", "2026-11-22T12:00", "--to", "2026-11-22T13:00")


def test_nothing_found_says_among_how_many_of_which_and_when(hunts, tmp_path: Path):
    write(tmp_path / "any.name", [alert(NOON + n, n, WEB, "198.51.100.1", sni="a.example") for n in (1, 61)])
    result = hunts("run", "denied", "--logs", str(tmp_path), *HOUR_OF_NOON)
    assert result.exit_code == 0
    assert lines(result.stdout)[0] == (
        "Denied and rejected: nothing found in 2 ALERT records, 2026-11-22 12:00:01Z to 2026-11-22 12:01:01Z"
    )


def test_nothing_to_ask_is_no_all_clear(hunts, tmp_path: Path):
    result = hunts("run", "rogue", "--logs", str(tmp_path), *HOUR_OF_NOON)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "asked of nothing: there is no ALERT and no FLOW and no DNS record to read" in result.stderr


def test_records_outside_the_window_are_no_all_clear(hunts, tmp_path: Path):
    write(tmp_path / "alert.log", [alert(NOON, 1, WEB, "198.51.100.1", sni="a.example")])
    result = hunts("run", "beacons", "--logs", str(tmp_path), "--last", "1h", "--to", "2026-11-22T10:00")
    assert result.exit_code == 2
    assert "the 1 ALERT record there is lies between 2026-11-22 12:00:00Z and" in result.stderr


def test_a_file_that_holds_no_records_is_named_with_the_reason(hunts, tmp_path: Path):
    write(tmp_path / "alert.log", [alert(NOON + 1, 1, WEB, "198.51.100.1", sni="a.example")])
    (tmp_path / "alert.txt").write_bytes(b"not json\n\x1b[31mred\n")
    result = hunts("run", "top-sni", "--logs", str(tmp_path), *HOUR_OF_NOON)
    assert result.exit_code == 0
    assert lines(result.stderr) == ["1 file not read:", "  alert.txt: no log records: it begins with 'not json'"]


def test_lines_left_out_are_named_beside_the_answer(hunts, tmp_path: Path):
    path = write(tmp_path / "alert.log", [alert(NOON + 1, 1, WEB, "198.51.100.1", sni="a.example")])
    with path.open("ab") as file:
        file.write(b"not json\n\x1b[31mred\n")
    result = hunts("run", "top-sni", "--logs", str(tmp_path), *HOUR_OF_NOON)
    assert result.exit_code == 0
    assert lines(result.stderr) == [
        "2 lines left out, in 1 file:",
        "  alert.log:2: not JSON",
        "  alert.log:3: not JSON",
    ]


HOSTILE = ["\x1b[2J\x1b]0;owned\x07", "a\rb", "x\u202etxt.exe", "[bold red]markup[/]", "=cmd|' /C calc'!A0", "a\nb"]


@pytest.mark.parametrize("name", HOSTILE, ids=repr)
def test_nothing_from_a_log_reaches_the_terminal_unescaped(hunts, tmp_path: Path, name: str):
    write(tmp_path / "alert.log", [alert(NOON + 1, 1, WEB, "198.51.100.1", sni=name)])
    when = ("--logs", str(tmp_path), "--from", "2026-11-22T12:00", "--to", "2026-11-22T13:00")
    table = hunts("run", "top-sni", *when).stdout
    assert not set(table) & set("\x1b\x07\r\u202e")
    if name.startswith("[bold"):
        assert name in table
    document = json.loads(hunts("run", "top-sni", "--json", *when).stdout)
    assert document["rows"][0]["sni"] == name.lower()
    cell = next(csv.reader(io.StringIO(hunts("run", "top-sni", "--csv", *when).stdout.split("\n", 1)[1])))[0]
    assert not cell.startswith(("=", "\x1b"))


WRONG = [
    (["run", "nothing"], "there is no hunt 'nothing'"),
    (["run", "top-sni", "--set", "top=many"], "not a value of kind integer"),
    (["run", "top-sni", "--set", "topp=3"], "has no parameter topp; it has top"),
    (["run", "top-sni", "--set", "top"], "write it as --set name=value"),
    (["run", "top-sni", "--logs", ".", "--last", "1h", "--home", "10.0.0.0/33"], "is no network"),
    (["run", "top-sni", "--logs", "/nowhere", "--last", "1h"], "no file or folder"),
    (["run", "top-sni", "--logs", ".", "--last", "1y"], "is no duration"),
    (["run", "top-sni", "--logs", ".", "--from", "yesterday"], "is no time"),
    (["run", "top-sni", "--logs", ".", "--last", "1h", "--from", "2026-01-01"], "exclude each other"),
    (["run", "top-sni", "--logs", ".", "--from", "2026-01-02", "--to", "2026-01-01"], "the window is empty"),
    (["run", "top-sni", "--backend", "athena"], "can't see"),
    (["run", "top-sni", "--outputs", "/nowhere.json"], "can't read stack outputs"),
    (["report", "--out", "/dev/null/page.html"], "/dev/null: "),
    (["show", "rogue", "--sql"], "no query of its own"),
    (["show", "rogue", "--insights"], "no query of its own"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG, ids=[" ".join(each) for each, _ in WRONG])
def test_a_mistake_is_a_message(hunts, arguments: list[str], message: str):
    result = hunts(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: ")
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_report_that_was_asked_of_nothing_is_written_and_refused(hunts, tmp_path):
    page = tmp_path / "page.html"
    (tmp_path / "notes.txt").write_text("nothing of ours\n")
    result = hunts("report", "--out", str(page), "--logs", str(tmp_path / "notes.txt"))
    assert result.exit_code == 2
    assert result.stderr.startswith("error: This is no all-clear: ")
    assert "notes.txt" in page.read_text()


def test_the_list_has_every_hunt(hunts):
    first = [line.split()[0] for line in hunts("list").stdout.splitlines() if line and not line.startswith(" ")]
    assert first == ["hunt", *catalog()]


@pytest.mark.parametrize("name", catalog())
def test_every_sheet_can_be_shown(hunts, name: str):
    text = hunts("show", name).stdout
    assert text.startswith(f"{name}: {catalog()[name].title}\n")
    assert catalog()[name].attack["id"] in text


def test_queries_can_be_shown_ready_to_paste(hunts):
    assert '"logs"."alert"' in hunts("show", "top-sni", "--sql", "--database", "logs", "--set", "top=3").stdout
    assert hunts("show", "top-sni", "--insights", "--set", "top=3").stdout.rstrip().endswith("| limit 3")


def test_every_command_is_documented(hunts):
    guide = "".join((Path(__file__).parents[3] / "docs" / f"{name}.md").read_text() for name in ("hunts", "response"))
    from hunts.cli import main

    missing = [name for name, command in main.commands.items() if f"hunts {name}" not in guide or not command.help]
    assert missing == []


def test_what_names_carried_is_shown_whole(hunts):
    window = ("--from", "2026-01-15T10:30", "--to", "2026-01-15T12:30", "--logs", "examples/logs/intruder")
    shown = hunts("run", "dns-exfiltration", "--show", "u.example.com", *window)

    assert shown.exit_code == 0
    assert shown.stdout == (
        "10.1.0.11 under u.example.com: 229 B in 8 names, as base64: text, certain\n"
        "2026-01-15 11:38:00Z to 2026-01-15 11:38:03Z; by number, none missing\n"
        "  Made up for the workshop; nobody's data.\n"
        "  customer,city,card\n"
        "  Ada Example,Springfield,4000-0000-0000-0001\n"
        "  Ben Example,Rivertown,4000-0000-0000-0002\n"
        "  Cleo Example,Lakeside,4000-0000-0000-0003\n"
        "  Dan Example,Hillview,4000-0000-0000-0004\n"
        "\n"
    )


def test_what_makes_no_sense_is_shown_as_bytes_and_said_to_be_none(hunts):
    window = ("--from", "2026-01-15T10:30", "--to", "2026-01-15T12:30", "--logs", "examples/logs/intruder")
    shown = hunts("run", "dns-exfiltration", "--show", "t.example.com", *window)

    assert "as base32: nothing that can be read (encrypted, or no data)" in " ".join(shown.stdout.split())
    assert "  00000000  " in shown.stdout


def test_only_names_can_be_shown(hunts):
    refused = hunts("run", "beacons", "--show", "example.com", "--logs", "examples/logs/intruder")

    assert (refused.exit_code, refused.stderr) == (
        2,
        "error: --show belongs to dns-exfiltration: hunt beacons knows nothing of what names carry\n",
    )


def test_a_full_disk_is_named_with_what_to_do(hunts, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("hunts.backends.duck.DuckDB.ask_all", full)
    told = hunts("run", "top-talkers")
    assert told.exit_code == 2
    assert told.stderr.startswith("error: No space left on device: ")
    # It may as well be the disk that the answer is written to.
    assert "where the answer goes, or " in told.stderr
    assert "TMPDIR" in told.stderr


@pytest.mark.parametrize("environment", [{"COLUMNS": "0"}, {"PYTHONIOENCODING": "ascii"}, {"COLUMNS": "wide"}], ids=str)
def test_a_finding_is_told_whatever_the_terminal_says_of_itself(logs: Path, environment: dict[str, str]):
    given = ["--logs", str(logs), "--home", HOME, "--from", "2026-11-22T12:00:00Z", "--to", "2026-11-22T13:00:00Z"]
    told = subprocess.run(
        [sys.executable, "-m", "hunts", "run", "top-sni", *given],
        env=os.environ | environment,
        capture_output=True,
        check=False,
    )
    assert (told.returncode, b"c2.example.net" in told.stdout, told.stderr) == (0, True, b"")


def test_a_closed_output_is_no_traceback():
    command = [sys.executable, "-m", "hunts", "list"]
    told = subprocess.run(["sh", "-c", f"{shlex.join(command)} >&-"], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (
        2,
        "error: standard output is closed: nobody would hear of what is found\n",
    )
