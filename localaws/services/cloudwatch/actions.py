"""What a change of an alarm's state sets off: its actions, and an event on the account's bus."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from localaws.services import grants
from localaws.services.cloudwatch.alarms import STAMP, Verdict, iso, queries_of
from localaws.services.core import NotInLocalAws

SERVICE: Final = "cloudwatch.amazonaws.com"
_KINDS: Final = {"ALARM": "alarm_actions", "OK": "ok_actions", "INSUFFICIENT_DATA": "insufficient_data_actions"}


@dataclass(frozen=True)
class Change:
    """A change of the state of moto's `alarm`, at a time in epoch seconds."""

    account: str
    region: str
    alarm: Any
    old: str
    verdict: Verdict
    at: int


def take(change: Change) -> list[tuple[str, str]]:
    """Do what the alarm is to do in its new state; return each action with what became of it, "" for all well."""
    alarm, state = change.alarm, change.verdict.state
    _to_bus(change)
    if not alarm.actions_enabled:
        return []
    message = json.dumps(notification(change))
    subject = f'{state}: "{alarm.name}" in {change.region}'[:100]
    return [(arn, _act(change.account, arn, alarm, subject, message)) for arn in getattr(alarm, _KINDS[state])]


def _act(account: str, arn: str, alarm: Any, subject: str, message: str) -> str:
    if arn.split(":")[2] != "sns":
        return "the local AWS has actions of SNS topics alone"
    from moto.sns.models import sns_backends

    topics = sns_backends[arn.split(":")[4]][arn.split(":")[3]].topics
    if arn not in topics:
        return "the topic does not exist"
    try:
        refusal = grants.refusal(topics[arn], SERVICE, account, alarm.alarm_arn)
    except NotInLocalAws as missing:
        refusal = missing.message
    if refusal:
        return refusal
    topics[arn].publish(message, subject=subject)
    return ""


def notification(change: Change) -> dict[str, Any]:
    """Return the message that an alarm publishes."""
    alarm, verdict = change.alarm, change.verdict
    return {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": change.account,
        "AlarmConfigurationUpdatedTimestamp": f"{alarm.configuration_updated_timestamp:{STAMP}}",
        "NewStateValue": verdict.state,
        "NewStateReason": verdict.reason,
        "StateChangeTime": iso(change.at),
        "Region": change.region,
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": change.old,
        "OKActions": list(alarm.ok_actions),
        "AlarmActions": list(alarm.alarm_actions),
        "InsufficientDataActions": list(alarm.insufficient_data_actions),
        "Trigger": _trigger(alarm),
    }


def _trigger(alarm: Any) -> dict[str, Any]:
    common = {
        "Period": alarm.period,
        "EvaluationPeriods": alarm.evaluation_periods,
        "DatapointsToAlarm": alarm.datapoints_to_alarm or alarm.evaluation_periods,
        "ComparisonOperator": alarm.comparison_operator,
        "Threshold": alarm.threshold,
        "TreatMissingData": alarm.treat_missing_data or "missing",
    }
    if alarm.metric_data_queries:
        return {**common, "Metrics": [_metric(query) for query in queries_of(alarm)]}
    return {
        "MetricName": alarm.metric_name,
        "Namespace": alarm.namespace,
        "StatisticType": "Statistic",
        "Statistic": str(alarm.statistic).upper(),
        "Unit": alarm.unit,
        "Dimensions": [{"value": item.value, "name": item.name} for item in alarm.dimensions],
        **common,
    }


def _metric(query: Any) -> dict[str, Any]:
    if query.metric is None:
        return {"Id": query.id, "Expression": query.expression, "ReturnData": query.returned}
    metric = {
        "MetricName": query.metric.name,
        "Namespace": query.metric.namespace,
        "Dimensions": [{"value": value, "name": name} for name, value in sorted(query.metric.dimensions)],
    }
    stat = {"Metric": metric, "Period": query.period, "Stat": query.statistic}
    return {"Id": query.id, "MetricStat": stat, "ReturnData": query.returned}


def _to_bus(change: Change) -> None:
    from moto.events.models import events_backends

    verdict = change.verdict
    stamp = iso(change.at)
    state = {"value": verdict.state, "reason": verdict.reason, "reasonData": verdict.data, "timestamp": stamp}
    detail = {"alarmName": change.alarm.name, "state": state, "previousState": {"value": change.old}}
    event = {
        "Source": "aws.cloudwatch",
        "DetailType": "CloudWatch Alarm State Change",
        "Detail": json.dumps(detail),
        "Resources": [change.alarm.alarm_arn],
        "Time": change.at,
    }
    events_backends[change.account][change.region].put_events([event])
