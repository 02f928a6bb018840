"""What a query's own text says about how its records may be read.

Which it never uses, what several ask of one record, and whether one that is there twice is one.
"""

from collections.abc import Sequence

from sqlglot import exp

_FEW = 3
"""Readers up to which their conditions are joined by OR: of more, some reader or other wants nearly every record."""

_EXTREMES = (exp.Min, exp.Max, exp.ArgMin, exp.ArgMax, exp.ApproxDistinct)


def condition(trees: Sequence[exp.Expr], log: str) -> exp.Expr | None:
    """Return a condition on the columns of the view `log` that holds for every record the queries use, or None.

    It is what the WHERE of every SELECT that reads the view, and no other table, says of a record by itself: what all
    of them say, and where they are few, what one of them says.
    """
    readers = [{part.sql(): part for part in _said(reader)} for reader in _readers(trees, log)]
    if not all(readers):
        return None
    common = {text: part for text, part in readers[0].items() if all(text in reader for reader in readers)}
    own = [[part for text, part in reader.items() if text not in common] for reader in readers]
    parts = list(common.values())
    if all(own) and len(own) <= _FEW:
        parts.append(exp.or_(*(exp.and_(*each) for each in own)))
    return exp.and_(*parts) if parts else None


def answered(trees: Sequence[exp.Expr], log: str) -> dict[str, exp.Expr]:
    """Put a column in place of each pattern that a WHERE tries on a column of the view `log`, and return those by name.

    Whether an address is at home nearly every query asks, some of them several times: who reads the records tells once
    of each, and keeps it beside the columns.
    """
    found: dict[str, exp.Expr] = {}
    for reader in _readers(trees, log):
        select = reader.find_ancestor(exp.Select)
        where = None if select is None or _joined(select) else select.args.get("where")
        for tried in list(where.find_all(exp.RegexpLike)) if where else ():
            if tried.parent_select is select and isinstance(tried.this, exp.Column) and tried.expression.is_string:
                asked = _unqualified(tried)
                name = next((known for known, other in found.items() if other == asked), f"matches_{len(found)}")
                found[name] = asked
                tried.replace(exp.column(name))
    return found


def _said(reader: exp.Table) -> list[exp.Expr]:
    """Return the conditions that a reader's WHERE has on its records alone."""
    select = reader.find_ancestor(exp.Select)
    if select is None or _joined(select):
        return []
    where = select.args.get("where")
    parts = _conjuncts(where.this) if where else []
    return [_unqualified(part) for part in parts if _speaks_of(part, reader.alias_or_name)]


def repeats_count(trees: Sequence[exp.Expr], log: str) -> bool:
    """Tell whether an answer may change where a record of the view `log` is there twice.

    Greatest, least and distinct values don't, and whether there is any record at all.
    """
    return not all(_is_same_twice(table) for table in _readers(trees, log))


def _is_same_twice(node: exp.Expr) -> bool:
    """Tell whether it is all the same what reads the rows of `node` if some of them come again."""
    select = node.find_ancestor(exp.Select, exp.SetOperation, exp.CTE, exp.Exists, exp.In)
    if isinstance(select, exp.CTE):
        uses = [item for item in select.root().find_all(exp.Table) if item.name == select.alias]
        return all(map(_is_same_twice, uses))
    if isinstance(select, exp.SetOperation):
        return bool(select.args.get("distinct")) or _is_same_twice(select)
    if not isinstance(select, exp.Select):
        return select is not None
    grouped = bool(select.args.get("group"))
    said = [each for each in select.find_all(exp.AggFunc, exp.Window) if each.parent_select is select]
    if grouped or said:
        # A window over groups sees one row a group, however many records are in it; one over records sees each.
        return all(
            grouped if isinstance(each, exp.Window) or isinstance(each.parent, exp.Window) else _is_extreme(each)
            for each in said
        )
    return not select.args.get("limit") and (bool(select.args.get("distinct")) or _is_same_twice(select))


def _is_extreme(aggregate: exp.Expr) -> bool:
    return isinstance(aggregate, _EXTREMES) or aggregate.find(exp.Distinct) is not None


def _readers(trees: Sequence[exp.Expr], log: str) -> list[exp.Table]:
    return [table for tree in trees for table in tree.find_all(exp.Table) if table.name == log]


def _joined(select: exp.Select) -> bool:
    return bool(select.args.get("joins") or select.args.get("laterals"))


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
