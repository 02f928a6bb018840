"""Isolation and release as the responder, signed by the role's session, with a refusal and a kill at every step.

What the role's policy doesn't name, moto refuses. It weighs actions alone, neither resources nor conditions
(`moto.iam.access_control`): it gets the policies without them, and `test_responder_rights` holds those.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core import set_initial_no_auth_action_count

from hunts.actions.case import CASE, Journal
from hunts.actions.instance import Clients
from hunts.backends.aws import session_clients
from hunts.errors import HuntError
from tests.hunts.actions.conftest import REGION, Network, Scene, Told, cached
from tests.hunts.actions.test_isolate import snapshots, without_sessions
from tests.hunts.actions.test_responder_rights import POLICIES

ACTIONS = sorted(
    {
        action
        for policy in POLICIES
        for statement in policy["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
)
TRUST = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
STEPS = {
    # Every step, with the right that it can't do without.
    "record": "ssm:PutParameter",
    "tag": "ec2:CreateTags",
    "protect": "ec2:ModifyInstanceAttribute",
    "shutdown": "ec2:ModifyInstanceAttribute",
    "scaling": "autoscaling:DetachInstances",
    "describe": "",
    "groups": "ec2:ModifyNetworkInterfaceAttribute",
    "role": "ec2:DisassociateIamInstanceProfile",
    "sessions": "iam:PutRolePolicy",
    "flush": "network-firewall:StartFlowFlush",
    "targets": "elasticloadbalancing:DeregisterTargets",
    "console": "ec2:GetConsoleOutput",
    "snapshot": "ec2:CreateSnapshot",
    "check": "",
}
LOOKS = [
    "ssm:GetParameter",
    "autoscaling:DescribeAutoScalingInstances",
    "iam:GetInstanceProfile",
    "iam:GetRolePolicy",
    "iam:ListInstanceProfilesForRole",
    "network-firewall:DescribeFirewall",
    "network-firewall:DescribeFlowOperation",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    "ec2:DescribeSnapshots",
]
SignIn = Callable[..., Clients]


@pytest.fixture(scope="module")
def responder(network: Network) -> Iterator[SignIn]:
    """Return a function that gives the clients of a role with the responder's actions, without those named."""
    del network  # what they speak to
    iam = cached("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    role = iam.create_role(RoleName="responder", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    clients = session_clients(REGION, role)

    def sign_in(without: str = "") -> Clients:
        statement = {"Effect": "Allow", "Action": [name for name in ACTIONS if name != without], "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName="responder", PolicyName="rights", PolicyDocument=policy)
        return clients

    yield sign_in
    iam.delete_role_policy(RoleName="responder", PolicyName="rights")
    iam.delete_role(RoleName="responder")


@set_initial_no_auth_action_count(0)
def isolated(clients: Clients, scene: Scene, root: Path) -> list[Told]:
    return scene.isolate(root, clients=clients)


@set_initial_no_auth_action_count(0)
def released(clients: Clients, scene: Scene, root: Path, **options: Any) -> list[Told]:
    return scene.release(root, clients=clients, **options)


@set_initial_no_auth_action_count(0)
def terminate(clients: Clients, scene: Scene) -> Any:
    return clients("ec2").terminate_instances(InstanceIds=[scene.instance])


def steps(root: Path) -> dict[str, str]:
    """Return each step's state, as the only journal has it."""
    (folder,) = root.iterdir()
    written = json.loads((folder / "journal.json").read_text())["steps"]
    return {name.split(" ")[0]: step["state"] for name, step in written.items()}


def test_what_is_not_to_come_back_stays_in_quarantine_and_can_be_terminated(
    furnished: Scene, responder: SignIn, tmp_path: Path
):
    isolated(responder(), furnished, tmp_path)
    # As after a `destroy` that failed at it: what it had before is gone.
    for group in furnished.groups:
        furnished.client("ec2").delete_security_group(GroupId=group)
    released(responder(), furnished, tmp_path, discard=True)
    state = furnished.state()
    assert (state["groups"], state["profile"], state["protected"]) == ([furnished.quarantine], [], False)
    assert CASE not in state["tags"]
    furnished.client("ec2").terminate_instances(InstanceIds=[furnished.instance])


def test_the_role_isolates_and_releases_and_may_not_terminate(furnished: Scene, responder: SignIn, tmp_path: Path):
    before, clients = furnished.state(), responder()
    assert [name for state, name in isolated(clients, furnished, tmp_path) if state == "done"] == list(STEPS)
    assert furnished.state()["groups"] == [furnished.quarantine]
    with pytest.raises(ClientError, match=r"not authorized to perform.*ec2:TerminateInstances"):
        terminate(clients, furnished)
    released(clients, furnished, tmp_path)
    assert without_sessions(furnished.state()) == without_sessions(before)


@pytest.mark.parametrize("right", [*{right: "" for right in STEPS.values() if right}, *LOOKS])
def test_whatever_is_refused_all_the_rest_is_done_and_the_next_run_does_what_is_left(
    furnished: Scene, responder: SignIn, tmp_path: Path, right: str
):
    before = furnished.state()
    with pytest.raises(HuntError, match=rf"(?s)could not .*{right.split(':')[1]}.*the same command does what is left"):
        isolated(responder(without=right), furnished, tmp_path)
    held = {step for step, needed in STEPS.items() if needed == right}
    failed = {step for step, state in steps(tmp_path).items() if state == "failed"}
    assert held <= failed
    state = furnished.state()
    assert (state["groups"] == [furnished.quarantine]) is ("groups" not in held)
    assert (state["profile"] == []) is ("role" not in held)
    assert state["protected"] is ("protect" not in held)
    isolated(responder(), furnished, tmp_path)
    assert set(steps(tmp_path).values()) == {"done"}
    assert len(snapshots(furnished)) == 1
    released(responder(), furnished, tmp_path)
    assert without_sessions(furnished.state()) == without_sessions(before)


@pytest.mark.parametrize("moment", ["started", "done"])
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_before_or_after_any_step_is_gone_on_from_and_released(
    furnished: Scene, responder: SignIn, tmp_path: Path, step: str, moment: str, monkeypatch: pytest.MonkeyPatch
):
    before, note = furnished.state(), Journal.note

    def killed(journal: Journal, name: str, state: str, **details: Any) -> None:
        if (name.split(" ", maxsplit=1)[0], state) == (step, moment):
            raise KeyboardInterrupt
        note(journal, name, state, **details)

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "note", killed)
        with pytest.raises(KeyboardInterrupt):
            isolated(responder(), furnished, tmp_path)
    isolated(responder(), furnished, tmp_path)
    assert furnished.state()["groups"] == [furnished.quarantine]
    assert len(snapshots(furnished)) == 1
    released(responder(), furnished, tmp_path / "a colleague's")
    assert without_sessions(furnished.state()) == without_sessions(before)


BACK = ["role", "groups", "scaling", "targets", "protection", "shutdown", "released"]


@pytest.mark.parametrize("step", BACK)
def test_a_kill_at_any_step_of_a_release_leaves_enough_to_end_it(
    furnished: Scene, tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
):
    before, note = furnished.state(), Journal.note
    furnished.isolate(tmp_path / "mine")

    def killed(journal: Journal, name: str, state: str, **details: Any) -> None:
        if (name.split(" ", maxsplit=1)[0], state) == (step, "done"):
            raise KeyboardInterrupt
        note(journal, name, state, **details)

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "note", killed)
        with pytest.raises(KeyboardInterrupt):
            furnished.release(tmp_path / "mine")
    if step == "released":
        with pytest.raises(HuntError, match="carries no case"):
            furnished.release(tmp_path / "a colleague's")
    else:
        furnished.release(tmp_path / "a colleague's")
    assert without_sessions(furnished.state()) == without_sessions(before)
