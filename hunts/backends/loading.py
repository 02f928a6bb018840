"""From files of records to a DuckDB table with the columns that the questions need, and an account of the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from hunts import sql
from hunts.backends.repair import Link, link, mend
from hunts.backends.sources import LogFile
from hunts.backends.unread import name
from hunts.model import Unread
from hunts.window import Window

_TYPES = {"string": "VARCHAR", "bigint": "BIGINT", "int": "INTEGER"}
_UNUSABLE = {
    "alert": "coalesce(event_type NOT IN ('alert', 'netflow', 'tls'), true) OR ts IS NULL",
    "flow": "coalesce(event_type NOT IN ('alert', 'netflow', 'tls'), true) OR ts IS NULL",
    "dns": "event_type IS NULL OR ts IS NULL",
}
_TYPE = {"alert": " AND event_type = 'alert'", "flow": " AND event_type = 'netflow'", "dns": ""}


@dataclass(frozen=True, slots=True)
class Needs:
    """What the questions need of a view: its `columns`, in the `window`, and of these the records that are `wanted`."""

    columns: set[str]
    window: Window
    wanted: exp.Expr | None = None


def load(database: Any, files: Sequence[LogFile], log: str, *, needs: Needs, spool: Path) -> Unread:
    """Create the temporary table `loaded_LOG` and return what could not be read.

    No field of a record is parsed that isn't needed. A row with a `source`, the file that it is from, stands for a line
    that is no record; all others are records.
    """
    view = sql.view(log, needs.columns)
    fields = _struct(sql.raw_fields(log, view))
    links = link(files, spool, log) or [_nothing(spool, log)]
    try:
        database.execute(_table(links, log, view, fields, needs))
    except duckdb.Error:
        links = mend(links, lambda path: _readable(database, path, fields))
        database.execute(_table(links, log, view, fields, needs))
    return _unread(database, links, log)


def _nothing(spool: Path, log: str) -> Link:
    path = spool / f"{log}-none.json"
    path.touch()
    return Link(path, LogFile(path, "no file"))


def _table(links: Sequence[Link], log: str, view: exp.Select, fields: str, needs: Needs) -> str:
    # Everything that is put together here is ours: column names of the views, numbers, conditions of the catalogue with
    # values as literals, and paths in the spool.
    rows = sql.duckdb(view).replace("SELECT ", "SELECT filename AS source, ", 1)
    kept = ", ".join(column.alias for column in view.expressions if column.alias in {"ts", *needs.columns})
    wanted = f" AND ({sql.duckdb(needs.wanted)})" if needs.wanted else ""
    return f"""
        CREATE TEMP TABLE loaded_{log} AS
        WITH raw AS (FROM {_reader(links, fields)}),
             seen AS (SELECT *, {_UNUSABLE[log]} AS unusable FROM ({rows}))
        SELECT CASE WHEN unusable THEN source END AS source, {kept} FROM seen
        WHERE unusable OR (ts >= {needs.window.start:d} AND ts < {needs.window.end:d}{_TYPE[log]}{wanted})
        """  # noqa: S608


def _reader(links: Sequence[Link], fields: str) -> str:
    listed = ", ".join(f"'{item.path}'" for item in links)
    columns = f"columns={{{fields}}}"
    return f"read_json([{listed}], format='newline_delimited', ignore_errors=true, filename=true, {columns})"


def _readable(database: Any, path: Path, fields: str) -> bool:
    try:
        database.execute(f"SELECT count(*) FROM {_reader([Link(path, LogFile(path, ''))], fields)}")  # noqa: S608
    except duckdb.Error:
        return False
    return True


def _unread(database: Any, links: Sequence[Link], log: str) -> Unread:
    rows = database.execute(
        f"SELECT source, count(*) FROM loaded_{log} WHERE source IS NOT NULL GROUP BY 1 ORDER BY 1"  # noqa: S608
    ).fetchall()
    by_path = {str(item.path): item.file for item in links}
    counts = {by_path[path].label: count for path, count in rows}
    unread = name(counts, {by_path[path].label: by_path[path].path for path, _ in rows}, log)
    damaged = [f"{item.file.label}: {item.damage}" for item in links if item.damage]
    for item in links:
        if item.damage:
            counts[item.file.label] = counts.get(item.file.label, 0) + 1
    return Unread(counts, [*damaged, *unread.named])


def _struct(fields: Mapping[str, object]) -> str:
    return ", ".join(f"{key}: '{_type(value)}'" for key, value in fields.items())


def _type(value: object) -> str:
    if isinstance(value, Mapping):
        return "STRUCT(" + ", ".join(f'"{key}" {_type(inner)}' for key, inner in value.items()) + ")"
    if isinstance(value, list):
        return _type(value[0]) + "[]"
    return _TYPES[str(value)]
