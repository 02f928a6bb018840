"""The SQL by which DuckDB reads one log: which fields of a record it parses, and which lines are records at all."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from sqlglot import exp

from hunts import sql
from hunts.window import Window

_TYPES = {"string": "VARCHAR", "bigint": "BIGINT", "int": "INTEGER"}
_UNUSABLE = {
    "alert": "foreign_ IS NULL AND (coalesce(event_type NOT IN ('alert', 'netflow'), true) OR ts IS NULL)",
    "flow": "foreign_ IS NULL AND (coalesce(event_type NOT IN ('alert', 'netflow'), true) OR ts IS NULL)",
    "dns": "foreign_ IS NULL AND (event_type IS NULL OR ts IS NULL)",
}
_FOREIGN = {"alert": "query_name", "flow": "query_name", "dns": "firewall_name"}
"""A field that only the other service's records have, which may share a file: no records of this log, nor bad lines."""
_KIND = {"alert": "event_type = 'alert'", "flow": "event_type = 'netflow'", "dns": "true"}


class Reading:
    """What is read of `log`: of its view the `columns` that are used (and `sql.ALWAYS`), in the `window`.

    With `once`, a record that was delivered twice is told from two, by the columns of its identity. Each of `needs` are
    columns of which it is asked whether a record has one; `answered` are columns more, by what they say of the others.

    Everything that is put together here is ours: columns of the views, numbers, and paths in the spool folder.
    """

    def __init__(
        self,
        log: str,
        columns: set[str],
        window: Window,
        *,
        once: bool = False,
        needs: Iterable[Sequence[str]] = (),
        answered: Mapping[str, exp.Expr] = MappingProxyType({}),
    ) -> None:
        self.identity = sql.IDENTITY[log] if once else ()
        """What tells a record from others; nothing where that doesn't matter."""
        self.needs = [each for each in needs if each]
        self.answered = {name: sql.duckdb(said) for name, said in answered.items()}
        """Columns more, by what they say of the others."""
        asked = {column.name for said in answered.values() for column in said.find_all(exp.Column)}
        view = sql.view(log, columns.union(asked, self.identity, *self.needs))
        self._log = log
        self._view = sql.duckdb(view)
        self._fields = _struct({**sql.raw_fields(log, view), _FOREIGN[log]: "string"})
        self.columns = [item.alias for item in view.expressions if item.alias in columns - {"ts"}]
        """What is used of a record, but for its time."""
        self.kind = _KIND[log]
        """The condition on a row that it is a record of this log."""
        self.record = f"ts >= {window.start:d} AND ts < {window.end:d} AND {self.kind}"
        """The same, inside the window."""

    def rows(self, paths: Sequence[Path]) -> str:
        """Return a query with a row a line: the columns, `unusable`, and its file as `source`."""
        view = self._view.replace("SELECT ", f"SELECT filename AS source, {_FOREIGN[self._log]} AS foreign_, ", 1)
        seen = f"WITH raw AS ({self._lines(paths)}) {view}"
        answered = "".join(f", {said} AS {name}" for name, said in self.answered.items())
        return f"SELECT *, {_UNUSABLE[self._log]} AS unusable{answered} FROM ({seen})"  # noqa: S608

    def count(self, path: Path) -> str:
        """Return a query that reads the file and does nothing with it."""
        return f"SELECT count(*) FROM ({self._lines([path])})"  # noqa: S608

    def _lines(self, paths: Sequence[Path]) -> str:
        listed = ", ".join(f"'{path}'" for path in paths)
        options = "format='newline_delimited', ignore_errors=true, filename=true"
        return f"FROM read_json([{listed}], {options}, columns={{{self._fields}}})"


def _struct(fields: Mapping[str, object]) -> str:
    return ", ".join(f"{key}: '{_type(value)}'" for key, value in fields.items())


def _type(value: object) -> str:
    if isinstance(value, Mapping):
        return "STRUCT(" + ", ".join(f'"{key}" {_type(inner)}' for key, inner in value.items()) + ")"
    if isinstance(value, list):
        return _type(value[0]) + "[]"
    return _TYPES[str(value)]
