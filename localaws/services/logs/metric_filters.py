"""Metric filters at work: what arrives in a log group becomes datapoints of CloudWatch, a minute each.

Source: CloudWatch Logs User Guide, "Creating metrics from log events using filters".
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from moto.cloudwatch.models import MetricAggregatedDatum

from localaws.services.logs import patterns

MINUTE_MS: Final = 60_000

Dimensions = tuple[tuple[str, str], ...]


def datapoints(filters: Iterable[Mapping[str, Any]], events: Sequence[Any]) -> Iterator[MetricAggregatedDatum]:
    """Yield what moto's metric filters make of its log events, summed up by minute and dimensions."""
    for item in filters:
        pattern = patterns.read(item["filterPattern"])
        matched = [(event, pattern.fields(event.message)) for event in events]
        for transformation in item["metricTransformations"]:
            yield from _of(transformation, matched)


def _of(transformation: Mapping[str, Any], matched: Iterable[tuple[Any, Any]]) -> Iterator[MetricAggregatedDatum]:
    minutes: dict[int, dict[Dimensions, list[float]]] = defaultdict(lambda: defaultdict(list))
    for event, fields in matched:
        values = minutes[event.timestamp // MINUTE_MS]
        if fields is None:
            continue
        named = transformation.get("dimensions") or {}
        dimensions = tuple((name, _value(fields, selector)) for name, selector in named.items())
        number = _number(_value(fields, transformation["metricValue"]))
        # A record without the field that is to be counted or told apart makes no datapoint.
        if number is not None and all(value is not None for _, value in dimensions):
            values[tuple((name, str(value)) for name, value in dimensions)].append(number)
    default = transformation.get("defaultValue")
    for minute, found in minutes.items():
        if not found and default is not None:
            found[()] = [float(default)]
        for dimensions, numbers in found.items():
            yield MetricAggregatedDatum(
                transformation["metricNamespace"],
                transformation["metricName"],
                min(numbers),
                max(numbers),
                len(numbers),
                sum(numbers),
                [{"Name": name, "Value": value} for name, value in dimensions],
                datetime.fromtimestamp(minute * MINUTE_MS / 1000, UTC).replace(tzinfo=None),
                transformation.get("unit"),
            )


def _value(fields: Mapping[str, Any], written: str) -> Any:
    return patterns.value(fields, written) if written.startswith("$") else written


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and not isinstance(value, bool) else None
