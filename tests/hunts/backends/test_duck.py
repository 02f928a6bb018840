"""DuckDB answers from whatever lies there: bad lines are counted and named, and no other file is read."""

import gzip
import json
import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from hunts.backends import silent
from hunts.backends.duck import DuckDB
from hunts.backends.loading import Loading
from hunts.backends.local_files import LocalFiles
from hunts.catalog import catalog, hunt
from hunts.errors import HuntError
from hunts.hunting import Hunter
from hunts.model import LOGS, Seen
from hunts.parameters import question
from hunts.silence import asked_of_nothing
from hunts.window import Window
from tests.hunts.labelled import HOME, HOUR, NOON, WEB, alert, alerts, flows, netflow, queries, world, write

GOOD = alert(NOON + 1, 1, WEB, "198.51.100.1", sni="good.example.com")
WINDOW = Window(NOON, NOON + HOUR)


def ask(path: Path, name: str = "top-sni", **given: str):
    source = LocalFiles([path])
    backend = DuckDB({"alert": source, "flow": source, "dns": source})
    return backend.ask(question(hunt(name), given, WINDOW, HOME), silent)


def line(record: object) -> bytes:
    return json.dumps(record).encode()


HOSTILE = {
    "half a record": line(GOOD)[:60],
    "not JSON": b"Segmentation fault (core dumped)",
    "a list": b"[1, 2]",
    "a number": b"12",
    "nothing in it": b"{}",
    "an event of text": b'{"event": "alert", "event_timestamp": "1"}',
    "another product's record": b'{"eventVersion": "1.08", "eventSource": "ec2.amazonaws.com"}',
    "an unknown type": line({**GOOD, "event": {"event_type": "fileinfo"}}),
    "no time": line({**GOOD, "event_timestamp": "soon"}),
    "invalid UTF-8": b'{"firewall_name": "\xff\xfe"}',
    "NUL bytes": b"\x00" * 40,
    "deep nesting": b'{"event":' * 5000,
}


@pytest.mark.parametrize("bad", HOSTILE.values(), ids=HOSTILE)
def test_a_bad_line_is_counted_and_named_and_the_good_ones_count(tmp_path: Path, bad: bytes):
    path = tmp_path / "alert.log"
    path.write_bytes(line(GOOD) + b"\n" + bad + b"\n" + line(GOOD) + b"\n")
    answer = ask(path)
    assert [tuple(row[:2]) for row in answer.rows] == [("good.example.com", 1)]
    assert answer.unread.counts == {"alert.log": 1}
    assert answer.unread.named[0].startswith("alert.log:2: ")


@pytest.mark.parametrize("name", [hunt.name for hunt in catalog().values() if not hunt.composed])
@pytest.mark.parametrize("others", [True, False], ids=["among good ones", "alone"])
def test_no_hunt_overlooks_a_bad_line_whatever_its_own_conditions(tmp_path: Path, name: str, others: bool):
    logs = {"alert": alerts(), "flow": flows(), "dns": queries()}
    for log, records in logs.items():
        path = write(tmp_path / f"{log}.log", records if others else [])
        with path.open("ab") as file:
            file.write(b'{"event": {"event_type": "fileinfo"}, "event_timestamp": "1", "%s": 1}\n' % log.encode() * 2)
    # Where nothing in a file says whose it is, it may be the firewall's.
    expected = {f"{log}.log": 2 for log in (hunt(name).reads if others else logs)}
    if set(hunt(name).reads) == {"dns"} and not others:
        expected = {}
    assert ask(tmp_path, name).unread.counts == expected


def test_a_query_that_duckdb_cannot_run_ends_with_a_message(tmp_path: Path):
    source = LocalFiles([write(tmp_path / "alert.log", [GOOD]).parent])
    broken = replace(hunt("top-sni"), sql="SELECT no_such_function(sni) FROM alert")
    with pytest.raises(HuntError, match=r"DuckDB found no answer: .*no_such_function"):
        DuckDB({"alert": source}).ask(question(broken, {}, WINDOW, HOME), silent)


