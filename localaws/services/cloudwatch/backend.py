"""The CloudWatch backend: moto's, with what AWS refuses in dashboards, insight rules and alarms."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.models import cloudwatch_backends as backends
from moto.cloudwatch.responses import CloudWatchResponse

from localaws.services.cloudwatch import (
    alarms,
    contributors,
    dashboards,
    evaluation,
    insight_rules,
    metric_math,
    watching,
)
from localaws.services.cloudwatch.metrics import Metrics, Series
from localaws.services.core import AwsError
from localaws.services.operations import Shape, operation, page, responder
from localaws.services.quotas import table as quotas

__all__ = ["LocalCloudWatchBackend", "LocalCloudWatchResponse", "backends"]

DASHBOARD_NAME: Final = re.compile(r"^[A-Za-z0-9_-]{1,255}$")
RULE_NAME: Final = re.compile(r"^[\x20-\x7E]{1,128}$")
PERIODS: Final = (10, 20, 30)
"""Periods below a minute that an alarm can have; others are multiples of 60."""


class LocalCloudWatchBackend(CloudWatchBackend):
    """CloudWatch in one account and Region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.alarm_history: list[Shape] = []

    def put_dashboard(self, name: str, body: str) -> Any:
        """Check name and body as AWS does, then keep the dashboard."""
        if not DASHBOARD_NAME.match(name):
            raise AwsError(
                "InvalidParameterInput", f"The value {name} for field DashboardName contains invalid characters."
            )
        problems = list(dashboards.problems(json.loads(body)))
        if problems:
            detail = json.dumps([{"dataPath": path, "message": message} for path, message in problems])
            raise AwsError(
                "InvalidParameterInput",
                f"The dashboard body is invalid, there are {len(problems)} validation errors: {detail}",
            )
        return super().put_dashboard(name, body)

    def put_insight_rule(self, name: str, state: str | None, definition: str, tags: Any = None) -> Any:
        """Check a rule's name, state and definition; putting an existing one replaces it."""
        if not RULE_NAME.match(name):
            raise AwsError("InvalidParameterValue", f"The value {name} for parameter RuleName is invalid.")
        if state not in (None, "ENABLED", "DISABLED"):
            raise AwsError("InvalidParameterValue", f"The value {state} for parameter RuleState is invalid.")
        problem = insight_rules.problem(definition)
        if problem is not None:
            raise AwsError("InvalidParameterValue", f"The rule definition is invalid: {problem}")
        quotas.INSIGHT_RULES.check(self, len({*self.insight_rules, name}))
        return super().put_insight_rule(name, state or "ENABLED", definition, tags)

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        """Tag an insight rule; moto finds alarms alone."""
        if arn in {rule.rule_arn for rule in self.insight_rules.values()}:
            self.tagger.tag_resource(arn, self.tagger.convert_dict_to_tags_input(tags))
        else:
            super().tag_resource(arn, tags)

    def delete_alarms(self, alarm_names: list[str]) -> None:
        """Refuse names of which one is no alarm: then none is deleted."""
        missing = [name for name in alarm_names if name not in self.alarms]
        if missing:
            raise AwsError("ResourceNotFound", f"There is no alarm {', '.join(missing)}")
        super().delete_alarms(alarm_names)

    def put_metric_alarm(self, *args: Any, **kwargs: Any) -> Any:
        """Check what moto takes as it comes: period, percentile exclusiveness, and more datapoints than periods."""
        period = kwargs.get("period")
        if period is not None and int(period) not in PERIODS and int(period) % 60:
            raise AwsError("ValidationError", "Metric alarm period must be 10, 20, 30, or a multiple of 60")
        datapoints, periods = kwargs.get("datapoints_to_alarm"), kwargs.get("evaluation_periods")
        if datapoints is not None and periods is not None and int(datapoints) > int(periods):
            raise AwsError(
                "ValidationError", "Parameter EvaluationPeriods must be greater than or equal to DatapointsToAlarm"
            )
        if kwargs.get("statistic") and kwargs.get("extended_statistic"):
            raise AwsError("ValidationError", "The parameters Statistic and ExtendedStatistic are mutually exclusive")
        if kwargs.get("treat_missing_data") not in (None, *alarms.MISSING):
            raise AwsError("ValidationError", f"Option {kwargs['treat_missing_data']} is not supported.")
        for query in kwargs.get("metric_data_queries") or ():
            if query.expression:
                metric_math.read(query.expression)
        before = self.alarms.get(kwargs["name"])
        alarm = super().put_metric_alarm(*args, **kwargs)
        if before is None:
            alarm.state_value = "INSUFFICIENT_DATA"
        else:
            # A change of an alarm leaves its state as it is, until it is looked at.
            alarm.state_value, alarm.state_reason = before.state_value, before.state_reason
            alarm.state_reason_data, alarm.history = before.state_reason_data, before.history
            alarm.state_updated_timestamp = before.state_updated_timestamp
        what = "created" if before is None else "updated"
        self.remember(alarm, int(time.time()), "ConfigurationUpdate", f'Alarm "{alarm.name}" {what}', {})
        return alarm

    def set_alarm_state(self, alarm_name: str, reason: str, reason_data: str, state_value: str) -> None:
        """Give an alarm a state until it is next looked at, and do what it does then."""
        old = self.alarms[alarm_name].state_value if alarm_name in self.alarms else None
        super().set_alarm_state(alarm_name, reason, reason_data, state_value)
        if old not in (None, state_value):
            alarm = self.alarms[alarm_name]
            alarm.state_value = old
            watching.change(self, alarm, alarms.Verdict(state_value, reason, reason_data or "{}"), int(time.time()))

    def put_metric_data(self, namespace: str, metric_data: list[dict[str, Any]]) -> None:
        """Keep the datapoints, and look at the alarms anew."""
        before = len(self.metric_data)
        super().put_metric_data(namespace, metric_data)
        times = [datum.timestamp.replace(tzinfo=UTC).timestamp() for datum in self.metric_data[before:]]
        if times:
            watching.arrived(self, min(times), max(times))

    def remember(self, alarm: Any, at: int, kind: str, summary: str, data: Shape) -> None:
        """Write an item of an alarm's history."""
        self.alarm_history.append(
            {
                "AlarmName": alarm.name,
                "AlarmType": "MetricAlarm" if alarm.rule is None else "CompositeAlarm",
                "Timestamp": datetime.fromtimestamp(at, UTC),
                "HistoryItemType": kind,
                "HistorySummary": summary,
                "HistoryData": json.dumps(data),
            }
        )

    @operation
    def describe_alarm_history(self, request: Shape) -> Shape:
        """DescribeAlarmHistory, newest first unless asked otherwise."""
        first, last = (request.get(name) for name in ("StartDate", "EndDate"))
        items = [
            item
            for item in self.alarm_history
            if request.get("AlarmName") in (None, item["AlarmName"])
            and request.get("HistoryItemType") in (None, item["HistoryItemType"])
            and (not request.get("AlarmTypes") or item["AlarmType"] in request["AlarmTypes"])
            and (first is None or _aware(first) <= item["Timestamp"])
            and (last is None or item["Timestamp"] <= _aware(last))
        ]
        items.sort(key=lambda item: item["Timestamp"], reverse=request.get("ScanBy") != "TimestampAscending")
        rows, token = page(items, request, "InvalidNextToken", limit="MaxRecords")
        return {"AlarmHistoryItems": rows, "NextToken": token}

    @operation
    def answer_get_metric_data(self, request: Shape) -> Shape:
        """GetMetricData: metrics, metric math and SEARCH, in periods that begin at multiples of their length."""
        queries = [evaluation.query_of(item) for item in request["MetricDataQueries"]]
        since, until = (int(_aware(request[name]).timestamp()) for name in ("StartTime", "EndTime"))
        if since >= until:
            raise AwsError("ValidationError", "The parameter StartTime must be less than the parameter EndTime.")
        metrics, found = Metrics(self.metric_data), []
        period = max((int(query.period) for query in queries if query.period), default=evaluation.DEFAULT_PERIOD)
        times = list(range(since // period * period, until, period))
        for item in evaluation.evaluate(queries, period, times, metrics, self.insight_rule_metric):
            ascending = sorted(item.series.items(), reverse=request.get("ScanBy") != "TimestampAscending")
            found.append(
                {
                    "Id": item.id,
                    "Label": item.label,
                    "Timestamps": [datetime.fromtimestamp(at, UTC) for at, _ in ascending],
                    "Values": [value for _, value in ascending],
                    "StatusCode": "Complete",
                }
            )
        return {"MetricDataResults": found}

    @operation
    def get_insight_rule_report(self, request: Shape) -> Shape:
        """GetInsightRuleReport: who contributed most to what a rule counts in a range of time."""
        definition = self._rule(request["RuleName"])
        since, until, period = (
            int(_aware(request["StartTime"]).timestamp()),
            int(_aware(request["EndTime"]).timestamp()),
            request["Period"],
        )
        if since >= until or period <= 0 or period % 60:
            raise AwsError("InvalidParameterValue", "StartTime must come before EndTime, and Period be minutes")
        contributors.check_report(request)
        times = list(range(since // period * period, until, period))
        report = contributors.periods(definition, self._logs(), times, period)
        return contributors.report(definition, report, request)

    def insight_rule_metric(self, rule: str, metric: str, times: Sequence[int], period: int) -> Series:
        """Return a metric of a Contributor Insights rule; none of one that is switched off or isn't there."""
        found = self.insight_rules.get(rule)
        if found is None or found.state != "ENABLED":
            return {}
        return contributors.series(json.loads(found.definition), self._logs(), metric, times, period)

    def _rule(self, name: str) -> Any:
        if name not in self.insight_rules:
            raise AwsError("ResourceNotFoundException", f"The rule {name} does not exist.")
        return json.loads(self.insight_rules[name].definition)

    def _logs(self) -> Any:
        from moto.logs.models import logs_backends

        return logs_backends[self.account_id][self.region_name]


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


LocalCloudWatchResponse = responder(
    "cloudwatch", backends, LocalCloudWatchBackend, "ValidationError", base=CloudWatchResponse
)
