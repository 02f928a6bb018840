"""What a query's own text says about how its records may be read: which it never looks at, and how often it reads."""

from collections.abc import Sequence

from sqlglot import exp


def condition(trees: Sequence[exp.Expr], log: str) -> exp.Expr | None:
    """Return a condition on the columns of the view `log` that holds for every record the queries use, or None.

    Found where the view is read at one place only, by a SELECT with no other table: what its WHERE says of a record
    by itself. With more readers the conditions would have to be joined by OR, which costs more than it leaves out.
    """
    readers = _readers(trees, log)
    if len(readers) != 1:
        return None
    select = readers[0].find_ancestor(exp.Select)
    if select is None or _joined(select):
        return None
    where = select.args.get("where")
    parts = _conjuncts(where.this) if where else []
    alone = [_unqualified(part) for part in parts if _speaks_of(part, readers[0].alias_or_name)]
    return exp.and_(*alone) if alone else None


def read_through(trees: Sequence[exp.Expr], log: str) -> bool:
    """Tell whether the queries read the view `log` exactly once, and from the first record to the last.

    A join may end early when its other side is empty, and so may a subquery.
    """
    readers = _readers(trees, log)
    return len(readers) == 1 and _to_the_end(readers[0])


def _readers(trees: Sequence[exp.Expr], log: str) -> list[exp.Table]:
    return [table for tree in trees for table in tree.find_all(exp.Table) if table.name == log]


def _to_the_end(table: exp.Table) -> bool:
    node: exp.Expr = table
    while (parent := node.parent) is not None:
        if isinstance(parent, exp.CTE):
            uses = [item for item in parent.root().find_all(exp.Table) if item.name == parent.alias]
            # What is used more than once is worked out in full before anybody looks at it.
            return len(uses) > 1 or (len(uses) == 1 and _to_the_end(uses[0]))
        if isinstance(parent, (exp.Where, exp.Having, exp.Join)):
            return False
        if isinstance(parent, exp.Select) and (_joined(parent) or _stops_early(parent)):
            return False
        node = parent
    return True


def _joined(select: exp.Select) -> bool:
    return bool(select.args.get("joins") or select.args.get("laterals"))


def _stops_early(select: exp.Select) -> bool:
    return bool(select.args.get("limit")) and not (select.args.get("group") or select.args.get("order"))


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
