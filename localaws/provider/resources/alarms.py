"""CloudWatch alarms."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context, tag_list, tag_map
from localaws.provider.ec2 import only, pick, present
from localaws.provider.registry import AutoName, Resource, words
from localaws.provider.tagging import by_arn, tagged
from localaws.provider.values import Props

_ALARM = {
    "actionsEnabled": "ActionsEnabled",
    "alarmActions": "AlarmActions",
    "alarmDescription": "AlarmDescription",
    "comparisonOperator": "ComparisonOperator",
    "datapointsToAlarm": "DatapointsToAlarm",
    "evaluateLowSampleCountPercentiles": "EvaluateLowSampleCountPercentile",
    "evaluationPeriods": "EvaluationPeriods",
    "extendedStatistic": "ExtendedStatistic",
    "insufficientDataActions": "InsufficientDataActions",
    "metricName": "MetricName",
    "name": "AlarmName",
    "namespace": "Namespace",
    "okActions": "OKActions",
    "period": "Period",
    "statistic": "Statistic",
    "threshold": "Threshold",
    "thresholdMetricId": "ThresholdMetricId",
    "treatMissingData": "TreatMissingData",
    "unit": "Unit",
}
_QUERY = {"id": "Id", "expression": "Expression", "label": "Label", "period": "Period", "accountId": "AccountId"}


def _dimensions(value: Props | None) -> list[dict[str, str]]:
    return [{"Name": name, "Value": text} for name, text in (value or {}).items()]


def _query(query: Props) -> dict[str, Any]:
    found = pick(query, _QUERY)
    if query.get("returnData") is not None:
        found["ReturnData"] = query["returnData"]
    metric = query.get("metric")
    if metric:
        named = pick(metric, {"namespace": "Namespace", "metricName": "MetricName"})
        stat: dict[str, Any] = {
            "Metric": {**named, "Dimensions": _dimensions(metric.get("dimensions"))},
            "Period": metric["period"],
            "Stat": metric["stat"],
            **pick(metric, {"unit": "Unit"}),
        }
        found["MetricStat"] = stat
    return found


def _put_alarm(ctx: Context, inputs: Props) -> str:
    dimensions = _dimensions(inputs.get("dimensions"))
    queries = [_query(query) for query in inputs.get("metricQueries") or ()]
    ctx.client("cloudwatch").put_metric_alarm(
        **pick(inputs, _ALARM),
        **({"Dimensions": dimensions} if dimensions else {}),
        **({"Metrics": queries} if queries else {}),
        **({"Tags": tag_list(inputs["tagsAll"])} if inputs.get("tagsAll") else {}),
    )
    return str(inputs["name"])


def _read_alarm(ctx: Context, id_: str, state: Props) -> Props | None:
    cloudwatch = ctx.client("cloudwatch")
    alarm = only(cloudwatch.describe_alarms(AlarmNames=[id_])["MetricAlarms"])
    if alarm is None:
        return None
    ours = {ours: alarm[theirs] for ours, theirs in _ALARM.items() if alarm.get(theirs) not in (None, "")}
    dimensions = {d["Name"]: d["Value"] for d in alarm.get("Dimensions") or ()}
    return {
        **ours,
        "arn": alarm["AlarmArn"],
        "dimensions": dimensions or None,
        "evaluateLowSampleCountPercentiles": alarm.get("EvaluateLowSampleCountPercentile") or "",
        "metricQueries": [_our_query(query) for query in alarm.get("Metrics") or ()] or None,
        "tagsAll": tag_map(cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]),
    }


def _our_query(query: dict[str, Any]) -> Props:
    found = {ours: query[theirs] for ours, theirs in _QUERY.items() if query.get(theirs)}
    if query.get("ReturnData") is not None:
        found["returnData"] = query["ReturnData"]
    stat = query.get("MetricStat")
    if stat:
        metric = stat["Metric"]
        found["metric"] = present(
            {
                "dimensions": {d["Name"]: d["Value"] for d in metric.get("Dimensions") or ()} or None,
                "metricName": metric["MetricName"],
                "namespace": metric.get("Namespace"),
                "period": stat["Period"],
                "stat": stat["Stat"],
                "unit": stat.get("Unit"),
            }
        )
    return found


def _update_alarm(ctx: Context, id_: str, old: Props, new: Props) -> None:
    _put_alarm(ctx, {key: value for key, value in new.items() if key != "tagsAll"})


_tag_alarm = tagged("cloudwatch", by_arn("ResourceARN"))


def _delete_alarm(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("cloudwatch").delete_alarms(AlarmNames=[id_])


def _check_alarm(inputs: Props) -> list[tuple[str, str]]:
    if "metricName" not in inputs and not inputs.get("metricQueries"):
        return [("metricName", "either metricName or metricQueries is required")]
    if "metricName" in inputs and inputs.get("metricQueries"):
        return [("metricQueries", "'metricQueries' conflicts with 'metricName'")]
    return []


RESOURCES = (
    Resource(
        token="aws:cloudwatch/metricAlarm:MetricAlarm",
        inputs=frozenset(_ALARM) | words("dimensions metricQueries"),
        replace=words("name"),
        auto_name=AutoName(),
        defaults={"actionsEnabled": True, "treatMissingData": "missing"},
        sets=words("alarmActions okActions insufficientDataActions metricQueries"),
        check=_check_alarm,
        create=_put_alarm,
        read=_read_alarm,
        update=_update_alarm,
        delete=_delete_alarm,
        tagging=_tag_alarm,
    ),
)
