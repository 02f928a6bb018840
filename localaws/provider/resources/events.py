"""EventBridge rules of the default bus, and what they send their events to."""

from __future__ import annotations

import secrets
from typing import Any

from localaws.provider.context import Context, tag_list, tag_map
from localaws.provider.ec2 import only, pick
from localaws.provider.errors import ProviderError
from localaws.provider.registry import AutoName, Resource, words
from localaws.provider.tagging import by_arn, tagged
from localaws.provider.values import Props

_RULE = {
    "name": "Name",
    "description": "Description",
    "eventPattern": "EventPattern",
    "scheduleExpression": "ScheduleExpression",
    "state": "State",
}
_TARGET = {"targetId": "Id", "arn": "Arn", "input": "Input", "inputPath": "InputPath", "roleArn": "RoleArn"}


def _put_rule(ctx: Context, inputs: Props) -> str:
    tags = {"Tags": tag_list(inputs["tagsAll"])} if inputs.get("tagsAll") else {}
    ctx.client("events").put_rule(**pick(inputs, _RULE), **tags)
    return str(inputs["name"])


def _read_rule(ctx: Context, id_: str, state: Props) -> Props | None:
    events = ctx.client("events")
    rule = events.describe_rule(Name=id_)
    return {
        **{ours: rule[theirs] for ours, theirs in _RULE.items() if rule.get(theirs)},
        "arn": rule["Arn"],
        "eventBusName": rule.get("EventBusName") or "default",
        "tagsAll": tag_map(events.list_tags_for_resource(ResourceARN=rule["Arn"])["Tags"]),
    }


def _update_rule(ctx: Context, id_: str, old: Props, new: Props) -> None:
    _put_rule(ctx, {key: value for key, value in new.items() if key != "tagsAll"})


def _delete_rule(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("events").delete_rule(Name=id_)


def _put_target(ctx: Context, inputs: Props) -> str:
    id_ = inputs.get("targetId") or f"terraform-{secrets.token_hex(13)}"
    answer = ctx.client("events").put_targets(Rule=inputs["rule"], Targets=[pick({**inputs, "targetId": id_}, _TARGET)])
    if answer["FailedEntryCount"]:
        raise ProviderError(answer["FailedEntries"][0]["ErrorMessage"])
    return f"{inputs['rule']}-{id_}"


def _read_target(ctx: Context, id_: str, state: Props) -> Props | None:
    found = ctx.client("events").list_targets_by_rule(Rule=state["rule"])["Targets"]
    target: dict[str, Any] | None = only([item for item in found if id_ == f"{state['rule']}-{item['Id']}"])
    if target is None:
        return None
    ours = {ours: target[theirs] for ours, theirs in _TARGET.items() if target.get(theirs)}
    return {**ours, "rule": state["rule"], "eventBusName": "default"}


def _update_target(ctx: Context, id_: str, old: Props, new: Props) -> None:
    _put_target(ctx, {**new, "targetId": old["targetId"]})


def _delete_target(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("events").remove_targets(Rule=state["rule"], Ids=[state["targetId"]])


def _target_of(text: str) -> tuple[str, Props]:
    rule, _, target = text.rpartition("/")
    return f"{rule}-{target}", {"rule": rule}


RESOURCES = (
    Resource(
        token="aws:cloudwatch/eventRule:EventRule",
        inputs=frozenset(_RULE),
        replace=words("name"),
        auto_name=AutoName(max_length=64),
        defaults={"state": "ENABLED"},
        json=words("eventPattern"),
        create=_put_rule,
        read=_read_rule,
        update=_update_rule,
        delete=_delete_rule,
        tagging=tagged("events", by_arn("ResourceARN")),
    ),
    Resource(
        token="aws:cloudwatch/eventTarget:EventTarget",
        inputs=frozenset(_TARGET) | words("rule"),
        replace=words("rule targetId"),
        create=_put_target,
        read=_read_target,
        update=_update_target,
        delete=_delete_target,
        import_id=_target_of,
    ),
)
