"""Isolation: protection first, nothing holds containment up, resumable, and undone by release from AWS's own record."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hunts.actions.case import CASE, open_journal
from hunts.actions.instance import find, look
from hunts.actions.record import open_case, parameter
from hunts.actions.revoke import policy
from hunts.errors import HuntError
from hunts.stack import StackOutputs
from tests.hunts.actions.conftest import Network, Scene

STEPS = ["record", "tag", "protect", "shutdown", "describe", "groups", "role", "sessions"]
STEPS += ["console", "snapshot", "check"]


def snapshots(scene: Scene) -> list[dict[str, Any]]:
    volume = scene.described()["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    return scene.client("ec2").describe_snapshots(Filters=[{"Name": "volume-id", "Values": [volume]}])["Snapshots"]


def without_sessions(state: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in state.items() if key != "role policies"}


def test_a_dry_run_names_every_step_and_changes_nothing(scene: Scene, tmp_path: Path):
    before = scene.state()
    assert scene.isolate(tmp_path, dry=True) == [("would", name) for name in STEPS]
    assert scene.state() == before
    assert snapshots(scene) == []
    assert list(tmp_path.iterdir()) == []


def test_isolation_takes_the_instance_off_the_network_and_keeps_the_evidence(furnished: Scene, tmp_path: Path):
    told = furnished.isolate(tmp_path)
    assert {state for state, _ in told} == {"done"}
    state = furnished.state()
    case = state["tags"][CASE]
    assert {key: state[key] for key in state if key != "tags"} == {
        "groups": [furnished.quarantine],
        "profile": [],
        "protected": True,
        "shutdown": "stop",
        "scaling": [],
        "targets": [],
        "role policies": [f"AWSRevokeOlderSessions-{case}"],
    }
    evidence = json.loads((tmp_path / case / "instance.json").read_text())
    assert evidence["instance"]["InstanceId"] == furnished.instance
    assert sorted(group["GroupId"] for group in evidence["interfaces"][0]["Groups"]) == furnished.groups
    assert (tmp_path / case / "console.txt").exists()
    assert len(snapshots(furnished)) == 1


def test_what_protects_comes_first_and_what_can_wait_comes_after_the_network(furnished: Scene, tmp_path: Path):
    names = [name for _, name in furnished.isolate(tmp_path, dry=True, capture="/bin/true")]
    order = ["record", "protect", "shutdown", "scaling", "capture", "groups", "role", "sessions", "targets", "snapshot"]
    assert [name for name in names if name in order] == order


def test_the_revocation_denies_sessions_that_are_older_than_it(scene: Scene, tmp_path: Path):
    scene.isolate(tmp_path)
    (name,) = scene.state()["role policies"]
    document = scene.client("iam").get_role_policy(RoleName=scene.role, PolicyName=name)["PolicyDocument"]
    assert document["Statement"][0]["Effect"] == "Deny"
    assert "aws:TokenIssueTime" in document["Statement"][0]["Condition"]["DateLessThan"]


def test_release_puts_all_back_but_the_revocation_unless_asked(furnished: Scene, tmp_path: Path):
    before = furnished.state()
    furnished.isolate(tmp_path)
    revoked = furnished.state()["role policies"]
    assert ("mind", "sessions") in furnished.release(tmp_path)
    assert without_sessions(furnished.state()) == without_sessions(before)
    assert furnished.state()["role policies"] == revoked


def test_a_release_gives_back_in_order_and_lets_the_record_go_last(furnished: Scene, tmp_path: Path):
    furnished.isolate(tmp_path)
    names = [name for state, name in furnished.release(tmp_path, sessions=True) if state == "done"]
    order = ["role", "groups", "scaling", "targets", "protection", "shutdown"]
    # A run after a crash finds in the record what was before: whatever else is left undone, it is still there.
    assert [name for name in names if name in order] == [name for name in order if name in names]
    assert {"role", "groups", "protection"} <= set(names)
    assert names[-1] == "released"


def test_release_takes_off_its_own_revocation_alone(scene: Scene, tmp_path: Path):
    own = {"RoleName": scene.role, "PolicyDocument": json.dumps(policy(datetime.now(UTC)))}
    for name in ("AWSRevokeOlderSessions", "AWSRevokeOlderSessions-i-2-20260101T000000Z"):
        scene.client("iam").put_role_policy(PolicyName=name, **own)
    before = scene.state()
    scene.isolate(tmp_path)
    assert len(scene.state()["role policies"]) == 3
    scene.release(tmp_path, sessions=True)
    assert scene.state() == before


def test_a_second_run_has_nothing_to_do(furnished: Scene, tmp_path: Path):
    furnished.isolate(tmp_path)
    state = furnished.state()
    told = furnished.isolate(tmp_path)
    assert [name for kind, name in told if kind != "already"] == ["check"]
    assert ("already", "scaling") in told
    assert furnished.state() == state
    assert len(snapshots(furnished)) == 1


def test_two_responders_at_once_are_one_case_and_release_restores_what_was_before_both(
    furnished: Scene, tmp_path: Path
):
    before, mine, theirs = furnished.state(), tmp_path / "mine", tmp_path / "theirs"
    seen = look(furnished.client, furnished.instance)
    opened = open_case(furnished.client, seen, theirs)
    opened.journal.case = opened.journal.case.replace("T", "T1", 1)
    furnished.isolate(mine)
    told = furnished.isolate(theirs, seen=seen, case=opened)
    assert ("mind", "record") in told
    (case,) = mine.iterdir()
    assert [folder.name for folder in theirs.iterdir()] == [case.name]
    assert len(snapshots(furnished)) == 1
    furnished.release(theirs, sessions=True)
    assert furnished.state() == before
    with pytest.raises(HuntError, match="carries no case"):
        furnished.release(mine)


def test_a_responder_who_comes_while_the_first_is_at_it_sees_what_was_before_the_first(scene: Scene, tmp_path: Path):
    before = scene.state()
    with pytest.raises(KeyboardInterrupt):
        scene.isolate(tmp_path / "first", tell=interrupt_after("groups"))
    scene.isolate(tmp_path / "second")
    scene.release(tmp_path / "third", sessions=True)
    assert scene.state() == before


def interrupt_after(name: str) -> Any:
    def tell(state: str, step: Any) -> None:
        if state == "done" and step.name.startswith(name):
            raise KeyboardInterrupt

    return tell


def test_a_role_that_was_taken_away_before_a_crash_has_its_sessions_revoked_all_the_same(scene: Scene, tmp_path: Path):
    with pytest.raises(KeyboardInterrupt):
        scene.isolate(tmp_path, tell=interrupt_after("role"))
    assert (scene.state()["profile"], scene.state()["role policies"]) == ([], [])
    scene.isolate(tmp_path)
    assert len(scene.state()["role policies"]) == 1


def test_an_instance_without_a_role_has_none_to_take_away(scene: Scene, tmp_path: Path):
    association = look(scene.client, scene.instance).association
    scene.client("ec2").disassociate_iam_instance_profile(AssociationId=association)
    assert {"role", "sessions"}.isdisjoint(name for _, name in scene.isolate(tmp_path))
    assert scene.state()["groups"] == [scene.quarantine]


@pytest.mark.parametrize(
    ("discard", "said"), [(False, "NOT ISOLATED"), (True, "was released in the meantime, by somebody else")]
)
def test_a_release_by_somebody_else_in_the_meantime_is_noticed(scene: Scene, tmp_path: Path, discard: bool, said: str):
    def tell(state: str, step: Any) -> None:
        if state == "done" and step.name == "console":
            scene.release(tmp_path / "somebody else", discard=discard)

    with pytest.raises(HuntError, match=said):
        scene.isolate(tmp_path / "mine", tell=tell)


def test_release_needs_no_file(scene: Scene, tmp_path: Path):
    before = scene.state()
    scene.isolate(tmp_path / "mine")
    scene.release(tmp_path / "a colleague's", sessions=True)
    assert scene.state() == before


def test_release_is_dry_on_request_and_says_so_when_there_is_nothing_to_release(scene: Scene, tmp_path: Path):
    scene.isolate(tmp_path)
    isolated = scene.state()
    assert {state for state, _ in scene.release(tmp_path, dry=True)} == {"would", "mind"}
    assert scene.state() == isolated
    scene.release(tmp_path)
    with pytest.raises(HuntError, match="carries no case"):
        scene.release(tmp_path)


def test_a_case_without_record_and_journal_is_contained_and_not_released_by_guess(scene: Scene, tmp_path: Path):
    scene.isolate(tmp_path / "mine")
    scene.client("ssm").delete_parameter(Name=parameter(look(scene.client, scene.instance)))
    with pytest.raises(HuntError, match="what was there before is not to be found"):
        scene.isolate(tmp_path / "a colleague's")
    with pytest.raises(HuntError, match="put it back by hand"):
        scene.release(tmp_path / "a colleague's")
    assert scene.state()["groups"] == [scene.quarantine]
    scene.release(tmp_path / "mine")
    assert scene.state()["groups"] == scene.groups


@pytest.mark.parametrize(
    "tag", ["../elsewhere", "/nowhere/else", "a" * 256, "случай 1", "i-0-20260101T000000Z", ""], ids=ascii
)
def test_a_tag_that_whoever_is_on_it_set_keeps_nobody_from_isolating_it(scene: Scene, tmp_path: Path, tag: str):
    """It would be the name of a folder on the responder's machine."""
    cases = tmp_path / "cases"
    scene.client("ec2").create_tags(Resources=[scene.instance], Tags=[{"Key": CASE, "Value": tag}])
    with pytest.raises(HuntError, match="carries no case"):
        scene.release(cases)
    assert ("done", "tag") in scene.isolate(cases)
    (case,) = cases.iterdir()
    assert [path.name for path in tmp_path.iterdir()] == ["cases"]
    assert (scene.state()["groups"], scene.state()["tags"][CASE]) == ([scene.quarantine], case.name)
    scene.release(cases)
    assert scene.state()["groups"] == scene.groups


