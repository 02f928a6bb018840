"""The functions of Logs Insights QL for one record, each as what it is in SQL.

Source: CloudWatch Logs User Guide, "Boolean, comparison, numeric, datetime, and other functions".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from localaws.services.logs.insights import periods
from localaws.services.logs.insights.syntax import malformed
from localaws.services.logs.insights.values import Kind, Value, number, text, time, truth

Arguments = Sequence[Value]


@dataclass(frozen=True)
class Function:
    """How many arguments a function takes (`most` None: any number), and what it is."""

    least: int
    most: int | None
    make: Callable[[Arguments], Value]


def _all(as_kind: Callable[[Value], str], template: str, kind: Kind) -> Callable[[Arguments], Value]:
    """Make a function whose arguments are all taken as one kind; `{}` in the template is the list of them."""
    return lambda given: Value(template.format(", ".join(as_kind(value) for value in given)), kind)


def _coalesce(given: Arguments) -> Value:
    kinds = {value.kind for value in given}
    if len(kinds) == 1 and "period" not in kinds:
        return Value(f"coalesce({', '.join(value.sql for value in given)})", given[0].kind)
    return Value(f"coalesce({', '.join(text(value) for value in given)})", "any")


def _trim(name: str) -> Callable[[Arguments], Value]:
    return lambda given: Value(f"{name}({', '.join(text(value) for value in given)})", "any")


def _substr(given: Arguments) -> Value:
    # The first character has the index 0.
    start = f"CAST({number(given[1])} AS BIGINT) + 1"
    length = f", CAST({number(given[2])} AS BIGINT)" if given[2:] else ""
    return Value(f"substr({text(given[0])}, {start}{length})", "any")


def _case(given: Arguments) -> Value:
    pairs = list(zip(given[::2], given[1::2], strict=False))
    last = f" ELSE {text(given[-1])}" if len(given) % 2 else ""
    whens = " ".join(f"WHEN {truth(condition)} THEN {text(value)}" for condition, value in pairs)
    return Value(f"CASE {whens}{last} END", "any")


def _valid(*macros: str) -> Callable[[Arguments], Value]:
    def make(given: Arguments) -> Value:
        any_of = " OR ".join(f"{macro}({text(given[0])}) IS NOT NULL" for macro in macros)
        return Value(f"({any_of})", "truth")

    return make


def _in_subnet(*macros: str) -> Callable[[Arguments], Value]:
    def make(given: Arguments) -> Value:
        any_of = " OR ".join(f"{macro}({text(given[0])}, {text(given[1])})" for macro in macros)
        return Value(f"({any_of})", "truth")

    return make


FUNCTIONS: Final[Mapping[str, Function]] = {
    "abs": Function(1, 1, _all(number, "abs({})", "number")),
    "ceil": Function(1, 1, _all(number, "ceil({})", "number")),
    "floor": Function(1, 1, _all(number, "floor({})", "number")),
    "greatest": Function(1, None, _all(number, "greatest({})", "number")),
    "least": Function(1, None, _all(number, "least({})", "number")),
    "log": Function(1, 1, _all(number, "CASE WHEN {0} > 0 THEN ln({0}) END", "number")),
    "sqrt": Function(1, 1, _all(number, "CASE WHEN {0} >= 0 THEN sqrt({0}) END", "number")),
    "bin": Function(1, 1, lambda given: periods.floor(Value("v_timestamp", "time"), given[0])),
    "datefloor": Function(2, 2, lambda given: periods.floor(*given)),
    "dateceil": Function(2, 2, lambda given: periods.ceiling(*given)),
    "frommillis": Function(1, 1, lambda given: Value(time(given[0]), "time")),
    "tomillis": Function(1, 1, lambda given: Value(f"CAST({time(given[0])} AS DOUBLE)", "number")),
    "now": Function(0, 0, lambda _: Value("CAST(floor(epoch(now())) AS DOUBLE)", "number")),
    "ispresent": Function(1, 1, lambda given: Value(f"({given[0].sql} IS NOT NULL)", "truth")),
    "coalesce": Function(1, None, _coalesce),
    "if": Function(3, 3, _case),
    "case": Function(2, None, _case),
    "isvalidip": Function(1, 1, _valid("bits_of_four", "bits_of_six")),
    "isvalidipv4": Function(1, 1, _valid("bits_of_four")),
    "isvalidipv6": Function(1, 1, _valid("bits_of_six")),
    "isipinsubnet": Function(2, 2, _in_subnet("in_four", "in_six")),
    "isipv4insubnet": Function(2, 2, _in_subnet("in_four")),
    "isipv6insubnet": Function(2, 2, _in_subnet("in_six")),
    "isempty": Function(1, 1, lambda given: Value(f"(coalesce({text(given[0])}, '') = '')", "truth")),
    "isblank": Function(1, 1, lambda given: Value(f"(trim(coalesce({text(given[0])}, ''), ' \t\r\n') = '')", "truth")),
    "concat": Function(1, None, _all(text, "concat({})", "text")),
    "ltrim": Function(1, 2, _trim("ltrim")),
    "rtrim": Function(1, 2, _trim("rtrim")),
    "trim": Function(1, 2, _trim("trim")),
    "strlen": Function(1, 1, _all(text, "CAST(length({}) AS DOUBLE)", "number")),
    "toupper": Function(1, 1, _all(text, "upper({})", "text")),
    "tolower": Function(1, 1, _all(text, "lower({})", "text")),
    "substr": Function(2, 3, _substr),
    "replace": Function(3, 3, _all(text, "replace({})", "any")),
    "strcontains": Function(2, 2, _all(text, "contains({})", "truth")),
}
"""By name in lower case."""


def call(name: str, given: Arguments) -> Value:
    """Return a call of a function. Raises MalformedQueryException for one that isn't there, or other arguments."""
    function = FUNCTIONS.get(name.lower())
    if function is None:
        raise malformed(f"{name} is no function of a record")
    if len(given) < function.least or (function.most is not None and len(given) > function.most):
        most = "or more" if function.most is None else f"to {function.most}"
        wanted = str(function.least) if function.least == function.most else f"{function.least} {most}"
        raise malformed(f"{name} takes {wanted} arguments, not {len(given)}")
    return function.make(given)
