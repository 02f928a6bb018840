"""The functions of the `stats` command, each as what it is in SQL.

Source: CloudWatch Logs User Guide, "stats". Counts of distinct values are exact, which AWS's are not always.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from localaws.services.logs.insights.syntax import malformed
from localaws.services.logs.insights.values import Value, number, order

Arguments = Sequence[Value]


def _over_numbers(template: str) -> Callable[[Arguments], Value]:
    return lambda given: Value(template.format(number(given[0])), "number")


def _count(given: Arguments) -> Value:
    return Value(f"CAST(count({given[0].sql if given else '*'}) AS DOUBLE)", "number")


def _count_distinct(given: Arguments) -> Value:
    what = given[0].sql if len(given) == 1 else f"({', '.join(value.sql for value in given)})"
    return Value(f"CAST(count(DISTINCT {what}) AS DOUBLE)", "number")


def _percentile(given: Arguments) -> Value:
    share = given[1].sql
    if not re.fullmatch(r"\d+(\.\d+)?", share) or not 0 <= float(share) <= 100:  # noqa: PLR2004 — percent
        raise malformed("pct takes a field and a number from 0 to 100")
    return Value(f"quantile_cont({number(given[0])}, {float(share) / 100})", "number")


def _by_time(way: str) -> Callable[[Arguments], Value]:
    def make(given: Arguments) -> Value:
        value = given[0]
        first = f"first({value.sql} ORDER BY v_timestamp {way}, v_row {way}) FILTER ({value.sql} IS NOT NULL)"
        return Value(first, value.kind)

    return make


def _by_order(*, descending: bool) -> Callable[[Arguments], Value]:
    def make(given: Arguments) -> Value:
        value = given[0]
        return Value(
            f"first({value.sql} ORDER BY {order(value, descending=descending)}) FILTER ({value.sql} IS NOT NULL)",
            value.kind,
        )

    return make


AGGREGATES: Final[Mapping[str, tuple[int, int | None, Callable[[Arguments], Value]]]] = {
    "count": (0, 1, _count),
    "count_distinct": (1, None, _count_distinct),
    "sum": (1, 1, _over_numbers("sum({})")),
    "avg": (1, 1, _over_numbers("avg({})")),
    "min": (1, 1, _over_numbers("min({})")),
    "max": (1, 1, _over_numbers("max({})")),
    "stddev": (1, 1, _over_numbers("stddev_samp({})")),
    "pct": (2, 2, _percentile),
    "earliest": (1, 1, _by_time("ASC")),
    "latest": (1, 1, _by_time("DESC")),
    "sortsfirst": (1, 1, _by_order(descending=False)),
    "sortslast": (1, 1, _by_order(descending=True)),
}
"""By name in lower case: the least and most arguments (None: any number), and what it is."""
NEED_TIME: Final = frozenset({"earliest", "latest"})
"""Those that ask when a record was logged, which only records have."""


def aggregate(name: str, given: Arguments) -> Value:
    """Return a call of one. Raises MalformedQueryException with other arguments than it takes."""
    least, most, make = AGGREGATES[name.lower()]
    if len(given) < least or (most is not None and len(given) > most):
        raise malformed(f"{name} doesn't take {len(given)} arguments")
    return make(given)