def test_after_a_release_by_a_colleague_an_old_journal_is_not_believed(scene: Scene, tmp_path: Path):
    scene.isolate(tmp_path / "mine")
    scene.release(tmp_path / "a colleague's", sessions=True)
    (interface,) = look(scene.client, scene.instance).groups
    scene.client("ec2").modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=scene.groups[:1])
    scene.isolate(tmp_path / "mine")
    scene.release(tmp_path / "mine", sessions=True)
    assert scene.state()["groups"] == scene.groups[:1]


def test_termination_protection_that_was_on_stays_on(scene: Scene, tmp_path: Path):
    scene.client("ec2").modify_instance_attribute(InstanceId=scene.instance, DisableApiTermination={"Value": True})
    before = scene.state()
    scene.isolate(tmp_path)
    scene.release(tmp_path, sessions=True)
    assert scene.state() == before


def second_with_same_role(scene: Scene) -> str:
    """Run another instance with the same role, by a profile of its own; return its id."""
    iam, item = scene.client("iam"), scene.described()
    profile = iam.create_instance_profile(InstanceProfileName=f"{scene.role}-2")["InstanceProfile"]["Arn"]
    iam.add_role_to_instance_profile(InstanceProfileName=f"{scene.role}-2", RoleName=scene.role)
    run = scene.client("ec2").run_instances(
        ImageId=item["ImageId"],
        MinCount=1,
        MaxCount=1,
        SubnetId=item["SubnetId"],
        IamInstanceProfile={"Arn": profile},
    )
    return str(run["Instances"][0]["InstanceId"])


