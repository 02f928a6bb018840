"""What an instance is a member of: its auto-scaling group, and the target groups of load balancers."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from hunts.actions.case import Before, Journal
from hunts.actions.instance import Clients, Target
from hunts.actions.record import amend
from hunts.actions.steps import Step
from hunts.backends.aws import messages, pages
from hunts.errors import HuntError


def leave(clients: Clients, target: Target, journal: Journal, group: str) -> Step:
    """Return the step that takes it out of its group, which would replace it once nobody reaches it any more.

    Where that is refused, the group is at least kept from taking it down to get smaller.
    """
    scaling = clients("autoscaling")

    def act() -> dict[str, Any]:
        if journal.before and not journal.before.scaling_group:
            # It could not be looked at when the case was opened.
            journal.before.scaling_group, journal.before.scale_in = group, target.scale_in
            amend(clients, target, journal)
        try:
            scaling.detach_instances(
                InstanceIds=[target.id], AutoScalingGroupName=group, ShouldDecrementDesiredCapacity=False
            )
        except ClientError:
            # Another responder may have been quicker.
            if scaling.describe_auto_scaling_instances(InstanceIds=[target.id])["AutoScalingInstances"]:
                _protect(scaling, target, group, on=True)
                raise
        return {"group": group}

    text = f"take it out of auto-scaling group {group}, which starts a fresh one"
    return Step("scaling", text, bool(target.scaling_group), act)


def rejoin(clients: Clients, target: Target, before: Before) -> Step:
    """Return the step that puts it back into its group, or undoes that the group was kept from it."""
    scaling, group = clients("autoscaling"), before.scaling_group

    def act() -> dict[str, Any]:
        if target.scaling_group != group:
            scaling.attach_instances(InstanceIds=[target.id], AutoScalingGroupName=group)
        _protect(scaling, target, group, on=before.scale_in)
        return {"group": group}

    needed = (target.scaling_group, target.scale_in) != (group, before.scale_in)
    return Step("scaling back", f"put it back into auto-scaling group {group}", needed, act)


def _protect(scaling: Any, target: Target, group: str, *, on: bool) -> None:
    scaling.set_instance_protection(InstanceIds=[target.id], AutoScalingGroupName=group, ProtectedFromScaleIn=on)


def deregister(clients: Clients, target: Target, journal: Journal) -> Iterator[Step]:
    """Yield a step for each target group that it is registered with, by its id or one of its addresses."""
    elb = clients("elbv2")
    for group in list(pages(elb, "describe_target_groups", "TargetGroups")):
        if group.get("VpcId") not in target.vpcs.values():
            continue
        targets = _registered(elb, group["TargetGroupArn"], target)
        if targets:
            yield _deregister(clients, target, journal, group, targets)


def _registered(elb: Any, group: str, target: Target) -> list[dict[str, Any]]:
    with messages():
        health = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    ours = {target.id, *target.addresses}
    return [
        {key: each["Target"][key] for key in ("Id", "Port") if key in each["Target"]}
        for each in health
        # One that is leaving already is leaving by somebody else's hand.
        if each["Target"]["Id"] in ours and each["TargetHealth"]["State"] != "draining"
    ]


def _deregister(
    clients: Clients, target: Target, journal: Journal, group: dict[str, Any], targets: list[dict[str, Any]]
) -> Step:
    arn = group["TargetGroupArn"]

    def act() -> dict[str, Any]:
        if journal.before:
            journal.before.targets[arn] = targets
        amend(clients, target, journal)
        clients("elbv2").deregister_targets(TargetGroupArn=arn, Targets=targets)
        return {"targets": targets}

    ports = ", ".join(str(each.get("Port", "-")) for each in targets)
    text = f"take it out of load balancer target group {group['TargetGroupName']} (port {ports})"
    return Step(f"targets {group['TargetGroupName']}", text, needed=True, act=act)


def register(clients: Clients, target: Target, before: Before) -> Iterator[Step]:
    """Yield a step for each target group that it was registered with; one that is gone is told."""
    elb = clients("elbv2")
    for arn, targets in before.targets.items():
        name = arn.split("/")[-2] if arn.count("/") > 1 else arn

        def act(arn: str = arn, targets: list[dict[str, Any]] = targets) -> dict[str, Any]:
            elb.register_targets(TargetGroupArn=arn, Targets=targets)
            return {"targets": targets}

        try:
            needed = _registered(elb, arn, target) != targets
        except HuntError as error:
            cause = error.__cause__
            if isinstance(cause, ClientError) and cause.response["Error"]["Code"] == "TargetGroupNotFound":
                continue
            raise
        yield Step(f"targets back {name}", f"put it back into load balancer target group {name}", needed, act)
