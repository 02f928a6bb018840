"""The Athena form of a hunt: its query over the views, and the views over the stack's partitioned tables."""

from datetime import UTC, datetime, timedelta

from sqlglot import exp

from hunts import sql
from hunts.model import Question

PARTITION = "day"
"""The tables' projected partition, `YYYY/MM/DD` as in the keys; a query reads no object outside its days."""


def statement(question: Question, database: str) -> str:
    """Return one SELECT for Athena over the tables of `database`, limited to the window by partition and by time."""
    tree = sql.bound(question.hunt, question.values)
    for log, columns in sorted(sql.used([tree]).items(), reverse=True):
        tree = _with(tree, log, _windowed(question, log, columns, database))
    return sql.athena(tree)


def _windowed(question: Question, log: str, columns: set[str], database: str) -> exp.Select:
    raw = sql.view(log, columns | {*sql.IDENTITY[log]})
    # Named in full, so that the view of the same name, which this becomes, is not meant.
    table = exp.Table(this=exp.to_identifier(log, quoted=True), db=exp.to_identifier(database, quoted=True))
    for found in list(raw.find_all(exp.Table)):
        found.replace(table.copy())
    day = exp.column(PARTITION)
    first, last = (_day(question.since - 3600), _day(question.window.end + 3600))
    raw = raw.where(exp.Between(this=day, low=exp.Literal.string(first), high=exp.Literal.string(last)))
    inner = exp.select("*").from_(raw.subquery("records"))
    if sql.IDENTITY[log]:
        inner = inner.distinct()
    return inner.where(f"ts >= {question.since:d}", f"ts < {question.window.end:d}", *_type(log))


def _type(log: str) -> list[str]:
    return {"alert": ["event_type = 'alert'"], "flow": ["event_type = 'netflow'"]}.get(log, [])


def _with(tree: exp.Expr, log: str, view: exp.Select) -> exp.Expr:
    """Put `log AS (view)` in front of the query's own common table expressions."""
    entry = exp.CTE(this=view, alias=exp.TableAlias(this=exp.to_identifier(log)))
    clause = tree.args.get("with_") or tree.args.get("with")
    if clause is None:
        tree.set("with_" if "with_" in exp.Select.arg_types else "with", exp.With(expressions=[entry]))
    else:
        clause.set("expressions", [entry, *clause.expressions])
    return tree


def _day(epoch: int) -> str:
    return (datetime.fromtimestamp(0, UTC) + timedelta(seconds=epoch)).strftime("%Y/%m/%d")
