"""From files of records to the relation that the questions are put to, and an account of the lines that are none."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from hunts import sql
from hunts.backends.reading import Reading
from hunts.backends.repair import Link, link, mend
from hunts.backends.sources import CHANGED, LogFile
from hunts.backends.unread import name
from hunts.model import Seen, Unread
from hunts.window import Window, instant

_OF_FLOWS = ("alert", "flow")
_ENDS = ("src_ip", "dest_ip")
_SKEW = 300
"""Seconds by which the clock of who wrote a record may be ahead of this machine's, and nobody mind."""


class Loading:
    """One log: `keep` makes the relation `loaded_LOG`, and `unread` tells what was left out of it."""

    def __init__(self, database: Any, log: str, files: Sequence[LogFile], spool: Path, reading: Reading) -> None:
        self._database = database
        self._log = log
        self._reading = reading
        self._links = link(files, spool, log) or [_nothing(spool, log)]
        self._needs = {f"tells_{number}": each for number, each in enumerate(dict.fromkeys(map(tuple, reading.needs)))}

    def keep(self, condition: exp.Expr | None) -> None:
        """Read the files, once, into a table: the records of the window that meet the condition.

        Of a record that doesn't, and of a bad line, no more is kept than when it is from, where it lies, and whether it
        is at home, where a query asks that. Raises `duckdb.Error` for a file that DuckDB gives up on.
        """
        wanted = f" AND ({sql.duckdb(condition)})" if condition else ""
        columns = self._reading.columns
        used = ", ".join(["ts", *columns, *self._reading.answered])
        said = "".join(
            [f"CASE WHEN wanted THEN {each} END AS {each}, " for each in columns]
            + [f"{each}, " for each in self._reading.answered]
        )
        tells = "".join(
            f"coalesce({', '.join(each)}, NULL) IS NOT NULL AS {name}, " for name, each in self._needs.items()
        )
        mark = f"hash(ts, {', '.join(self._reading.identity)}) AS mark, " if self._reading.identity else ""
        rows = self._reading.rows([item.path for item in self._links])
        self._database.execute(
            f"CREATE OR REPLACE TABLE kept_{self._log} AS "  # noqa: S608
            f"SELECT CASE WHEN unusable THEN source END AS source, ts, wanted, {said}{tells}{mark}1 AS times "
            f"FROM (SELECT *, NOT unusable AND {self._reading.record}{wanted} AS wanted FROM ({rows})) "
            f"WHERE unusable OR (ts IS NOT NULL AND {self._reading.kind})"
        )
        if mark:
            self._count_once()
        self._database.execute(
            f"CREATE OR REPLACE TEMP VIEW loaded_{self._log} AS SELECT {used} FROM kept_{self._log} WHERE wanted"  # noqa: S608
        )

    def _count_once(self) -> None:
        """Make one row of a record that was delivered twice; `times` is how many there were.

        Few are: only of those whose mark is there twice all columns are compared.
        """
        kept = f"kept_{self._log}"
        self._database.execute(
            f"CREATE OR REPLACE TEMP TABLE repeated AS SELECT * EXCLUDE (times), count(*) AS times FROM {kept} "  # noqa: S608
            f"WHERE wanted AND mark IN (SELECT mark FROM {kept} WHERE wanted GROUP BY mark HAVING count(*) > 1) "
            "GROUP BY ALL"
        )
        self._database.execute(f"DELETE FROM {kept} WHERE wanted AND mark IN (SELECT mark FROM repeated)")  # noqa: S608
        self._database.execute(f"INSERT INTO {kept} BY NAME FROM repeated")

    def mend(self) -> bool:
        """Put a readable copy in place of each file that DuckDB gives up on; False when there was none."""
        mended = mend(self._links, self._readable)
        changed = mended != self._links
        self._links = mended
        return changed

    def unread(self) -> Unread:
        """Return the bad lines, counted by file."""
        damaged = {item.file.label: item.damage for item in self._links if item.damage}
        rows = self._database.execute(
            f"SELECT source, sum(times)::BIGINT FROM kept_{self._log} WHERE source IS NOT NULL GROUP BY 1 ORDER BY 1"  # noqa: S608
        ).fetchall()
        by_path = {str(item.path): item.file for item in self._links}
        counts = {by_path[path].label: count for path, count in rows}
        unread = name(counts, {by_path[path].label: by_path[path].path for path, _ in rows}, self._log)
        for label in damaged:
            counts[label] = counts.get(label, 0) + 1
        made = [item.file for item in self._links if item.file.faults]
        for file in made:
            counts[file.label] = counts.get(file.label, 0) + file.faults
        named = [*(f"{label}: {damage}" for label, damage in damaged.items()), *unread.named]
        gone = [item.file.label for item in self._links if item.file.changed]
        for label in gone:
            counts[label] = counts.get(label, 0) + 1
        changed = [f"{label}: {CHANGED}" for label in gone]
        lost = [*changed, *(f"{item.file.label}: {item.damage}" for item in self._links if item.broken)]
        lost += [f"{file.label}: the file is cut short or damaged" for file in made if file.broken]
        return Unread(counts, [*changed, *named, *(line for file in made for line in file.left_out)], lost=lost)

    def ahead(self, now: float) -> str:
        """Say how many records are dated later than `now` and more than clocks differ by; nothing for none."""
        count, last = self._database.execute(
            f"SELECT coalesce(sum(times), 0)::BIGINT, max(ts) FROM kept_{self._log} "  # noqa: S608 - a name of ours
            f"WHERE source IS NULL AND ts >= {now + _SKEW:.0f}"
        ).fetchone()
        several = f"record{' is' if count == 1 else 's are'}"
        told = f"{count:,} {self._log.upper()} {several} dated later than now, up to {instant(last or 0)}"
        return f"{told}: a clock is wrong, and no window that ends now has them (give --to)" if count else ""

    def is_empty(self, window: Window) -> bool:
        """Tell whether nothing of the window was kept."""
        some = f"FROM loaded_{self._log} WHERE ts >= {window.start:d} AND ts < {window.end:d}"
        found = self._database.execute(f"SELECT NOT EXISTS ({some})").fetchone()
        return bool(found[0])

    def seen(self, window: Window) -> dict[Sequence[str], Seen]:
        """Return how many records there are, in the window without a baseline too.

        That is told under `()`, and under each of the `needs` along with how many have one of those columns.
        """
        inside = f"ts >= {window.start:d} AND ts < {window.end:d}"
        found = self._database.execute(
            f"SELECT coalesce(sum(times) FILTER ({inside}), 0)::BIGINT, coalesce(sum(times), 0)::BIGINT, "  # noqa: S608
            f"coalesce(min(ts) FILTER ({inside}), min(ts)), coalesce(max(ts) FILTER ({inside}), max(ts))"
            + "".join(f", coalesce(sum(times) FILTER ({inside} AND {each}), 0)::BIGINT" for each in self._needs)
            + f" FROM kept_{self._log} WHERE source IS NULL"
        ).fetchone()
        plain = Seen(self._log, *found[:4])
        return {(): plain} | {
            each: replace(plain, needs=each, telling=telling)
            for each, telling in zip(self._needs.values(), found[4:], strict=True)
        }

    def is_away(self, window: Window, home: str) -> bool:
        """Tell whether no record of flows in the window has an end at home, by that expression.

        Where a query asked the same, that was kept of every record; else it may read the files, up to the first one.
        """
        if self._log not in _OF_FLOWS:
            return False
        ends = [exp.RegexpLike(this=exp.column(end), expression=exp.Literal.string(home)) for end in _ENDS]
        asked = list(map(sql.duckdb, ends))
        kept = [name for name, said in self._reading.answered.items() if said in asked]
        inside, at_home = self._database.execute(
            f"SELECT count(*), coalesce(bool_or({' OR '.join(kept) or 'NULL'}), false) FROM kept_{self._log} "  # noqa: S608
            f"WHERE source IS NULL AND ts >= {window.start:d} AND ts < {window.end:d}"
        ).fetchone()
        if at_home or not inside or len(kept) == len(asked):
            return not at_home
        reading = Reading(self._log, set(_ENDS), window)
        rows = reading.rows([item.path for item in self._links])
        found = self._database.execute(
            f"SELECT true FROM ({rows}) WHERE NOT unusable AND {reading.record} AND ({' OR '.join(asked)}) LIMIT 1"  # noqa: S608
        ).fetchone()
        return found is None

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
