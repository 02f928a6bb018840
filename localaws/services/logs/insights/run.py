"""Answers a query of Logs Insights with DuckDB, in memory and with no way to anything but the events."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from localaws.services.logs.insights.addresses import MACROS
from localaws.services.logs.insights.syntax import malformed
from localaws.services.logs.insights.translate import translate

_TABLE: Final = (
    "CREATE TEMP TABLE events (v_row BIGINT, v_timestamp BIGINT, v_ingested BIGINT, v_message VARCHAR, v_log VARCHAR, "
    "v_stream VARCHAR, v_ptr VARCHAR, v_json JSON)"
)


@dataclass(frozen=True)
class Event:
    """One event of a log group; times are in milliseconds since 1970, `log` is `ACCOUNT:GROUP`."""

    timestamp: int
    ingested: int
    message: str
    log: str
    stream: str
    identifier: str


@dataclass(frozen=True)
class Result:
    """Rows of an answer, each its fields with their values in order; a field without a value is left out."""

    rows: Sequence[Sequence[tuple[str, str]]]
    matched: int
    scanned: int
    bytes: int


def run(query: str, events: Iterable[Event], limit: int | None = None) -> Result:
    """Return what a query answers about events. Raises MalformedQueryException, or refuses what isn't here by name."""
    statement = translate(query)
    seen = list(events)
    with closing(_database().cursor()) as database:
        _load(database, seen)
        try:
            cursor = database.execute(statement.sql)
            rows = cursor.fetchall() if limit is None else cursor.fetchmany(limit)
        except duckdb.Error as error:
            # A regular expression that RE2 doesn't take, and numbers beyond all bounds.
            raise malformed(str(error).splitlines()[0]) from None
    names = [*statement.columns, *(["@ptr"] if statement.of_records else [])]
    found = [[(name, value) for name, value in zip(names, row, strict=True) if value is not None] for row in rows]
    return Result(found, len(rows), len(seen), sum(len(event.message.encode()) for event in seen))


@functools.cache
def _database() -> Any:
    """Return the one database of this process; each query has a connection to it, with a table of its own."""
    database = duckdb.connect()
    for setting in ("enable_external_access = false", "TimeZone = 'UTC'", "memory_limit = '1GB'"):
        database.execute(f"SET {setting}")
    for macro in MACROS:
        database.execute(macro)
    database.execute("SET lock_configuration = true")
    return database


def _load(database: Any, events: Sequence[Event]) -> None:
    columns: list[list[Any]] = [
        list(range(len(events))),
        [event.timestamp for event in events],
        [event.ingested for event in events],
        [event.message for event in events],
        [event.log for event in events],
        [event.stream for event in events],
        [event.identifier for event in events],
        [event.message if _is_object(event.message) else None for event in events],
    ]
    kinds = ["BIGINT"] * 3 + ["VARCHAR"] * 5
    lists = ", ".join(f"unnest(?::{kind}[])" for kind in kinds)
    database.execute(_TABLE)
    database.execute(f"INSERT INTO events SELECT {lists}", columns)


def _is_object(message: str) -> bool:
    if not message.lstrip().startswith("{"):
        return False
    try:
        return isinstance(json.loads(message), dict)
    except ValueError:
        return False