def test_wrong_types_inside_a_record_cost_the_field_and_not_the_record(tmp_path: Path):
    event = {**GOOD["event"], "src_port": "many", "dest_port": 10**30, "alert": "oops"}
    write(tmp_path / "alert.log", [{**GOOD, "event": event}])
    answer = ask(tmp_path)
    assert answer.rows[0][0] == "good.example.com"
    assert answer.unread.total == 0


def test_a_gzip_file_that_breaks_off_is_read_as_far_as_it_goes(tmp_path: Path):
    content = gzip.compress(
        b"".join(line(alert(NOON + n, n, WEB, "198.51.100.1", sni="a.example")) + b"\n" for n in range(500))
    )
    (tmp_path / "alert.log.gz").write_bytes(content[: len(content) // 2])
    answer = ask(tmp_path)
    assert 100 < answer.rows[0][1] < 500
    assert "cut short or damaged" in answer.unread.named[0]


def test_a_line_of_many_mebibytes_is_named_and_skipped(tmp_path: Path):
    long = b'{"event": {"event_type": "' + b"x" * (20 << 20) + b'"}}'
    (tmp_path / "alert.log").write_bytes(long + b"\n" + line(GOOD) + b"\n")
    answer = ask(tmp_path)
    assert answer.rows[0][0] == "good.example.com"
    assert answer.unread.named == ["alert.log:1: longer than a mebibyte"]


def test_empty_files_and_gzip_under_another_name_are_fine(tmp_path: Path):
    (tmp_path / "alert-empty.log.gz").write_bytes(b"")
    (tmp_path / "alert-packed.log").write_bytes(gzip.compress(line(GOOD)))
    (tmp_path / "alert-plain.log.gz").write_bytes(line(GOOD))
    answer = ask(tmp_path)
    assert answer.rows[0][:2] == ("good.example.com", 1)
    assert answer.unread.total == 0


def test_alert_and_flow_records_may_share_a_file(tmp_path: Path):
    write(tmp_path / "everything.log", [GOOD, *netflow(NOON + 5, 1, WEB, "198.51.100.1", 443, 10, 20)])
    assert ask(tmp_path).rows[0][0] == "good.example.com"
    talkers = ask(tmp_path, "top-talkers")
    assert talkers.rows[0][:3] == (WEB, 10, 20)
    assert talkers.unread.total == 0


@pytest.mark.parametrize("name", ["alert[1].log", "alert*.log", "alert'; DROP TABLE x; --.log", "alert ✂.log"])
def test_names_of_files_are_names_and_no_patterns(tmp_path: Path, name: str):
    write(tmp_path / "logs" / name, [GOOD])
    assert ask(tmp_path / "logs").rows[0][0] == "good.example.com"


def test_no_record_at_all_is_an_empty_answer(tmp_path: Path):
    assert ask(tmp_path).rows == []


def test_records_outside_the_window_do_not_count(tmp_path: Path):
    write(
        tmp_path / "alert.log", [alert(NOON - 1, 1, WEB, "x", sni="early"), alert(NOON + HOUR, 2, WEB, "x", sni="late")]
    )
    assert ask(tmp_path).rows == []


def test_a_path_that_is_not_there_is_a_message(tmp_path: Path):
    with pytest.raises(HuntError, match="no file or folder"):
        ask(tmp_path / "nowhere")


def test_duckdb_may_read_its_own_folder_and_nothing_else(tmp_path: Path):
    secret = tmp_path / "secret.csv"
    secret.write_text("token\n")
    spool = tmp_path / "spool"
    spool.mkdir()
    database = DuckDB({})._connect(spool, [])
    for statement in (
        f"FROM read_csv('{secret}')",
        f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
        f"ATTACH '{tmp_path / 'other.duckdb'}'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
    ):
        with pytest.raises(duckdb.Error):
            database.execute(statement)
    assert not (tmp_path / "out.csv").exists()


def test_values_from_logs_and_parameters_are_data(tmp_path: Path):
    nasty = "'); DROP TABLE loaded_alert; SELECT ('"
    write(tmp_path / "alert.log", [alert(NOON + 1, 1, WEB, "198.51.100.1", sni=nasty)])
    assert ask(tmp_path).rows[0][0] == nasty.lower()
    with pytest.raises(HuntError, match="not a value of kind text"):
        ask(world(tmp_path / "world"), "stranger-on-443", expected="tls' OR '1'='1")


def test_sound_files_are_read_where_they_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hunts.backends.loading.mend", lambda *_: pytest.fail("a sound file was copied"))
    assert ask(world(tmp_path), "s3-through-nat").rows


def overheard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which every statement is added that DuckDB gets."""
    said: list[str] = []

    class Overheard:
        def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
            self.close, self._execute = database.close, database.execute

        def execute(self, query: str, *values: object) -> object:
            said.append(query)
            return self._execute(query, *values)

    connect = DuckDB._connect
    monkeypatch.setattr(DuckDB, "_connect", lambda *given: Overheard(connect(*given)))
    return said


def test_a_query_that_two_hunts_share_is_worked_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    said = overheard(monkeypatch)
    backend = DuckDB(dict.fromkeys(LOGS, LocalFiles([world(tmp_path)])))
    names = ("new-destinations", "top-sni", "rare-destinations")

    def ask_all(**given: str) -> int:
        said.clear()
        asked = [question(hunt(name), given if name == "rare-destinations" else {}, WINDOW, HOME) for name in names]
        backend.ask_all(asked, silent)
        return sum("min_by" in query.lower() or "arg_min" in query.lower() for query in said)

    assert ask_all() == 1
    assert ask_all(baseline="1d") == 2


def test_whether_an_address_is_at_home_is_worked_out_once_a_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    said = overheard(monkeypatch)
    backend = DuckDB(dict.fromkeys(LOGS, LocalFiles([world(tmp_path)])))
    asked = [question(hunt(name), {}, WINDOW, HOME) for name in ("beacons", "top-sni", "destinations-by-instance")]
    assert any(answer.rows for answer in backend.ask_all(asked, silent))
    assert [
        (log, query.count("REGEXP_MATCHES(src_ip"))
        for log in LOGS
        for query in said
        if f"kept_{log} AS SELECT" in query
    ] == [("alert", 1), ("flow", 1), ("dns", 0)]
    assert sum("REGEXP_MATCHES(src_ip" in query for query in said) == len(("alert", "flow"))


FAR = "198.51.100.9"


@pytest.mark.parametrize(
    ("name", "log", "records", "inside", "away"),
    [
        ("beacons", "alert", [GOOD], 1, False),
        ("east-west", "flow", netflow(NOON + 1, 1, WEB, FAR, 443, 900), 2, False),
        ("east-west", "flow", netflow(NOON + 1, 1, FAR, "198.51.100.8", 443, 900), 2, True),
        ("east-west", "flow", netflow(WINDOW.start - 1, 1, WEB, FAR, 443, 900), 0, True),
    ],
    ids=["one that the query wants", "one that it doesn't want", "of others", "before the window"],
)
def test_where_nothing_was_found_no_file_is_read_again_to_know_whether_a_record_is_at_home(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    log: str,
    records: list[dict[str, object]],
    inside: int,
    away: bool,
):
    write(tmp_path / "records.log", records)
    said = overheard(monkeypatch)
    asked = question(hunt(name), {}, WINDOW, HOME)
    answer = DuckDB(dict.fromkeys(LOGS, LocalFiles([tmp_path]))).ask(asked, silent)
    assert [(seen.inside, seen.away) for seen in answer.seen if seen.log == log] == [(inside, away)]
    assert sum(f"{log}-000000" in query and "read_json" in query for query in said) == 1


def seen_by(path: Path, names: list[str], monkeypatch: pytest.MonkeyPatch) -> list[tuple[Seen, ...]]:
    """Return what each answer says of how many records it is, and in front of them how often that was counted."""
    counted: list[str] = []
    count = Loading.seen

    def counting(self: Loading, window: Window) -> dict[Sequence[str], Seen]:
        found = count(self, window)
        counted.append(found[()].log)
        return found

    monkeypatch.setattr(Loading, "seen", counting)
    backend = DuckDB(dict.fromkeys(LOGS, LocalFiles([path])))
    answers = backend.ask_all([question(hunt(name), {}, WINDOW, HOME) for name in names], silent)
    return [tuple(counted), *(tuple(answer.seen) for answer in answers)]


def test_records_are_counted_where_nothing_was_found_among_them_and_only_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write(tmp_path / "alert.log", [GOOD])
    alerts_seen = Seen("alert", 1, 1, NOON + 1, NOON + 1)
    telling = replace(alerts_seen, needs=("tls_version",), telling=1)
    assert seen_by(tmp_path, ["denied", "tls-without-sni"], monkeypatch) == [("alert",), (alerts_seen,), (telling,)]
    # What found nothing is then one hunt among others, and `rogue` has a row.
    assert seen_by(tmp_path, ["denied", "destinations-by-instance"], monkeypatch) == [(), (), ()]


@pytest.mark.parametrize("name", ["rogue", "new-destinations", "beacons", "tls-without-sni"])
def test_records_of_the_baseline_alone_are_no_answer_about_the_window(tmp_path: Path, name: str):
    write(tmp_path / "alert.log", [GOOD])
    later = Window(NOON + 5 * HOUR, NOON + 6 * HOUR)
    hunter = Hunter(DuckDB(dict.fromkeys(LOGS, LocalFiles([tmp_path]))), LOGS, HOME)
    _, answer = hunter.ask(hunt(name), {}, later, silent)
    assert [(seen.inside, seen.count) for seen in answer.seen if seen.log == "alert"] == [(0, 1)]
    assert "no record lies in the window" in asked_of_nothing(hunt(name), answer, later)


def test_nothing_found_says_from_when_to_when_in_the_window(tmp_path: Path):
    records = [alert(NOON + at, 1 + at, WEB, "203.0.113.9", sni="www.example") for at in (-7200, 60, 120, 7200)]
    write(tmp_path / "alert.log", records)
    hunter = Hunter(DuckDB(dict.fromkeys(LOGS, LocalFiles([tmp_path]))), LOGS, HOME)
    _, answer = hunter.ask(hunt("tls-without-sni"), {}, Window(NOON, NOON + HOUR), silent)
    assert [*answer.seen] == [Seen("alert", 2, 4, NOON + 60, NOON + 120, ("tls_version",), 2)]


def test_rogue_without_a_row_says_among_how_many_records(tmp_path: Path):
    write(tmp_path / "alert.log", [GOOD])
    backend = DuckDB(dict.fromkeys(LOGS, LocalFiles([tmp_path])))
    _, answer = Hunter(backend, LOGS, HOME).ask(hunt("rogue"), {}, WINDOW, silent)
    assert (answer.rows, {seen.log: seen.inside for seen in answer.seen}) == ([], {"alert": 1, "flow": 0, "dns": 0})


@pytest.mark.parametrize(
    ("size", "machine", "limit"),
    [
        (1_000, 16_000_000_000, 700_000_000),
        (350_000_000, 16_000_000_000, 700_000_000),
        (1_050_000_000, 16_000_000_000, 2_100_000_000),
        (10_500_000_000, 16_000_000_000, 8_000_000_000),
        (10_500_000_000, 1_000_000_000, 700_000_000),
    ],
    ids=["few logs", "ten million records", "three times as many", "half of the machine's", "a small machine"],
)
def test_more_logs_may_take_more_of_the_machines_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, machine: int, limit: int
):
    monkeypatch.setattr(os, "sysconf", {"SC_PAGE_SIZE": 1, "SC_PHYS_PAGES": machine}.get)
    log = tmp_path / "alert.log"
    with log.open("wb") as file:
        file.truncate(size)
    with closing(DuckDB({})._connect(tmp_path, [log])) as database:
        told, asked = database.execute("SELECT current_setting('memory_limit'), format_bytes($1)", [limit]).fetchone()
    assert told == asked


def test_too_little_memory_is_a_message_and_no_file_is_blamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write(tmp_path / "alert.log", [GOOD])
    monkeypatch.setattr(Loading, "mend", lambda _: pytest.fail("a file was blamed"))
    backend = DuckDB(dict.fromkeys(LOGS, LocalFiles([tmp_path])), memory="5MB")
    with pytest.raises(HuntError, match="too many records for the memory that hunts take: ask of a shorter window"):
        backend.ask(question(hunt("top-sni"), {}, WINDOW, HOME), silent)
