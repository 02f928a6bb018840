"""Metrics as time series: datapoints of a metric in periods, whatever form they were published in."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

from moto.cloudwatch.models import MetricAggregatedDatum

from localaws.services.core import NotInLocalAws

Series = dict[int, float]
"""Values by the beginning of their period, in epoch seconds."""

_PERCENTILE: Final = re.compile(r"p(\d{1,2}(?:\.\d+)?|100)")


@dataclass(frozen=True)
class Metric:
    """What names a metric; the order of dimensions says nothing."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Point:
    """What was published at one time (epoch seconds): a number of values by their statistics."""

    at: float
    count: float
    total: float
    least: float
    most: float
    unit: str | None = None


class Metrics:
    """Everything that was published, as it is when this is made."""

    def __init__(self, data: Iterable[Any]) -> None:
        self._points: dict[Metric, list[Point]] = defaultdict(list)
        for datum in data:
            dimensions = frozenset((item.name, item.value) for item in datum.dimensions)
            self._points[Metric(datum.namespace, datum.name, dimensions)].append(_point(datum))

    def __iter__(self) -> Iterator[Metric]:
        return iter(self._points)

    def series(self, metric: Metric, statistic: str, times: Sequence[int], period: int, unit: str | None) -> Series:
        """Return the statistic for each period that begins at one of `times` and has any data."""
        if not times:
            return {}
        found: dict[int, list[Point]] = defaultdict(list)
        first, last = times[0], times[-1] + period
        for point in self._points.get(metric, ()):
            if first <= point.at < last and unit in (None, point.unit):
                found[first + int((point.at - first) // period) * period].append(point)
        return {at: statistic_of(found[at], statistic) for at in times if at in found}


def _point(datum: Any) -> Point:
    # moto has its times without a zone, in UTC.
    at, unit = datum.timestamp.replace(tzinfo=UTC).timestamp(), datum.unit
    if isinstance(datum, MetricAggregatedDatum):
        return Point(at, datum.sample_count, datum.sum, datum.min, datum.max, unit)
    return Point(at, 1, datum.value, datum.value, datum.value, unit)


def statistic_of(points: Sequence[Point], statistic: str) -> float:
    """Return one of CloudWatch's statistics of what was published in a period."""
    count = sum(point.count for point in points)
    match statistic:
        case "Sum":
            return sum(point.total for point in points)
        case "SampleCount":
            return count
        case "Average":
            return sum(point.total for point in points) / count if count else 0.0
        case "Minimum":
            return min(point.least for point in points)
        case "Maximum":
            return max(point.most for point in points)
    if percentile := _PERCENTILE.fullmatch(statistic):
        values = sorted(point.total / point.count for point in points for _ in range(int(point.count)))
        place = math.ceil(float(percentile[1]) / 100 * len(values)) - 1
        return values[max(place, 0)]
    raise NotInLocalAws(f"the statistic {statistic}")


def dimensions(given: Iterable[Mapping[str, str]]) -> frozenset[tuple[str, str]]:
    """Return dimensions as requests have them in the form that `Metric` has."""
    return frozenset((item["Name"], item["Value"]) for item in given)
