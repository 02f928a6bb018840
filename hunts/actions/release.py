"""Puts an isolated instance back as it was, from what the isolation recorded."""

from collections.abc import Iterator, Sequence
from typing import Any

from hunts.actions.case import RELEASED, Before, Journal, ours
from hunts.actions.instance import Clients, Target
from hunts.actions.revoke import restore, role_of
from hunts.actions.steps import Step, Tell, carry_out
from hunts.errors import HuntError


def release(clients: Clients, target: Target, journal: Journal, tell: Tell, *, dry: bool) -> None:
    """Carry out (or, `dry`, only tell) what puts the instance back. Evidence and snapshots stay.

    Goes by the tags on the instance, so that the journal's file is not needed. Raises HuntError if it isn't isolated.
    """
    before = Before.of_tags(target.tags)
    if before is None:
        raise HuntError(f"{target.id} carries no case: it was not isolated from here, or it is released already")
    carry_out(plan(clients, target, before), journal, tell, dry=dry)


def plan(clients: Clients, target: Target, before: Before) -> Iterator[Step]:
    """Yield the steps in their order: identity, protection, network, scaling group, and at last the record."""
    if before.profile:
        role = role_of(clients, before.profile)
        if role:
            yield restore(clients, role)
        yield _role(clients, target, before.profile)
    yield _protection(clients, target, before)
    for interface, groups in before.groups.items():
        if interface in target.groups:
            yield _groups(clients, interface, target.groups[interface], groups)
    if before.scaling_group:
        yield _scaling(clients, target, before.scaling_group)
    yield _tags(clients, target)


def _role(clients: Clients, target: Target, profile: str) -> Step:
    def act() -> dict[str, Any]:
        clients("ec2").associate_iam_instance_profile(IamInstanceProfile={"Arn": profile}, InstanceId=target.id)
        return {"profile": profile}

    return Step("role back", f"give its role back ({profile.rsplit('/', 1)[-1]})", target.profile != profile, act)


def _protection(clients: Clients, target: Target, before: Before) -> Step:
    def act() -> dict[str, Any]:
        clients("ec2").modify_instance_attribute(
            InstanceId=target.id, DisableApiTermination={"Value": before.protected}
        )
        return {}

    state = "on" if before.protected else "off"
    return Step(
        "protection back", f"termination protection {state}, as before", target.protected != before.protected, act
    )


def _groups(clients: Clients, interface: str, current: Sequence[str], groups: Sequence[str]) -> Step:
    def act() -> dict[str, Any]:
        clients("ec2").modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=list(groups))
        return {"from": list(current), "to": list(groups)}

    text = f"{interface}: security groups {', '.join(current)} -> {', '.join(groups)}"
    return Step(f"groups back {interface}", text, sorted(current) != sorted(groups), act)


def _scaling(clients: Clients, target: Target, group: str) -> Step:
    def act() -> dict[str, Any]:
        clients("autoscaling").attach_instances(InstanceIds=[target.id], AutoScalingGroupName=group)
        return {"group": group}

    return Step("scaling back", f"put it back into auto-scaling group {group}", target.scaling_group != group, act)


def _tags(clients: Clients, target: Target) -> Step:
    keys = ours(target.tags)

    def act() -> dict[str, Any]:
        clients("ec2").delete_tags(Resources=[target.id], Tags=[{"Key": key} for key in keys])
        return {"tags": keys}

    return Step(RELEASED, "take the tags of the case off", bool(keys), act)
