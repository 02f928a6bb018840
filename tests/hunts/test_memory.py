"""The heaviest hunts are answered in little memory: what grows with the records is what DuckDB can put on disk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from bench.log_generator import END, HOME, START, generate
from hunts import sql
from hunts.backends.reading import Reading
from hunts.catalog import catalog, hunt
from hunts.model import LOGS
from hunts.parameters import question
from hunts.window import Window

INSTANCES, NAMES, AGENTS = 200, 1000, 200
EVERYTHING = Window(0, 100_000_000)
DAY = Window(START, END)
ASKED = {
    name: sql.bound(each, question(each, {}, DAY, HOME).values) for name, each in catalog().items() if not each.composed
}


@pytest.mark.parametrize(
    ("name", "records", "mebibytes", "rows"),
    [("rare-clients", 500_000, 30, AGENTS), ("beacons", 1_000_000, 60, 2 * NAMES)],
)
def test_what_a_hunt_must_have_in_memory_does_not_grow_with_the_records(
    tmp_path: Path, name: str, records: int, mebibytes: int, rows: int
):
    tree = sql.bound(hunt(name), question(hunt(name), {}, EVERYTHING, "10.0.0.0/8").values)
    with duckdb.connect() as database:
        # As `hunts.backends.duck` sets it, on one core: each has buffers of its own.
        database.execute("SET temp_directory = ?", [str(tmp_path)])
        database.execute("SET preserve_insertion_order = false")
        database.execute("SET threads = 1")
        _alerts(database, records)
        database.execute("SET memory_limit = ?", [f"{mebibytes}MiB"])
        assert len(database.execute(sql.duckdb(tree)).fetchall()) == rows


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[duckdb.DuckDBPyConnection, int]]:
    """A day's logs, in which the same is said again and again, and the number of records of the largest."""
    folder = tmp_path_factory.mktemp("day")
    counts = generate(folder, 20_000)
    columns = sql.used(ASKED.values())
    with duckdb.connect() as database:
        for log in LOGS:
            paths = list(folder.rglob(f"*{'query' if log == 'dns' else log}*.gz"))
            database.execute(f"CREATE TABLE {log} AS {Reading(log, columns[log], DAY).rows(paths)}")
        yield database, max(counts.values())


@pytest.mark.parametrize("name", ASKED)
def test_no_step_of_a_hunt_has_more_rows_than_a_log_has_records(name: str, day: tuple[duckdb.DuckDBPyConnection, int]):
    database, records = day
    plan = database.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql.duckdb(ASKED[name])}").fetchall()[0][1]
    rows = [int(count) for count in re.findall(r'"(?:intermediate_rows|operator_cardinality)": (\d+)', plan)]
    assert rows, "DuckDB tells no step's rows"
    assert max(rows) <= records


@pytest.mark.parametrize("name", ASKED)
def test_no_hunt_joins_a_record_to_its_own_list(name: str, day: tuple[duckdb.DuckDBPyConnection, int]):
    plan = day[0].execute(f"EXPLAIN {sql.duckdb(ASKED[name])}").fetchall()[0][1]
    assert "delim" not in plan.lower()


def _alerts(database: duckdb.DuckDBPyConnection, records: int) -> None:
    """Make the three logs: alerts of as many flows, one a second, and nothing in the others."""
    database.execute(f"""
        CREATE TABLE alert AS SELECT
          second AS ts, second AS flow_id, '10.0.0.' || second % {INSTANCES} AS src_ip, '198.51.100.1' AS dest_ip,
          443 AS dest_port, 'agent ' || second % {AGENTS} AS user_agent, NULL::VARCHAR AS ja4, NULL::VARCHAR AS ja3,
          'name' || second % {NAMES} || '.example' AS sni, NULL::VARCHAR AS host, NULL::VARCHAR AS hides
        FROM range({records}) AS seconds (second)
    """)  # noqa: S608 - numbers of this file
    database.execute("CREATE TABLE dns (ts BIGINT, src_ip VARCHAR, name VARCHAR, addresses VARCHAR[])")
    database.execute(
        "CREATE TABLE flow (ts BIGINT, age BIGINT, src_ip VARCHAR, dest_ip VARCHAR, dest_port INT, app_proto VARCHAR,"
        " bytes BIGINT)"
    )
