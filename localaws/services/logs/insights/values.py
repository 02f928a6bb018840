"""What an expression of Logs Insights is in SQL, of which kind, and how one kind becomes another.

A field of a record is text in SQL whatever it was in JSON, and a number where it is used as one: Logs Insights compares
`"10"` and `10` as numbers. What can't be read as a number is null there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from localaws.services.logs.insights.syntax import malformed

Kind = Literal["any", "number", "text", "truth", "time", "period"]
"""`time` is in milliseconds since 1970; `any` is text that may be a number."""


@dataclass(frozen=True)
class Value:
    """An expression in SQL; a `period` is written as in the query (`5m`) and has no SQL of its own."""

    sql: str
    kind: Kind


def literal(text: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def number(value: Value) -> str:
    """Return the value as a DOUBLE."""
    match value.kind:
        case "number":
            return value.sql
        case "time" | "truth":
            return f"CAST({value.sql} AS DOUBLE)"
        case "any" | "text":
            return f"TRY_CAST({value.sql} AS DOUBLE)"
    raise malformed(f"the period {value.sql} is no number")


def text(value: Value) -> str:
    """Return the value as it shows in results."""
    match value.kind:
        case "any" | "text":
            return value.sql
        case "number":
            whole = f"{value.sql} = floor({value.sql}) AND abs({value.sql}) < 1e15"
            as_it_is = f"CAST({value.sql} AS VARCHAR)"
            return f"CASE WHEN {whole} THEN CAST(CAST({value.sql} AS BIGINT) AS VARCHAR) ELSE {as_it_is} END"
        case "truth":
            return f"CAST(CAST({value.sql} AS INTEGER) AS VARCHAR)"
        case "time":
            return f"strftime(epoch_ms({value.sql}), '%Y-%m-%d %H:%M:%S.%g')"
    raise malformed(f"the period {value.sql} is no text")


def truth(value: Value) -> str:
    """Return the value as a BOOLEAN; a number is true unless it is 0."""
    if value.kind == "truth":
        return value.sql
    if value.kind in ("number", "any"):
        return f"({number(value)} <> 0)"
    raise malformed("a condition is expected: a comparison, a like, an in, or a function that is true or false")


def time(value: Value) -> str:
    """Return the value as milliseconds since 1970, BIGINT."""
    if value.kind == "time":
        return value.sql
    return f"CAST({number(value)} AS BIGINT)"


def compared(left: Value, operator: str, right: Value) -> Value:
    """Compare as numbers where both are, as text where both are not."""
    operator = {"!=": "<>"}.get(operator, operator)
    kinds = {left.kind, right.kind}
    as_numbers = f"{number(left)} {operator} {number(right)}"
    if "text" in kinds:
        sql = f"{text(left)} {operator} {text(right)}"
    elif kinds == {"any"}:
        sql = f"coalesce({as_numbers}, {text(left)} {operator} {text(right)})"
    elif "any" in kinds and operator == "<>":
        # A text is another thing than any number.
        unknown = left if left.kind == "any" else right
        sql = f"CASE WHEN {unknown.sql} IS NOT NULL THEN coalesce({as_numbers}, true) END"
    else:
        sql = as_numbers
    return Value(f"({sql})", "truth")


def order(value: Value, *, descending: bool) -> str:
    """Return what to ORDER BY: AWS's natural order, in which numbers come after what is none ("sort")."""
    way = "DESC NULLS LAST" if descending else "ASC NULLS FIRST"
    if value.kind in ("number", "time", "truth"):
        return f"{number(value)} {way}"
    as_number = number(value)
    # Runs of digits go by their length, then by value; '0' puts them where Unicode has digits.
    chunk = "CASE WHEN c[1] BETWEEN '0' AND '9' THEN '0' || lpad(CAST(length(c) AS VARCHAR), 6, '0') || c ELSE c END"
    chunks = f"regexp_extract_all({value.sql}, '[0-9]+|[^0-9]+')"
    natural = f"array_to_string(list_transform({chunks}, lambda c: {chunk}), '')"
    is_number = f"({value.sql} IS NOT NULL AND {as_number} IS NOT NULL)"
    return f"{is_number} {way}, CASE WHEN NOT {is_number} THEN {natural} END {way}, {as_number} {way}"
