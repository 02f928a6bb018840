"""From files of records to the relation that the questions are put to, and an account of the lines that are none."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from hunts import sql
from hunts.backends.reading import Reading
from hunts.backends.repair import Link, link, mend
from hunts.backends.sources import LogFile
from hunts.backends.unread import name
from hunts.model import Seen, Unread
from hunts.window import Window

STREAMING = "SET disabled_optimizers = 'filter_pushdown,cte_filter_pusher'"
"""What a database must be told before it may `stream`: a question's conditions would else hide bad lines from sight."""


class Loading:
    """One log: `keep` or `stream` makes the relation `loaded_LOG`, and `unread` tells what was left out of it.

    Both raise `duckdb.Error` for a file that DuckDB gives up on, `stream` as late as when a question is asked.
    """

    def __init__(self, database: Any, log: str, files: Sequence[LogFile], spool: Path, reading: Reading) -> None:
        self._database = database
        self._log = log
        self._reading = reading
        self._links = link(files, spool, log) or [_nothing(spool, log)]
        self._streamed = False

    def keep(self, condition: exp.Expr | None) -> None:
        """Read the files now, into a table: the records that meet the condition, and a row for each bad line."""
        wanted = f" AND ({sql.duckdb(condition)})" if condition else ""
        self._streamed = False
        # Grouped, a record that was delivered twice is one row; so are bad lines, whose number is kept beside them.
        times, grouped = ("count(*)", " GROUP BY ALL") if self._reading.once else ("1", "")
        self._database.execute(
            f"CREATE OR REPLACE TEMP TABLE kept_{self._log} AS "  # noqa: S608
            f"SELECT CASE WHEN unusable THEN source END AS source, {self._reading.columns}, {times} AS times "
            f"FROM ({self._named()}) WHERE unusable OR ({self._reading.record}{wanted}){grouped}"
        )
        self._relation(f"SELECT * EXCLUDE (source, times) FROM kept_{self._log} WHERE source IS NULL")  # noqa: S608

    def stream(self) -> None:
        """Read the files while a question is answered, once, and keep nothing: a bad line only moves a sequence."""
        self._streamed = True
        self._database.execute(f"CREATE OR REPLACE TEMP SEQUENCE bad_{self._log}")
        rows = self._reading.rows([item.path for item in self._links], named=False)
        self._relation(
            f"SELECT {'DISTINCT ' if self._reading.once else ''}{self._reading.columns} FROM ({rows}) "  # noqa: S608
            f"WHERE CASE WHEN unusable THEN nextval('bad_{self._log}') IS NULL ELSE {self._reading.record} END"
        )

    def mend(self) -> bool:
        """Put a readable copy in place of each file that DuckDB gives up on; False when there was none."""
        mended = mend(self._links, self._readable)
        changed = mended != self._links
        self._links = mended
        return changed

    def unread(self) -> Unread:
        """Return the bad lines, counted by file; where an answer was streamed past some, they are looked for again."""
        damaged = {item.file.label: item.damage for item in self._links if item.damage}
        rows = self._bad_lines()
        by_path = {str(item.path): item.file for item in self._links}
        counts = {by_path[path].label: count for path, count in rows}
        unread = name(counts, {by_path[path].label: by_path[path].path for path, _ in rows}, self._log)
        for label in damaged:
            counts[label] = counts.get(label, 0) + 1
        made = [item.file for item in self._links if item.file.faults]
        for file in made:
            counts[file.label] = counts.get(file.label, 0) + file.faults
        named = [*(f"{label}: {damage}" for label, damage in damaged.items()), *unread.named]
        return Unread(counts, [*named, *(line for file in made for line in file.left_out)])

    def is_empty(self, window: Window) -> bool:
        """Tell whether nothing of the window was kept; what was streamed is not known."""
        some = f"FROM loaded_{self._log} WHERE ts >= {window.start:d} AND ts < {window.end:d}"
        found = self._database.execute(f"SELECT NOT EXISTS ({some})").fetchone()
        return bool(found[0])

    def seen(self, window: Window, needs: Iterable[Sequence[str]] = ()) -> dict[Sequence[str], Seen]:
        """Return how many records there are, in the window without a baseline too; reads the files once more.

        That is told under `()`, and under each of `needs` along with how many have one of those columns.
        """
        wanted = list(dict.fromkeys(tuple(each) for each in needs if each))
        reading = self._reading.fields(window, {column for each in wanted for column in each})
        rows = reading.rows([item.path for item in self._links], named=False)
        found = self._database.execute(
            f"WITH seen AS (SELECT *, {reading.record} AS inside FROM ({rows}) "  # noqa: S608
            f"WHERE NOT unusable AND {reading.kind}) "
            "SELECT count(*) FILTER (inside), count(*), coalesce(min(ts) FILTER (inside), min(ts)), "
            "coalesce(max(ts) FILTER (inside), max(ts))"
            + "".join(f", count(coalesce({', '.join(each)}, NULL)) FILTER (inside)" for each in wanted)
            + " FROM seen"
        ).fetchone()
        plain = Seen(self._log, *found[:4])
        return {(): plain} | {
            each: replace(plain, needs=each, telling=telling) for each, telling in zip(wanted, found[4:], strict=True)
        }

    def _bad_lines(self) -> list[tuple[str, int]]:
        grouped = "source IS NOT NULL GROUP BY 1 ORDER BY 1"
        if not self._streamed:
            query = f"SELECT source, sum(times)::BIGINT FROM kept_{self._log} WHERE {grouped}"  # noqa: S608
        elif self._any_bad():
            query = f"SELECT source, count(*) FROM ({self._named()}) WHERE unusable AND {grouped}"  # noqa: S608
        else:
            return []
        found: list[tuple[str, int]] = self._database.execute(query).fetchall()
        return found

    def _any_bad(self) -> bool:
        moved = "SELECT last_value IS NOT NULL FROM duckdb_sequences() WHERE sequence_name = ?"
        return bool(self._database.execute(moved, [f"bad_{self._log}"]).fetchone()[0])

    def _named(self) -> str:
        return self._reading.rows([item.path for item in self._links], named=True)

    def _relation(self, query: str) -> None:
        self._database.execute(f"CREATE OR REPLACE TEMP VIEW loaded_{self._log} AS {query}")

    def _readable(self, path: Path) -> bool:
        try:
            self._database.execute(self._reading.count(path))
        except duckdb.Error:
            return False
        return True


def _nothing(spool: Path, log: str) -> Link:
    path = spool / f"{log}-none.json"
    path.touch()
    return Link(path, LogFile(path, "no file"))
