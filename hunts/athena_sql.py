"""The Athena form of a hunt: its query over the views, and the views over the stack's partitioned tables."""

from datetime import UTC, datetime, timedelta

from sqlglot import exp

from hunts import sql
from hunts.model import Question

PARTITION = "day"
"""The tables' projected partition, `YYYY/MM/DD` as in the keys; a query reads no object outside its days."""


def statement(question: Question, database: str | None = None) -> str:
    """Return one SELECT for Athena, limited to the question's window by partition and by time."""
    tree = sql.bound(question.hunt, question.values)
    for log, columns in sorted(sql.used([tree]).items(), reverse=True):
        tree = _with(tree, log, _windowed(question, log, columns, database))
    return sql.athena(tree)


def _windowed(question: Question, log: str, columns: set[str], database: str | None) -> exp.Select:
    raw = sql.view(log, columns)
    table = exp.to_table(log, db=exp.to_identifier(database, quoted=True) if database else None)
    table.set("this", exp.to_identifier(f"{log}_log"))
    raw.find(exp.Table).replace(table)  # type: ignore[union-attr]
    day = exp.column(PARTITION)
    first, last = (_day(question.since - 3600), _day(question.window.end + 3600))
    raw = raw.where(exp.Between(this=day, low=exp.Literal.string(first), high=exp.Literal.string(last)))
    inner = exp.select("*").from_(raw.subquery("records"))
    return inner.where(f"ts >= {question.since:d}", f"ts < {question.window.end:d}", *_type(log))


def _type(log: str) -> list[str]:
    return {"alert": ["event_type = 'alert'"], "flow": ["event_type = 'netflow'"]}.get(log, [])


def _with(tree: exp.Expression, log: str, view: exp.Select) -> exp.Expression:
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
