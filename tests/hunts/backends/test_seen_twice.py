"""Records of the same ends are held against those of their own time alone, and many files are read together."""

import json
import time
from pathlib import Path
from typing import Any, Self

import duckdb
import pytest

from hunts.backends import seen_twice
from hunts.backends.sources import LogFile
from hunts.window import Window

RECORDS = 20_000
"""A record a minute: two weeks."""


def test_pings_of_two_weeks_are_told_apart_at_once():
    with duckdb.connect() as database:
        database.execute(seen_twice._TABLE)
        # Two interfaces on one path, and one connection that was open all the time.
        database.execute(f"""
            INSERT INTO seen
            SELECT
              place, 'x', 4, place, '10.0.0.1', '', '10.0.0.2', '', 'ICMP', 900, 800, minute + 60, minute + 60, minute
            FROM range(0, {RECORDS} * 60, 60) AS minutes (minute) CROSS JOIN range(2) AS places (place)
            UNION ALL
            SELECT 0, 'x', 4, 0, '10.0.0.1', '1', '10.0.0.3', '2', 'TCP', 900, 800, 9, {RECORDS} * 60, 0
        """)  # noqa: S608 - a number of this file
        began = time.process_time()
        database.execute(seen_twice._FORGET, {"end": RECORDS * 60 + 1, "little": 10_000, "interval": 600})
        assert time.process_time() - began < 5  # Seconds: each against each they took five times as many.
        assert database.execute("SELECT file, count(*) FROM seen GROUP BY 1").fetchall() == [(0, RECORDS + 1)]


class Counting:
    """A database that counts what it is asked."""

    def __init__(self) -> None:
        self.database = duckdb.connect()
        self.asked: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.database, name)

    def execute(self, query: str, *given: Any) -> Any:
        self.asked.append(query)
        return self.database.execute(query, *given)


def test_small_files_by_the_hundred_take_no_query_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    files = []
    for number in range(300):
        ends = {"src_ip": "10.0.0.1", "src_port": number, "dest_ip": "10.0.0.2", "dest_port": 1, "proto": "TCP"}
        event = {**ends, "event_type": "netflow", "netflow": {"bytes": 900, "pkts": 1, "age": 5}}
        # The last file repeats what the first one has, from another interface.
        event["src_port"] %= 299
        record = {"event_timestamp": "1000", "seen_by": "vpc-flow-log", "seen_at": f"eni-{number % 7}", "event": event}
        path = tmp_path / f"[{number}]*"
        path.write_text(json.dumps(record) + "\n")
        files.append(LogFile(path, str(number), witnesses=frozenset({f"vpc-flow-log/eni-{number % 7}"})))
    database = Counting()
    monkeypatch.setattr(duckdb, "connect", lambda: database)
    monkeypatch.setattr(seen_twice, "_TOGETHER", 100, raising=False)
    left = seen_twice.counted_once(files, Window(0, 2000), tmp_path)
    kept = [json.loads(line)["event"]["src_port"] for file in left for line in file.path.read_text().splitlines()]
    assert (sorted(kept), [file.label for file in left]) == (list(range(299)), [file.label for file in files])
    assert len(database.asked) < 15
