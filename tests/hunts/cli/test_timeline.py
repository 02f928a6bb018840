"""One instance's story from all logs, in order and filtered; rows about one instance; the records behind a row."""

import io
import json

import pytest
from rich.console import Console

from hunts.catalog import catalog
from hunts.cli.telling import print_story
from tests.hunts.labelled import ROGUE, WEB


def records(hunts, *arguments: str) -> list[dict]:
    return json.loads(hunts("timeline", ROGUE, "--json", *arguments).stdout)["records"]


def test_all_logs_are_told_in_order_and_of_this_instance_alone(hunts):
    found = records(hunts)
    assert {each["log"] for each in found} == {"alert", "flow", "dns"}
    assert [each["ts"] for each in found] == sorted(each["ts"] for each in found)
    assert {ROGUE in (each["src_ip"], each["dest_ip"]) for each in found} == {True}


def test_a_line_says_which_way_to_whom_by_what_and_what_became_of_it(hunts):
    result = hunts("timeline", ROGUE, "--about", "denied.example.net", "--only", "alert")
    assert result.stdout.splitlines()[:2] == [
        '11-22 12:04:00  alert -> 203.0.113.69:443 tls denied.example.net drop "deny list"',
        '11-22 12:04:10  alert -> 203.0.113.69:443 tls denied.example.net drop "deny list"',
    ]
    blocked = hunts("timeline", ROGUE, "--about", "203.0.113.66", "--only", "alert").stdout
    assert "alert <- 203.0.113.66:40220 ftp drop" in blocked


def test_a_filter_by_domain_takes_all_names_below_it(hunts):
    found = records(hunts, "--about", "tunnel.co.uk")
    assert {each["log"] for each in found} == {"dns"}
    assert len({each["name"] for each in found}) == 12
    assert records(hunts, "--about", "unnel.co.uk") == []
    assert {each["protocol"] for each in records(hunts, "--match", "SSH", "--only", "alert")} == {"ssh"}


def test_whoever_is_no_instance_is_a_message(hunts):
    result = hunts("timeline", "nobody")
    assert (result.exit_code, "no instance 'nobody'" in result.stderr) == (2, True)
    nothing = hunts("timeline", "10.99.99.99")
    assert "0 of 0 records about 10.99.99.99" in nothing.stdout


@pytest.mark.parametrize("asked", [("timeline", "10.99.99.99"), ("run", "scans", "--instance", "10.99.99.99")], ids=str)
def test_an_instance_that_no_record_speaks_of_is_not_cleared(hunts, asked):
    result = hunts(*asked)
    assert (result.exit_code, "no all-clear: no record of " in result.stderr) == (2, True), result.output


def test_an_instance_that_records_speak_of_is_cleared(hunts):
    assert hunts("run", "scans", "--instance", WEB).exit_code == 0


def test_an_address_in_ipv6s_notation_is_the_same_instance(hunts):
    assert hunts("timeline", f"::ffff:{WEB}").stdout == hunts("timeline", WEB).stdout


def test_rows_of_one_instance_alone_say_that_there_are_others(hunts):
    found = json.loads(hunts("run", "rogue", "--instance", WEB, "--json").stdout)
    assert {row["src_ip"] for row in found["rows"]} <= {WEB}
    assert "more about other instances" in found["notes"][-1]
    ranked = json.loads(hunts("run", "top-sni", "--instance", ROGUE, "--json").stdout)["rows"]
    assert {row["sources"] for row in ranked} == {1}
    assert "api.example.org" not in {row["sni"] for row in ranked}


def test_the_records_behind_a_row_are_those_of_its_instance_and_its_subject(hunts):
    rows = json.loads(hunts("run", "stranger-on-443", "--json").stdout)["rows"]
    told = hunts("run", "stranger-on-443", "--evidence", "1").stdout.splitlines()
    assert all(rows[0]["dest_ip"] in line for line in told[:-1])
    assert len(told) > 1
    beyond = hunts("run", "stranger-on-443", "--evidence", "99")
    assert (beyond.exit_code, "rows" in beyond.stderr) == (2, True)


SPEAKING = [hunt.name for hunt in catalog().values() if hunt.instance and hunt.reads]


@pytest.mark.parametrize("name", SPEAKING)
def test_every_finding_has_records_behind_it(hunts, name: str):
    """A signature, a port and a client's fingerprint are no peers."""
    rows = json.loads(hunts("run", name, "--json").stdout or '{"rows": []}')["rows"]
    for number in range(1, min(len(rows), 3) + 1):
        told = hunts("run", name, "--evidence", str(number))
        assert (told.exit_code, told.stdout.splitlines()[-1].startswith("0 of")) == (0, False), told.output


@pytest.mark.parametrize(("peer", "others"), [("203.0.113.0/24", "203.0.113."), ("22", ""), ("2001:db8::/32", None)])
def test_a_filter_by_range_or_port(hunts, peer: str, others: str | None):
    found = records(hunts, "--about", peer)
    assert bool(found) == (others is not None)
    assert all((others or "") in f"{each['src_ip']} {each['dest_ip']}" for each in found)


@pytest.mark.parametrize(
    "asked",
    [
        ("timeline", ROGUE, "--about", ""),
        ("run", "scans", "--instance", " "),
        ("run", "dns-exfiltration", "--show", ""),
        ("run", "scans", "--logs", "x", "--home", ""),
        ("isolate", "web", "--stack", ""),
    ],
    ids=" ".join,
)
def test_a_variable_that_is_not_set_asks_nothing_else(hunts, asked: tuple[str, ...]):
    result = hunts(*asked)
    assert (result.exit_code, "it is empty: give a value, or leave the option out" in result.stderr) == (2, True)


def test_an_answer_that_has_no_room_as_a_table_is_a_list(hunts, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    told = hunts("run", "stranger-on-443").stdout
    assert "┃" not in told
    assert f"{ROGUE}  dest ip 203.0.113.66  protocol ftp  flows 1" in " ".join(told.split("\n")).replace("   ", "  ")
    assert max(map(len, told.splitlines())) <= 80


@pytest.mark.parametrize("width", [60, 80])
def test_a_terminal_that_is_too_narrow_for_a_record_gets_the_rest_below_it(width: int):
    record = {
        **dict.fromkeys(("src_port", "bytes", "outcome"), None),
        "ts": 1_795_348_800,
        "log": "alert",
        "src_ip": "10.0.0.5",
        "dest_ip": "198.51.100.9",
        "dest_port": 443,
        "protocol": "tls",
        "name": f"{'a' * 60}.example",
        "detail": "a signature of many words " * 4,
    }
    told = {}
    for terminal in (True, False):
        out = Console(file=io.StringIO(), width=width, force_terminal=terminal, color_system=None)
        print_story(out, [record], "10.0.0.5")
        told[terminal] = out.file.getvalue().splitlines()
    first, *rest = (line.rstrip() for line in told[True])
    assert max(map(len, (first, *rest))) <= width
    assert first.startswith("11-22 12:00:00  alert -> ")
    assert rest
    assert all(line.startswith(" " * 16) and line[16] != " " for line in rest)
    assert len(told[False]) == 1, "a line a record for who searches in them"
    assert "".join("".join((first, *rest)).split()) == "".join(told[False][0].split())
