"""The catalogue's SQL: read once as Athena's dialect, bound on the syntax tree, written for Athena or DuckDB.

Values never meet SQL as text: they become literals of the tree, and the generator of each dialect quotes them.
"""

from collections.abc import Iterable, Mapping, Sequence

import sqlglot
from sqlglot import exp

from hunts.errors import HuntError
from hunts.model import LOGS, Hunt, Scalar
from hunts.views import RAW, view_sql

ALWAYS = ("ts", "event_type")
"""Columns by which a backend tells the window's records from others and from foreign lines."""
IDENTITY: Mapping[str, Sequence[str]] = {
    # Alerts are counted by flow, so that it doesn't matter how often one was delivered.
    "alert": (),
    "flow": ("logged_at", "flow_id", "src_ip", "src_port", "dest_ip", "dest_port"),
    "dns": ("logged_at", "name", "type", "src_ip", "src_port", "instance"),
}
"""Columns that two records of a log never share: S3 delivers at least once, and what came twice is to count once."""


def bound(hunt: Hunt, values: Mapping[str, Scalar]) -> exp.Expr:
    """Return the hunt's query as a tree in which each `:name` is a literal from `values`."""
    tree = sqlglot.parse_one(hunt.sql, read="athena")
    for placeholder in list(tree.find_all(exp.Placeholder)):
        if placeholder.name not in values:
            raise HuntError(f"hunt {hunt.name}: its query uses :{placeholder.name}, which is no parameter of it")
        placeholder.replace(_literal(values[placeholder.name]))
    return tree


def _literal(value: Scalar) -> exp.Expr:
    if isinstance(value, str):
        return exp.Literal.string(value)
    if value < 0:
        return exp.Neg(this=exp.Literal.number(str(-value)))
    return exp.Literal.number(str(value))


def used(trees: Iterable[exp.Expr]) -> dict[str, set[str]]:
    """Return, per view that the queries read, the names of all columns that they mention."""
    views: dict[str, set[str]] = {}
    for tree in trees:
        names = {column.name for column in tree.find_all(exp.Column)}
        for table in tree.find_all(exp.Table):
            if table.name in LOGS:
                views.setdefault(table.name, set()).update(names)
    return views


def view(log: str, columns: set[str]) -> exp.Select:
    """Return the view of `log` over the table `raw`, with the columns in `columns` and `ALWAYS`."""
    tree = sqlglot.parse_one(view_sql(log), read="athena")
    if not isinstance(tree, exp.Select):
        raise TypeError(f"hunts/views/{log}.sql is not one SELECT")
    wanted = {*columns, *ALWAYS}
    tree.set("expressions", [column for column in tree.expressions if column.alias in wanted])
    return tree


def raw_fields(log: str, tree: exp.Expr) -> dict[str, object]:
    """Return the part of `RAW[log]` that the view `tree` reads: a reader parses no more of a record than that."""
    kept: dict[str, object] = {}
    for column in tree.find_all(exp.Column):
        path = [part.name for part in column.parts]
        parent = column.parent
        while isinstance(parent, exp.Dot):
            path.append(parent.expression.name)
            parent = parent.parent
        _keep(kept, RAW[log], path)
    return kept


def _keep(kept: dict[str, object], known: Mapping[str, object], path: list[str]) -> None:
    head, *rest = path
    if head not in known:
        return
    inner = known[head]
    if isinstance(inner, Mapping) and rest:
        below = kept.setdefault(head, {})
        if isinstance(below, dict):
            _keep(below, inner, rest)
    else:
        kept[head] = inner


def duckdb(tree: exp.Expr) -> str:
    """Return the query in DuckDB's dialect.

    A list is taken apart among the columns of its table there: joined to them, each record is looked up by its list.
    """
    copy = tree.copy()
    for listed in list(copy.find_all(exp.Unnest)):
        select, join = listed.parent_select, listed.parent
        start = select.find(exp.From) if select else None
        if not (select and start and isinstance(join, exp.Join)):
            continue
        table = start.this
        for column in select.find_all(exp.Column):
            if column.table == listed.alias:
                column.set("table", exp.to_identifier(table.alias_or_name))
        part = exp.alias_(exp.Explode(this=listed.expressions[0]), listed.alias_column_names[0])
        join.pop()
        table.replace(exp.select("*", part).from_(table.copy()).subquery(table.alias_or_name))
    return copy.sql(dialect="duckdb")


def athena(tree: exp.Expr) -> str:
    """Return the query in Athena's dialect."""
    return tree.sql(dialect="athena", pretty=True)
