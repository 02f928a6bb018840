"""What tells a finding from its look-alike, a record or two each."""

from pathlib import Path

import pytest

from hunts.backends import silent
from hunts.backends.duck import DuckDB
from hunts.backends.local_files import LocalFiles
from hunts.catalog import catalog
from hunts.hunting import Hunter
from hunts.model import LOGS
from hunts.window import Window
from tests.hunts.labelled import HOME, NOON, Record, alert, netflow, write

FLEET = ["10.20.0.10", "10.20.0.11", "10.20.0.12", "10.20.0.13"]


def found(folder: Path, hunt: str, records: list[Record], **given: str) -> list[dict]:
    write(folder / "records.log", records)
    hunter = Hunter(DuckDB(dict.fromkeys(LOGS, LocalFiles([folder]))), LOGS, HOME)
    _, answer = hunter.ask(catalog()[hunt], given, Window(NOON, NOON + 3600), silent)
    return list(answer.records())


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