def test_a_role_that_others_use_keeps_its_sessions_unless_asked_and_either_is_told_with_what_it_means(
    scene: Scene, tmp_path: Path
):
    other = second_with_same_role(scene)
    told: list[tuple[str, str]] = []
    tell = lambda state, step: told.append((state, step.text))  # noqa: E731
    scene.isolate(tmp_path, dry=True, tell=tell)
    (left,) = [text for state, text in told if state == "mind"]
    assert other in left
    assert "work until they expire" in left
    scene.isolate(tmp_path, tell=tell, sessions=True)
    assert f"{other}, which use it too, are refused" in next(text for _, text in told if text.startswith("revoke"))
    assert len(scene.state()["role policies"]) == 1


def test_sessions_are_kept_on_request(scene: Scene, tmp_path: Path):
    assert ("mind", "sessions") in scene.isolate(tmp_path, sessions=False)
    assert scene.state()["role policies"] == []


def test_many_groups_on_several_interfaces_come_back(scene: Scene, network: Network, tmp_path: Path):
    ec2 = scene.client("ec2")
    groups_of_an_interface = {"ServiceCode": "vpc", "QuotaCode": "L-2AFB9258"}
    scene.client("service-quotas").request_service_quota_increase(**groups_of_an_interface, DesiredValue=13)
    groups = [
        ec2.create_security_group(GroupName=f"{scene.role}-{n}", Description="x", VpcId=network.vpc)["GroupId"]
        for n in range(13)
    ]
    second = ec2.create_network_interface(SubnetId=network.subnet, Groups=groups)["NetworkInterface"]
    ec2.attach_network_interface(
        NetworkInterfaceId=second["NetworkInterfaceId"], InstanceId=scene.instance, DeviceIndex=1
    )
    before = look(scene.client, scene.instance).groups
    scene.isolate(tmp_path / "mine")
    assert list(look(scene.client, scene.instance).groups.values()) == [[scene.quarantine]] * 2
    scene.release(tmp_path / "a colleague's")
    after = look(scene.client, scene.instance).groups
    assert {key: sorted(value) for key, value in after.items()} == {key: sorted(before[key]) for key in before}
    assert len(after[second["NetworkInterfaceId"]]) == 13


