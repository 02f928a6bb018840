"""What an instance is a member of: protected where it can't leave, and put back where there is a way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from hunts.actions.case import Before, Journal
from hunts.actions.instance import Clients, Target
from hunts.actions.membership import leave, register, rejoin
from hunts.errors import HuntError
from tests.hunts.actions.checked import Checked

HERE = "i-0123456789abcdef0"


def target(**scaling: Any) -> Target:
    interface = {
        "NetworkInterfaceId": "eni-1",
        "VpcId": "vpc-1",
        "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.0.4"}],
    }
    return Target(HERE, {}, [interface], {}, "", "", protected=True, shutdown="stop", scaling=scaling, unread=[])


def error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "so it is"}}, operation)


class Scaling:
    """Auto Scaling that lets nobody leave; `members` are those that it has."""

    def __init__(self, *members: str) -> None:
        self.members, self.protected = members, {}
        self.attached: list[str] = []

    def detach_instances(self, **_: Any) -> None:
        raise error("AccessDenied", "DetachInstances")

    def attach_instances(self, **request: Any) -> None:
        self.attached += request["InstanceIds"]

    def describe_auto_scaling_instances(self, **request: Any) -> dict[str, Any]:
        return {
            "AutoScalingInstances": [{"InstanceId": each} for each in self.members if each in request["InstanceIds"]]
        }

    def set_instance_protection(self, **request: Any) -> None:
        self.protected |= dict.fromkeys(request["InstanceIds"], request["ProtectedFromScaleIn"])


class Balancing:
    """Load balancing: what is registered by target group; a group that isn't there is not found."""

    def __init__(self, **groups: list[dict[str, Any]]) -> None:
        self.groups = groups
        self.refusal = "TargetGroupNotFound"

    def describe_target_health(self, **request: Any) -> dict[str, Any]:
        name = request["TargetGroupArn"].split("/")[-2]
        if name not in self.groups:
            raise error(self.refusal, "DescribeTargetHealth")
        return {
            "TargetHealthDescriptions": [
                {"Target": each, "TargetHealth": {"State": "healthy"}} for each in self.groups[name]
            ]
        }

    def register_targets(self, **request: Any) -> None:
        self.groups[request["TargetGroupArn"].split("/")[-2]] += request["Targets"]


def clients(**services: Any) -> Clients:
    return lambda service: Checked(service, services[service])


def test_a_group_that_does_not_let_it_go_may_at_least_not_take_it_down(tmp_path: Path):
    scaling = Scaling(HERE)
    step = leave(
        clients(autoscaling=scaling), target(AutoScalingGroupName="web"), Journal(tmp_path, "case-1", HERE), "web"
    )
    with pytest.raises(ClientError, match="AccessDenied"):
        step.act()
    assert scaling.protected == {HERE: True}


def test_what_another_responder_took_out_of_its_group_is_out(tmp_path: Path):
    scaling = Scaling()
    step = leave(
        clients(autoscaling=scaling), target(AutoScalingGroupName="web"), Journal(tmp_path, "case-1", HERE), "web"
    )
    assert (step.needed, step.act(), scaling.protected) == (True, {"group": "web"}, {})


@pytest.mark.parametrize("scale_in", [True, False])
def test_it_comes_back_into_its_group_as_protected_as_it_was(scale_in: bool):
    before = Before(scaling_group="web", scale_in=scale_in)
    scaling = Scaling()
    step = rejoin(clients(autoscaling=scaling), target(), before)
    assert (step.needed, step.act()) == (True, {"group": "web"})
    assert (scaling.attached, scaling.protected) == ([HERE], {HERE: scale_in})

    scaling = Scaling(HERE)
    there = target(AutoScalingGroupName="web", ProtectedFromScaleIn=not scale_in)
    step = rejoin(clients(autoscaling=scaling), there, before)
    assert (step.needed, step.act()) == (True, {"group": "web"})
    assert (scaling.attached, scaling.protected) == ([], {HERE: scale_in})

    there = target(AutoScalingGroupName="web", ProtectedFromScaleIn=scale_in)
    assert not rejoin(clients(autoscaling=scaling), there, before).needed


def arn(name: str) -> str:
    return f"arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/{name}/0123456789abcdef"


def test_a_target_group_that_is_gone_keeps_it_from_no_other():
    own = [{"Id": HERE, "Port": 80}]
    balancing = Balancing(there=[*own], left=[{"Id": "i-another", "Port": 80}])
    before = Before(targets={arn("gone"): own, arn("left"): own, arn("there"): own})
    steps = list(register(clients(elbv2=balancing), target(), before))
    assert [(step.name, step.needed) for step in steps] == [("targets back left", True), ("targets back there", False)]
    assert steps[0].act() == {"targets": own}
    assert balancing.groups["left"] == [{"Id": "i-another", "Port": 80}, *own]


def test_a_look_at_a_target_group_that_is_refused_is_a_message():
    balancing = Balancing()
    balancing.refusal = "AccessDenied"
    before = Before(targets={arn("web"): [{"Id": HERE, "Port": 80}]})
    with pytest.raises(HuntError, match="so it is"):
        list(register(clients(elbv2=balancing), target(), before))
