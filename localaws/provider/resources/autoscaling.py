"""Auto Scaling groups."""

from __future__ import annotations

import secrets
from typing import Any

from localaws.provider.context import Context
from localaws.provider.ec2 import only, pick, present
from localaws.provider.registry import Resource, words
from localaws.provider.values import UNKNOWN, Props

_SETTINGS = {
    "minSize": "MinSize",
    "maxSize": "MaxSize",
    "desiredCapacity": "DesiredCapacity",
    "defaultCooldown": "DefaultCooldown",
    "healthCheckGracePeriod": "HealthCheckGracePeriod",
    "healthCheckType": "HealthCheckType",
    "terminationPolicies": "TerminationPolicies",
}


def _arguments(inputs: Props) -> dict[str, Any]:
    found = {theirs: inputs[ours] for ours, theirs in _SETTINGS.items() if inputs.get(ours) is not None}
    if inputs.get("vpcZoneIdentifiers"):
        found["VPCZoneIdentifier"] = ",".join(inputs["vpcZoneIdentifiers"])
    if inputs.get("availabilityZones") and "VPCZoneIdentifier" not in found:
        found["AvailabilityZones"] = inputs["availabilityZones"]
    template = inputs.get("launchTemplate")
    if template:
        found["LaunchTemplate"] = pick(
            template, {"id": "LaunchTemplateId", "name": "LaunchTemplateName", "version": "Version"}
        )
    return found


def _tags(inputs: Props) -> list[dict[str, Any]]:
    return [
        {"Key": tag["key"], "Value": tag["value"], "PropagateAtLaunch": tag["propagateAtLaunch"]}
        for tag in inputs.get("tags") or ()
    ]


def _create(ctx: Context, inputs: Props) -> str:
    name = str(inputs.get("name") or f"{inputs['namePrefix']}{secrets.token_hex(13)}")
    tags = _tags(inputs)
    ctx.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name,
        **_arguments({key: value for key, value in inputs.items() if key in ctx.asked}),
        **pick(inputs, {"targetGroupArns": "TargetGroupARNs"}),
        **({"Tags": tags} if tags else {}),
    )
    return name


def _read(ctx: Context, id_: str, state: Props) -> Props | None:
    answer = ctx.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[id_])
    group = only(answer["AutoScalingGroups"])
    if group is None or group.get("Status"):
        return None
    template = group.get("LaunchTemplate") or {}
    names = {"id": "LaunchTemplateId", "name": "LaunchTemplateName", "version": "Version"}
    return {
        **{ours: group[theirs] for ours, theirs in _SETTINGS.items() if theirs in group},
        "arn": group["AutoScalingGroupARN"],
        "availabilityZones": group.get("AvailabilityZones", []),
        "launchTemplate": present({ours: template.get(theirs) for ours, theirs in names.items()}) or None,
        "name": id_,
        "namePrefix": state.get("namePrefix") or "",
        "predictedCapacity": 0,
        "serviceLinkedRoleArn": group.get("ServiceLinkedRoleARN", ""),
        "tags": [
            {"key": tag["Key"], "value": tag["Value"], "propagateAtLaunch": tag.get("PropagateAtLaunch", False)}
            for tag in group.get("Tags") or ()
        ]
        or None,
        "targetGroupArns": group.get("TargetGroupARNs", []),
        "vpcZoneIdentifiers": [subnet for subnet in group.get("VPCZoneIdentifier", "").split(",") if subnet],
        "warmPoolSize": 0,
    }


def _update(ctx: Context, id_: str, old: Props, new: Props) -> None:
    autoscaling = ctx.client("autoscaling")
    wanted = {key: value for key, value in new.items() if key in ctx.asked}
    autoscaling.update_auto_scaling_group(AutoScalingGroupName=id_, **_arguments(wanted))
    of_group = {"ResourceId": id_, "ResourceType": "auto-scaling-group"}
    after = {tag["Key"]: tag for tag in _tags(new)}
    gone = [{**of_group, "Key": tag["Key"]} for tag in _tags(old) if tag["Key"] not in after]
    if gone:
        autoscaling.delete_tags(Tags=gone)
    if after:
        autoscaling.create_or_update_tags(Tags=[{**of_group, **tag} for tag in after.values()])


def _delete(ctx: Context, id_: str, state: Props) -> None:
    autoscaling = ctx.client("autoscaling")
    if not autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[id_])["AutoScalingGroups"]:
        return
    # As the official provider does: empty the group first, then delete it with whatever is still ending.
    autoscaling.update_auto_scaling_group(AutoScalingGroupName=id_, MinSize=0, MaxSize=0, DesiredCapacity=0)
    autoscaling.delete_auto_scaling_group(AutoScalingGroupName=id_, ForceDelete=True)

    def gone() -> bool | None:
        answer = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[id_])
        return None if answer["AutoScalingGroups"] else True

    ctx.wait(f"deletion of Auto Scaling group {id_}", gone)


def _check(inputs: Props) -> list[tuple[str, str]]:
    failures = []
    low, high = inputs.get("minSize"), inputs.get("maxSize")
    if UNKNOWN not in (low, high) and isinstance(low, int) and isinstance(high, int) and low > high:
        failures.append(("minSize", f"minSize ({low}) must not be greater than maxSize ({high})"))
    if not inputs.get("vpcZoneIdentifiers") and not inputs.get("availabilityZones"):
        failures.append(("vpcZoneIdentifiers", "either vpcZoneIdentifiers or availabilityZones is required"))
    return failures


RESOURCES = (
    Resource(
        token="aws:autoscaling/group:Group",
        inputs=frozenset(_SETTINGS)
        | words("name namePrefix launchTemplate vpcZoneIdentifiers availabilityZones tags targetGroupArns forceDelete"),
        replace=words("name namePrefix targetGroupArns"),
        at_most_one=(words("name namePrefix"), words("vpcZoneIdentifiers availabilityZones")),
        exactly_one=(words("launchTemplate"),),
        defaults={"healthCheckGracePeriod": 300, "forceDelete": False},
        sets=words("vpcZoneIdentifiers availabilityZones tags targetGroupArns"),
        write_only=words("forceDelete"),
        check=_check,
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
    ),
)
