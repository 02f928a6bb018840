"""CloudWatch Logs: groups and metric filters."""

from __future__ import annotations

import secrets
from typing import Any

from localaws.provider.context import Context
from localaws.provider.ec2 import changed, present
from localaws.provider.registry import AutoName, Resource, words
from localaws.provider.tagging import by_arn, tagged
from localaws.provider.values import Props

# -- groups -----------------------------------------------------------------------------------------------------------


def _create_group(ctx: Context, inputs: Props) -> str:
    logs = ctx.client("logs")
    name = str(inputs.get("name") or f"{inputs['namePrefix']}{secrets.token_hex(13)}")
    logs.create_log_group(
        logGroupName=name,
        **present(
            {
                "kmsKeyId": inputs.get("kmsKeyId"),
                "tags": inputs.get("tagsAll") or None,
                "logGroupClass": inputs.get("logGroupClass"),
            }
        ),
    )
    ctx.created_id = name
    if inputs.get("retentionInDays"):
        logs.put_retention_policy(logGroupName=name, retentionInDays=inputs["retentionInDays"])
    return name


def _group(ctx: Context, name: str) -> dict[str, Any] | None:
    answer = ctx.client("logs").describe_log_groups(logGroupNamePrefix=name)
    return next((group for group in answer["logGroups"] if group["logGroupName"] == name), None)


def _read_group(ctx: Context, id_: str, state: Props) -> Props | None:
    group = _group(ctx, id_)
    if group is None:
        return None
    arn = group["arn"].removesuffix(":*")
    return {
        "arn": arn,
        "deletionProtectionEnabled": False,
        "kmsKeyId": group.get("kmsKeyId"),
        "logGroupClass": group.get("logGroupClass") or "STANDARD",
        "name": id_,
        "namePrefix": state.get("namePrefix") or "",
        "retentionInDays": group.get("retentionInDays", 0),
        "tagsAll": ctx.client("logs").list_tags_for_resource(resourceArn=arn)["tags"],
    }


def _update_group(ctx: Context, id_: str, old: Props, new: Props) -> None:
    logs = ctx.client("logs")
    if changed(old, new, ["retentionInDays"]):
        if new.get("retentionInDays"):
            logs.put_retention_policy(logGroupName=id_, retentionInDays=new["retentionInDays"])
        else:
            logs.delete_retention_policy(logGroupName=id_)
    if (old.get("kmsKeyId") or None) != (new.get("kmsKeyId") or None):
        if new.get("kmsKeyId"):
            logs.associate_kms_key(logGroupName=id_, kmsKeyId=new["kmsKeyId"])
        else:
            logs.disassociate_kms_key(logGroupName=id_)


_tag_group = tagged("logs", by_arn("resourceArn"), names=("tags", "tagKeys"), form=dict)


def _delete_group(ctx: Context, id_: str, state: Props) -> None:
    if not state.get("skipDestroy"):
        ctx.client("logs").delete_log_group(logGroupName=id_)


def _import_in_group(text: str) -> tuple[str, Props]:
    group, _, name = text.rpartition(":")
    return name, {"logGroupName": group, "name": name}


# -- metric filters ---------------------------------------------------------------------------------------------------


def _put_filter(ctx: Context, inputs: Props) -> str:
    metric = inputs["metricTransformation"]
    default = metric.get("defaultValue")
    ctx.client("logs").put_metric_filter(
        logGroupName=inputs["logGroupName"],
        filterName=inputs["name"],
        filterPattern=inputs["pattern"].strip(),
        metricTransformations=[
            present(
                {
                    "metricName": metric["name"],
                    "metricNamespace": metric["namespace"],
                    "metricValue": metric["value"],
                    "defaultValue": float(default) if default not in (None, "") else None,
                    "dimensions": metric.get("dimensions") or None,
                    "unit": metric.get("unit"),
                }
            )
        ],
    )
    return str(inputs["name"])


def _read_filter(ctx: Context, id_: str, state: Props) -> Props | None:
    answer = ctx.client("logs").describe_metric_filters(logGroupName=state["logGroupName"], filterNamePrefix=id_)
    found = next((f for f in answer["metricFilters"] if f["filterName"] == id_), None)
    if found is None:
        return None
    metric = found["metricTransformations"][0]
    default = metric.get("defaultValue")
    return {
        "applyOnTransformedLogs": False,
        "logGroupName": state["logGroupName"],
        "metricTransformation": present(
            {
                "name": metric["metricName"],
                "namespace": metric["metricNamespace"],
                "value": metric["metricValue"],
                "defaultValue": f"{float(default):g}" if default is not None else None,
                "dimensions": metric.get("dimensions") or None,
                "unit": metric.get("unit") or "None",
            }
        ),
        "name": id_,
        "pattern": found.get("filterPattern", ""),
    }


def _update_filter(ctx: Context, id_: str, old: Props, new: Props) -> None:
    _put_filter(ctx, new)


def _delete_filter(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("logs").delete_metric_filter(logGroupName=state["logGroupName"], filterName=id_)


def _check_filter(inputs: Props) -> list[tuple[str, str]]:
    metric = inputs.get("metricTransformation")
    if isinstance(metric, dict) and metric.get("dimensions") and metric.get("defaultValue") is not None:
        return [("metricTransformation.defaultValue", "conflicts with dimensions: AWS allows one of the two")]
    return []


RESOURCES = (
    Resource(
        token="aws:cloudwatch/logGroup:LogGroup",
        inputs=words("name namePrefix kmsKeyId retentionInDays skipDestroy logGroupClass"),
        replace=words("name namePrefix logGroupClass"),
        auto_name=AutoName(max_length=512),
        at_most_one=(words("name namePrefix"),),
        defaults={"retentionInDays": 0, "skipDestroy": False},
        write_only=words("skipDestroy"),
        create=_create_group,
        read=_read_group,
        update=_update_group,
        delete=_delete_group,
        tagging=_tag_group,
    ),
    Resource(
        token="aws:cloudwatch/logMetricFilter:LogMetricFilter",
        inputs=words("name logGroupName pattern metricTransformation"),
        replace=words("name logGroupName"),
        check=_check_filter,
        create=_put_filter,
        read=_read_filter,
        update=_update_filter,
        delete=_delete_filter,
        import_id=_import_in_group,
    ),
)
