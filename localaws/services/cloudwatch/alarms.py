"""What an alarm's state is at a time, by its datapoints of the periods before it.

Source: CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data" and "Evaluating an alarm".
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from localaws.services.cloudwatch.evaluation import DEFAULT_PERIOD, InsightRule, Query, evaluate
from localaws.services.cloudwatch.metrics import Metric, Metrics, Series
from localaws.services.core import NotInLocalAws

MORE_PERIODS: Final = 2
"""Periods beyond those that count in which datapoints are looked for where some are missing."""
_COMPARISONS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_WORDS: Final = {
    "GreaterThanThreshold": "greater than",
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}
STAMP: Final = "%Y-%m-%dT%H:%M:%S.000+0000"
"""How AWS writes times in messages."""
MISSING: Final = ("missing", "ignore", "breaching", "notBreaching")


@dataclass(frozen=True)
class Verdict:
    """A state with its reason, in words and as AWS's data."""

    state: str
    reason: str
    data: str


def state_at(alarm: Any, at: int, metrics: Metrics, insight_rule: InsightRule) -> Verdict | None:
    """Return the state of moto's `alarm` at a time, epoch seconds; None to keep the one it has."""
    wanted = int(alarm.evaluation_periods)
    series, period = _series(alarm, at, metrics, insight_rule, wanted + MORE_PERIODS)
    # Newest first, as AWS names them in its reasons.
    times = [at - (place + 1) * period for place in range(wanted + MORE_PERIODS)]
    state = decide(
        [series.get(time) for time in times],
        lambda value: _COMPARISONS[alarm.comparison_operator](value, float(alarm.threshold)),
        wanted,
        int(alarm.datapoints_to_alarm or wanted),
        alarm.treat_missing_data or "missing",
    )
    if state is None:
        return None
    recent = [(time, series[time]) for time in times if time in series][:wanted]
    return Verdict(state, _reason(alarm, state, recent, wanted), _data(alarm, recent, at, period))


def decide(
    points: Sequence[float | None], breaches: Callable[[float], bool], periods: int, to_alarm: int, missing: str
) -> str | None:
    """Return the state by datapoints, newest first, of which more than `periods` may be given; None to keep it.

    Where enough are there the newest count, and what is missing between them does not. Else as many as are missing
    count as `missing` says: `breaching`, `notBreaching`, as what keeps the state (`ignore`), or as not there.
    """
    real = [point for point in points if point is not None][:periods]
    breaching = sum(breaches(point) for point in real)
    filled = periods - len(real)
    if filled and missing == "breaching":
        return "ALARM" if breaching + filled >= to_alarm else "OK"
    if (filled and missing == "notBreaching") or not filled:
        return "ALARM" if breaching >= to_alarm else "OK"
    if breaching >= to_alarm:
        return "ALARM"
    fine = len(real) - breaching
    if missing == "ignore":
        return "OK" if fine > periods - to_alarm else None
    if not real:
        return "INSUFFICIENT_DATA"
    return "ALARM" if breaching and breaching >= min(to_alarm, len(real)) else "OK"


def queries_of(alarm: Any) -> list[Query]:
    """Return what an alarm asks for; its own metric where it has no queries."""
    if not alarm.metric_data_queries:
        names = frozenset((item.name, item.value) for item in alarm.dimensions)
        statistic = alarm.statistic or alarm.extended_statistic
        metric = Metric(alarm.namespace, alarm.metric_name, names)
        return [Query("m1", metric, statistic, int(alarm.period), alarm.unit)]
    found = []
    for item in alarm.metric_data_queries:
        returned = item.return_data in (True, None, "true")
        if item.metric_stat is None:
            found.append(Query(item.id, expression=item.expression, period=item.period, returned=returned))
            continue
        stat = item.metric_stat
        names = frozenset((dimension.name, dimension.value) for dimension in stat.metric.dimensions)
        metric = Metric(stat.metric.namespace, stat.metric.metric_name, names)
        found.append(Query(item.id, metric, stat.stat, int(stat.period), stat.unit, returned=returned))
    return found


def _series(alarm: Any, at: int, metrics: Metrics, insight_rule: InsightRule, periods: int) -> tuple[Series, int]:
    if alarm.comparison_operator not in _COMPARISONS:
        raise NotInLocalAws(f"an alarm with {alarm.comparison_operator}")
    queries = queries_of(alarm)
    period = max((int(query.period) for query in queries if query.period), default=DEFAULT_PERIOD)
    times = [at - (periods - place) * period for place in range(periods)]
    found = evaluate(queries, period, times, metrics, insight_rule)
    return (found[0].series if found else {}), period


def _reason(alarm: Any, state: str, recent: Sequence[tuple[int, float]], wanted: int) -> str:
    if state == "INSUFFICIENT_DATA":
        return "Insufficient Data: no datapoints were received"
    if not recent:
        how = "breaching" if state == "ALARM" else "non-breaching"
        count = f"{wanted} missing datapoint{'s were' if wanted > 1 else ' was'}"
        return f"Threshold Crossed: no datapoints were received for the period, and {count} treated as [{how.title()}]"
    crossed = sum(_COMPARISONS[alarm.comparison_operator](value, float(alarm.threshold)) for _, value in recent)
    number = crossed if state == "ALARM" else len(recent) - crossed
    word = ("was" if number == 1 else "were") + ("" if state == "ALARM" else " not")
    shown = ", ".join(f"{value} ({_clock(time)})" for time, value in recent)
    plural = "datapoint" if len(recent) == 1 else "datapoints"
    return (
        f"Threshold Crossed: {number} out of the last {len(recent)} {plural} [{shown}] {word} "
        f"{_WORDS[alarm.comparison_operator]} the threshold ({float(alarm.threshold)})"
    )


def _clock(time: int) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%d/%m/%y %H:%M:%S")


def iso(time: int) -> str:
    """Return an epoch second as AWS writes it in messages."""
    return datetime.fromtimestamp(time, UTC).strftime(STAMP)


def _data(alarm: Any, recent: Sequence[tuple[int, float]], at: int, period: int) -> str:
    return json.dumps(
        {
            "version": "1.0",
            "queryDate": iso(at),
            "startDate": iso(recent[-1][0]) if recent else None,
            "statistic": alarm.statistic,
            "period": period,
            "recentDatapoints": [value for _, value in reversed(recent)],
            "threshold": float(alarm.threshold),
            "evaluatedDatapoints": [{"timestamp": iso(time), "value": value} for time, value in recent],
        }
    )
