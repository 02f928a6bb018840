"""Isolation: evidence first, idempotent, resumable after a crash, and undone by release from the tags alone."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from hunts.actions.case import CASE, open_journal
from hunts.actions.instance import find, look
from hunts.actions.isolate import case_of, isolate
from hunts.actions.release import release
from hunts.actions.steps import Step
from hunts.errors import HuntError
from hunts.stack import StackOutputs
from tests.hunts.actions.conftest import REGION, Scene

STEPS = ["describe", "console", "snapshot", "tags", "groups", "role", "sessions", "protect"]


class CrashError(Exception):
    """The machine that ran the command stops."""


def run(
    scene: Scene, root: Path, *, dry: bool = False, crash_after: int | None = None, **options: Any
) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []

    def tell(state: str, step: Step) -> None:
        told.append((state, step.name.split(" ")[0]))
        if state == "done" and sum(each == "done" for each, _ in told) == crash_after:
            raise CrashError

    target = look(scene.client, scene.instance)
    journal = open_journal(root, case_of(target, root), scene.instance)
    isolate(scene.client, target, scene.outputs, journal, tell, dry=dry, **options)
    return told


def undo(scene: Scene, root: Path, *, dry: bool = False) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    target = look(scene.client, scene.instance)
    journal = open_journal(root, target.tags.get(CASE, "none"), scene.instance)
    release(scene.client, target, journal, lambda state, step: told.append((state, step.name.split(" ")[0])), dry=dry)
    return told


def snapshots(scene: Scene) -> list[dict[str, Any]]:
    volume = scene.described()["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    return scene.client("ec2").describe_snapshots(Filters=[{"Name": "volume-id", "Values": [volume]}])["Snapshots"]


def test_a_dry_run_names_every_step_and_changes_nothing(scene: Scene, tmp_path: Path):
    before = scene.state()
    assert run(scene, tmp_path, dry=True) == [("would", name) for name in STEPS]
    assert scene.state() == before
    assert snapshots(scene) == []
    assert list(tmp_path.iterdir()) == []


def test_isolation_takes_the_instance_off_the_network_and_keeps_the_evidence(scene: Scene, tmp_path: Path):
    assert run(scene, tmp_path) == [("done", name) for name in STEPS]
    state = scene.state()
    assert state["groups"] == [scene.quarantine]
    assert state["profile"] == []
    assert state["protected"] is True
    assert state["role policies"] == ["AWSRevokeOlderSessions"]
    folder = tmp_path / state["tags"][CASE]
    evidence = json.loads((folder / "instance.json").read_text())
    assert evidence["instance"]["InstanceId"] == scene.instance
    assert sorted(group["GroupId"] for group in evidence["instance"]["SecurityGroups"]) == scene.groups
    assert (folder / "console.txt").exists()
    assert len(snapshots(scene)) == 1


def test_the_revocation_denies_sessions_that_are_older_than_it(scene: Scene, tmp_path: Path):
    run(scene, tmp_path)
    document = scene.client("iam").get_role_policy(RoleName=scene.role, PolicyName="AWSRevokeOlderSessions")[
        "PolicyDocument"
    ]
    assert document["Statement"][0]["Effect"] == "Deny"
    assert "aws:TokenIssueTime" in document["Statement"][0]["Condition"]["DateLessThan"]


def test_evidence_comes_before_any_change(scene: Scene, tmp_path: Path):
    names = [name for _, name in run(scene, tmp_path, dry=True)]
    assert names.index("snapshot") < names.index("tags") < names.index("groups") < names.index("role")


def test_a_second_run_has_nothing_to_do(scene: Scene, tmp_path: Path):
    run(scene, tmp_path)
    state = scene.state()
    assert {kind for kind, _ in run(scene, tmp_path)} == {"already"}
    assert scene.state() == state
    assert len(snapshots(scene)) == 1


@pytest.mark.parametrize("after", range(1, len(STEPS)))
def test_a_crash_after_any_step_is_resumed_and_released_as_if_nothing_happened(
    scene: Scene, tmp_path: Path, after: int
):
    before = scene.state()
    with pytest.raises(CrashError):
        run(scene, tmp_path, crash_after=after)
    told = run(scene, tmp_path)
    assert [name for state, name in told if state == "done"] == STEPS[after:]
    assert len(snapshots(scene)) == 1
    assert len(list(tmp_path.iterdir())) == 1
    undo(scene, tmp_path)
    assert scene.state() == before


def test_release_needs_no_file(scene: Scene, tmp_path: Path):
    before = scene.state()
    run(scene, tmp_path / "mine")
    undo(scene, tmp_path / "a colleague's")
    assert scene.state() == before


def test_release_is_dry_on_request_and_says_so_when_there_is_nothing_to_release(scene: Scene, tmp_path: Path):
    run(scene, tmp_path)
    isolated = scene.state()
    assert {state for state, _ in undo(scene, tmp_path, dry=True)} == {"would"}
    assert scene.state() == isolated
    undo(scene, tmp_path)
    with pytest.raises(HuntError, match="carries no case"):
        undo(scene, tmp_path)


def test_termination_protection_that_was_on_stays_on(scene: Scene, tmp_path: Path):
    scene.client("ec2").modify_instance_attribute(InstanceId=scene.instance, DisableApiTermination={"Value": True})
    before = scene.state()
    run(scene, tmp_path)
    undo(scene, tmp_path)
    assert scene.state() == before


def second_with_same_role(scene: Scene) -> None:
    ec2, item = scene.client("ec2"), scene.described()
    ec2.run_instances(
        ImageId=item["ImageId"],
        MinCount=1,
        MaxCount=1,
        SubnetId=item["SubnetId"],
        IamInstanceProfile={"Arn": scene.profile},
    )


def test_sessions_of_a_role_that_others_use_are_left_alone_unless_asked(scene: Scene, tmp_path: Path):
    second_with_same_role(scene)
    assert "sessions" not in [name for _, name in run(scene, tmp_path, dry=True)]
    assert "sessions" in [name for _, name in run(scene, tmp_path, dry=True, sessions=True)]


def test_sessions_are_kept_on_request(scene: Scene, tmp_path: Path):
    assert "sessions" not in [name for _, name in run(scene, tmp_path, sessions=False)]
    assert scene.state()["role policies"] == []


def test_an_instance_of_an_auto_scaling_group_leaves_it_and_comes_back(scene: Scene, tmp_path: Path):
    scaling = boto3.client("autoscaling", region_name=REGION)
    item = scene.described()
    scaling.create_launch_configuration(
        LaunchConfigurationName=scene.role, ImageId=item["ImageId"], InstanceType="t3.micro"
    )
    scaling.create_auto_scaling_group(
        AutoScalingGroupName=scene.role,
        LaunchConfigurationName=scene.role,
        MinSize=0,
        MaxSize=5,
        VPCZoneIdentifier=item["SubnetId"],
    )
    scaling.attach_instances(InstanceIds=[scene.instance], AutoScalingGroupName=scene.role)

    def members() -> list[str]:
        group = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[scene.role])["AutoScalingGroups"][0]
        return [each["InstanceId"] for each in group["Instances"]]

    run(scene, tmp_path)
    assert scene.instance not in members()
    undo(scene, tmp_path)
    assert scene.instance in members()


def test_an_instance_outside_the_stacks_vpcs_is_refused(scene: Scene, tmp_path: Path):
    bare = scene.outputs.model_copy(update={"quarantine_security_groups": {}})
    with pytest.raises(HuntError, match="no quarantine security group"):
        run(replace(scene, outputs=bare), tmp_path)
    assert scene.state()["groups"] == scene.groups


def test_an_instance_that_is_gone_is_a_message(scene: Scene):
    scene.client("ec2").terminate_instances(InstanceIds=[scene.instance])
    with pytest.raises(HuntError, match="is gone"):
        look(scene.client, scene.instance)


def test_an_instance_is_found_by_name_address_and_id(scene: Scene):
    address = scene.outputs.instances["sandbox-rogue"].private_ip
    assert {find(name, scene.outputs) for name in ("sandbox-rogue", address, scene.instance)} == {scene.instance}
    with pytest.raises(HuntError, match="sandbox-rogue"):
        find("nobody", StackOutputs.model_validate(scene.outputs))


def test_a_journal_that_cannot_be_read_is_a_message(tmp_path: Path):
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "journal.json").write_text("{half")
    with pytest.raises(HuntError, match="not a journal"):
        open_journal(tmp_path, "case", "i-1")


def test_the_journal_holds_what_was_before_and_every_step(scene: Scene, tmp_path: Path):
    run(scene, tmp_path)
    journal = json.loads(next(tmp_path.glob("*/journal.json")).read_text())
    assert sorted(next(iter(journal["before"]["groups"].values()))) == scene.groups
    assert journal["before"]["profile"] == scene.profile
    assert {step["state"] for step in journal["steps"].values()} == {"done"}
