"""Reports of Contributor Insights: who contributed most to what a rule counts in log groups.

Source: CloudWatch User Guide, "Contributor Insights rule syntax"; API reference, GetInsightRuleReport.
"""

from __future__ import annotations

import fnmatch
import functools
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from localaws.services.cloudwatch.metrics import Series
from localaws.services.core import AwsError, NotInLocalAws
from localaws.services.logs.patterns import select

MOST_CONTRIBUTORS: Final = 10
"""How many contributors a report has, unless asked otherwise."""
MAX_CONTRIBUTORS: Final = 100
METRICS: Final = frozenset(
    {"UniqueContributors", "MaxContributorValue", "SampleCount", "Sum", "Minimum", "Maximum", "Average"}
)
"""What a report may tell of each period."""

Contributor = tuple[str, ...]


@dataclass
class Period:
    """What a rule counted in one period, by contributor."""

    values: dict[Contributor, list[float]] = field(default_factory=lambda: defaultdict(list))

    def of(self, metric: str) -> float:
        """Return a metric of the period, by the name that AWS gives it."""
        totals = [sum(values) for values in self.values.values()]
        every = [value for values in self.values.values() for value in values]
        match metric:
            case "UniqueContributors":
                return float(len(totals))
            case "MaxContributorValue":
                return max(totals)
            case "SampleCount":
                return float(len(every))
            case "Sum":
                return sum(every)
            case "Minimum":
                return min(every)
            case "Maximum":
                return max(every)
            case "Average":
                return sum(every) / len(every)
        raise NotInLocalAws(f"the metric {metric} of a Contributor Insights rule")


def periods(definition: Mapping[str, Any], logs: Any, times: Sequence[int], period: int) -> dict[int, Period]:
    """Return what a rule counted in the periods that begin at `times`, where it counted anything.

    `logs` is moto's CloudWatch Logs of the same account and Region.
    """
    found: dict[int, Period] = defaultdict(Period)
    if definition["LogFormat"] != "JSON":
        raise NotInLocalAws("the report of a rule over logs in CLF")
    contribution = definition["Contribution"]
    for at, record in _records(definition, logs, times[0], times[-1] + period):
        keys = tuple(text for key in contribution["Keys"] if (text := _text(record, key)) is not None)
        if len(keys) < len(contribution["Keys"]) or not all(
            _passes(record, item) for item in contribution.get("Filters") or []
        ):
            continue
        value = 1.0
        if definition["AggregateOn"] == "Sum":
            number = _number(next(iter(select(record, contribution["ValueOf"])), None))
            if number is None:
                continue
            value = number
        found[times[0] + int((at - times[0]) // period) * period].values[keys].append(value)
    return dict(found)


def check_report(request: Mapping[str, Any]) -> None:
    """Refuse what GetInsightRuleReport can't answer, with or without anything that was counted."""
    unknown = set(request.get("Metrics") or ()) - METRICS
    if unknown:
        raise AwsError("InvalidParameterValue", f"Metrics has no {', '.join(sorted(unknown))}")
    if request.get("OrderBy") not in (None, "Sum", "Maximum"):
        raise AwsError("InvalidParameterValue", f"OrderBy is Sum or Maximum, not {request['OrderBy']}")
    if not 1 <= int(request.get("MaxContributorCount") or MOST_CONTRIBUTORS) <= MAX_CONTRIBUTORS:
        raise AwsError("InvalidParameterValue", f"MaxContributorCount must be from 1 to {MAX_CONTRIBUTORS}")


def report(definition: Mapping[str, Any], found: Mapping[int, Period], request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer of GetInsightRuleReport."""
    together: dict[Contributor, list[float]] = defaultdict(list)
    for item in found.values():
        for who, values in item.values.items():
            together[who] += values
    largest = max if request.get("OrderBy") == "Maximum" else sum
    by_size = sorted(together, key=lambda who: (-largest(together[who]), who))
    most = int(request.get("MaxContributorCount") or MOST_CONTRIBUTORS)
    return {
        "KeyLabels": list(definition["Contribution"]["Keys"]),
        "AggregationStatistic": "SampleCount" if definition["AggregateOn"] == "Count" else "Sum",
        "AggregateValue": float(sum(sum(values) for values in together.values())),
        "ApproximateUniqueCount": len(together),
        "Contributors": [
            {
                "Keys": list(who),
                "ApproximateAggregateValue": float(sum(together[who])),
                "Datapoints": [
                    {"Timestamp": datetime.fromtimestamp(at, UTC), "ApproximateValue": float(sum(item.values[who]))}
                    for at, item in sorted(found.items())
                    if who in item.values
                ],
            }
            for who in by_size[:most]
        ],
        "MetricDatapoints": [
            {
                "Timestamp": datetime.fromtimestamp(at, UTC),
                **{metric: item.of(metric) for metric in request.get("Metrics") or []},
            }
            for at, item in sorted(found.items())
        ],
    }


def series(definition: Mapping[str, Any], logs: Any, metric: str, times: Sequence[int], period: int) -> Series:
    """Return a metric of a rule, as INSIGHT_RULE_METRIC has it."""
    return {at: item.of(metric) for at, item in periods(definition, logs, times, period).items()}


def _records(definition: Mapping[str, Any], logs: Any, since: int, until: int) -> Iterator[tuple[float, Any]]:
    named = definition.get("LogGroupNames") or [
        arn.rpartition(":log-group:")[2].removesuffix(":*") for arn in definition["LogGroupARNs"]
    ]
    for name, group in logs.groups.items():
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in named):
            for stream in group.streams.values():
                for event in stream.events:
                    if since <= event.timestamp / 1000 < until and (record := _object(event.message)) is not None:
                        yield event.timestamp / 1000, record


@functools.lru_cache(maxsize=65_536)
def _object(message: str) -> Any:
    try:
        record = json.loads(message)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def _text(record: Any, selector: str) -> str | None:
    found = next(iter(select(record, selector)), None)
    if found is None or isinstance(found, dict | list):
        return None
    return json.dumps(found) if isinstance(found, bool) else str(found)


def _number(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def _passes(record: Any, item: Mapping[str, Any]) -> bool:
    found, number = _text(record, item["Match"]), _number(next(iter(select(record, item["Match"])), None))
    ((name, wanted),) = ((key, value) for key, value in item.items() if key != "Match")
    match name:
        case "IsPresent":
            return bool(select(record, item["Match"])) is wanted
        case "In":
            return found in [str(value) for value in wanted]
        case "NotIn":
            return found is not None and found not in [str(value) for value in wanted]
        case "StartsWith":
            return found is not None and found.startswith(tuple(wanted))
        case "GreaterThan":
            return number is not None and number > wanted
        case "LessThan":
            return number is not None and number < wanted
        case "EqualTo":
            return number is not None and number == wanted
    return number is not None and number != wanted
