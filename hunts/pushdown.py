"""Which records a query never looks at: told from its own conditions, so that a reader need not keep them."""

from collections.abc import Sequence

from sqlglot import exp


def condition(trees: Sequence[exp.Expr], log: str) -> exp.Expr | None:
    """Return a condition on the columns of the view `log` that holds for every record the queries use, or None.

    Found where the view is read at one place only, by a SELECT with no other table: what its WHERE says of a record
    by itself. With more readers the conditions would have to be joined by OR, which costs more than it leaves out.
    """
    readers = [table for tree in trees for table in tree.find_all(exp.Table) if table.name == log]
    if len(readers) != 1:
        return None
    select = readers[0].find_ancestor(exp.Select)
    if select is None or select.args.get("joins") or select.args.get("laterals"):
        return None
    where = select.args.get("where")
    parts = _conjuncts(where.this) if where else []
    alone = [_unqualified(part) for part in parts if _speaks_of(part, readers[0].alias_or_name)]
    return exp.and_(*alone) if alone else None


def _conjuncts(condition: exp.Expr) -> list[exp.Expr]:
    return list(condition.flatten()) if isinstance(condition, exp.And) else [condition]


def _speaks_of(condition: exp.Expr, table: str) -> bool:
    """Tell whether the condition speaks of a record of `table` and of nothing else."""
    if condition.find(exp.Query):
        return False
    return all(column.table in ("", table) for column in condition.find_all(exp.Column))


def _unqualified(condition: exp.Expr) -> exp.Expr:
    copy = condition.copy()
    for column in copy.find_all(exp.Column):
        column.set("table", None)
    return copy