def test_a_capture_runs_before_the_network_is_cut_and_knows_the_case(scene: Scene, tmp_path: Path):
    tool = tmp_path / "tool.sh"
    tool.write_text('#!/bin/sh\necho "$INSTANCE_ID $INSTANCE_ADDRESS $CASE" > "$CASE_DIR/memory.img"\n')
    tool.chmod(0o755)
    scene.isolate(tmp_path / "cases", capture=str(tool))
    (folder,) = (tmp_path / "cases").iterdir()
    address = scene.described()["PrivateIpAddress"]
    assert (folder / "memory.img").read_text() == f"{scene.instance} {address} {folder.name}\n"


@pytest.mark.parametrize(("tool", "said"), [("/bin/false", "exit code 1"), ("/no/such/tool --now", "No such file")])
def test_a_capture_that_fails_is_told_and_holds_nothing_up(scene: Scene, tmp_path: Path, tool: str, said: str):
    with pytest.raises(HuntError, match=said):
        scene.isolate(tmp_path, capture=tool)
    assert scene.state()["groups"] == [scene.quarantine]


def test_a_capture_that_is_no_command_is_refused_before_anything_is_changed(scene: Scene, tmp_path: Path):
    before = scene.state()
    with pytest.raises(HuntError, match="--capture"):
        scene.isolate(tmp_path, capture="'half")
    assert scene.state() == before


def test_a_disk_that_is_full_holds_nothing_up_and_release_needs_none(scene: Scene, tmp_path: Path):
    before = scene.state()
    (tmp_path / "cases").write_text("in the way of the folder")
    with pytest.raises(HuntError, match="Not a directory"):
        scene.isolate(tmp_path / "cases")
    assert scene.state()["groups"] == [scene.quarantine]
    scene.release(tmp_path / "elsewhere", sessions=True)
    assert scene.state() == before


def test_an_instance_outside_the_stacks_vpcs_is_refused(scene: Scene, tmp_path: Path):
    bare = scene.outputs.model_copy(update={"quarantine_security_groups": {"vpc-other": "sg-1"}})
    with pytest.raises(HuntError, match=r"no quarantine security group for vpc-.*is the instance one of this stack's"):
        replace(scene, outputs=bare).isolate(tmp_path)
    assert scene.state()["groups"] == scene.groups


