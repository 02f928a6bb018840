"""Queries for metrics, as alarms and GetMetricData have them: metrics first, then the expressions over them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from localaws.services.cloudwatch import metric_math
from localaws.services.cloudwatch.metrics import Metric, Metrics, Series, dimensions
from localaws.services.core import AwsError, NotInLocalAws

DEFAULT_PERIOD: Final = 300
_SEARCH: Final = re.compile(r"\s*\{([^}]*)\}\s*(.*)", re.DOTALL)
_TERM: Final = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class Query:
    """One query: a metric and its statistic, or an expression."""

    id: str
    metric: Metric | None = None
    statistic: str = ""
    period: int | None = None
    unit: str | None = None
    expression: str | None = None
    returned: bool = True
    label: str = ""


@dataclass(frozen=True)
class Found:
    """A series of an answer, with the name that a graph gives it."""

    id: str
    label: str
    series: Series


def query_of(request: Mapping[str, Any]) -> Query:
    """Return a query as requests have it (`MetricDataQuery`)."""
    label = request.get("Label") or ""
    returned = request.get("ReturnData", True) in (True, "true")
    if request.get("Expression"):
        return Query(
            request["Id"],
            period=request.get("Period"),
            expression=request["Expression"],
            returned=returned,
            label=label,
        )
    stat = request.get("MetricStat")
    if not stat:
        raise AwsError("ValidationError", "The parameter MetricDataQueries.member.1.MetricStat is required.\n")
    named = stat["Metric"]
    metric = Metric(named["Namespace"], named["MetricName"], dimensions(named.get("Dimensions") or []))
    return Query(
        request["Id"], metric, stat["Stat"], int(stat["Period"]), stat.get("Unit"), returned=returned, label=label
    )


InsightRule = Callable[[str, str, Sequence[int], int], Series]
"""Rule's name, metric's name, beginnings of the periods, and their length."""


def evaluate(
    queries: Sequence[Query], period: int, times: Sequence[int], metrics: Metrics, insight_rule: InsightRule
) -> list[Found]:
    """Return what the returned queries have in the periods of `period` seconds that begin at `times`."""
    known: dict[str, Any] = {}
    labels: dict[str, list[str]] = {}
    for query in queries:
        if query.metric is not None:
            known[query.id] = metrics.series(query.metric, query.statistic, times, period, query.unit)
            labels[query.id] = [query.label or f"{query.metric.name} {query.statistic}"]
    waiting = [query for query in queries if query.expression is not None]
    while waiting:
        ready = [query for query in waiting if not _needs(query, waiting)]
        if not ready:
            raise AwsError("ValidationError", "Expressions name each other in a circle")
        for query in ready:
            names: list[str] = []
            rule = partial(_rule, insight_rule, times, period)
            search = partial(_search, metrics, times, period, names)
            around = metric_math.Surroundings(times, period, known, rule, search)
            known[query.id] = metric_math.evaluate(str(query.expression), around)
            labels[query.id] = names or [query.label or query.id]
            waiting.remove(query)
    found = []
    for query in queries:
        if query.returned:
            value = known[query.id]
            many = value if isinstance(value, list) else [value]
            for index, item in enumerate(many):
                series = item if isinstance(item, dict) else dict.fromkeys(times, float(item))
                own = labels[query.id]
                found.append(Found(query.id, own[index] if index < len(own) else own[-1], series))
    return found


def _needs(query: Query, waiting: Sequence[Query]) -> bool:
    words = set(re.findall(r"\w+", re.sub(r"'[^']*'|\"[^\"]*\"", "", str(query.expression))))
    return any(other is not query and other.id in words for other in waiting) or query.id in words


def _rule(insight_rule: InsightRule, times: Sequence[int], period: int, rule: str, metric: str) -> Series:
    return insight_rule(rule, metric, times, period)


def _search(  # noqa: PLR0917 — all but two are bound beforehand
    metrics: Metrics, times: Sequence[int], period: int, names: list[str], text: str, statistic: str
) -> list[Series]:
    """Return the metrics of a schema, `{Namespace,Dimension…}` and terms `Name="value"`, and note their names."""
    schema = _SEARCH.fullmatch(text)
    if schema is None or _TERM.sub("", schema[2]).strip():
        raise NotInLocalAws(f'SEARCH({text!r}), which is not a schema with terms such as MetricName="…"')
    namespace, *keys = [part.strip().strip('"') for part in schema[1].split(",")]
    wanted = dict(_TERM.findall(schema[2]))
    found = []
    for metric in metrics:
        values = {**dict(metric.dimensions), "MetricName": metric.name}
        if (
            metric.namespace == namespace
            and {name for name, _ in metric.dimensions} == set(keys)
            and all(values.get(name) == value for name, value in wanted.items())
            and (series := metrics.series(metric, statistic, times, period, None))
        ):
            free = [values[key] for key in keys if key not in wanted]
            names.append(" ".join([metric.name, *free]))
            found.append(series)
    return found