def test_a_stack_without_quarantine_says_which_layouts_have_it(scene: Scene, tmp_path: Path):
    bare = scene.outputs.model_copy(update={"quarantine_security_groups": {}})
    with pytest.raises(HuntError, match="the single-VPC lab has none"):
        replace(scene, outputs=bare).isolate(tmp_path)
    assert scene.state()["groups"] == scene.groups


def test_an_instance_that_is_gone_is_a_message(scene: Scene):
    scene.client("ec2").terminate_instances(InstanceIds=[scene.instance])
    with pytest.raises(HuntError, match="is gone"):
        look(scene.client, scene.instance)


def test_an_instance_of_another_region_or_account_is_a_message_that_says_where_was_looked(scene: Scene):
    with pytest.raises(HuntError, match=r"instance i-0123456789abcdef0 in eu-west-1 for .* another Region or account"):
        look(scene.client, "i-0123456789abcdef0")
    with pytest.raises(HuntError, match="the id at its end"):
        find(f"arn:aws:ec2:eu-west-1:1:instance/{scene.instance}", scene.outputs, scene.client)


def test_an_instance_is_found_by_name_address_and_id(scene: Scene):
    address = scene.outputs.instances["sandbox-rogue"].private_ip
    names = ("sandbox-rogue", address, scene.instance)
    assert {find(name, scene.outputs, scene.client) for name in names} == {scene.instance}
    with pytest.raises(HuntError, match="sandbox-rogue"):
        find("nobody", StackOutputs.model_validate(scene.outputs), scene.client)


def test_a_name_in_aws_counts_among_the_stacks_own_instances_alone(scene: Scene, network: Network):
    ec2, full = scene.client("ec2"), f"inspected-egress-{scene.instance}-sandbox-rogue"
    other = ec2.run_instances(ImageId=network.image, MinCount=1, MaxCount=1, SubnetId=network.subnet)
    elsewhere = other["Instances"][0]["InstanceId"]
    for identity, name in ((scene.instance, full), (elsewhere, f"another-{full}")):
        ec2.create_tags(Resources=[identity], Tags=[{"Key": "Name", "Value": name}])
    assert find(full, scene.outputs, scene.client) == scene.instance
    for wrong in (f"another-{full}", "inspected-*", full[:-1] + "?"):
        with pytest.raises(HuntError, match="no instance"):
            find(wrong, scene.outputs, scene.client)


def test_a_name_that_two_instances_of_the_stack_have_is_no_target(scene: Scene, network: Network):
    ec2, name = scene.client("ec2"), f"twice-{scene.instance}"
    other = ec2.run_instances(ImageId=network.image, MinCount=1, MaxCount=1, SubnetId=network.subnet)
    identity = other["Instances"][0]["InstanceId"]
    ec2.create_tags(Resources=[scene.instance, identity], Tags=[{"Key": "Name", "Value": name}])
    one = scene.outputs.instances["sandbox-rogue"]
    twin = one.model_copy(update={"id": identity, "private_ip": "10.9.0.200"})
    both = scene.outputs.model_copy(update={"instances": {"sandbox-rogue": one, "twin": twin}})
    with pytest.raises(HuntError, match="give an id"):
        find(name, both, scene.client)


def test_a_journal_that_cannot_be_read_is_a_message(tmp_path: Path):
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "journal.json").write_text("{half")
    with pytest.raises(HuntError, match="not a journal"):
        open_journal(tmp_path, "case", "i-1")


def test_the_journal_holds_what_was_before_and_every_step(scene: Scene, tmp_path: Path):
    scene.isolate(tmp_path)
    journal = json.loads(next(tmp_path.glob("*/journal.json")).read_text())
    assert sorted(next(iter(journal["before"]["groups"].values()))) == scene.groups
    assert journal["before"]["profile"] == scene.profile
    assert {step["state"] for step in journal["steps"].values()} == {"done"}
