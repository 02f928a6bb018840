"""Isolation and release as the responder: signed by the role's session; what its policy doesn't name, moto refuses.

moto weighs actions alone, neither resources nor conditions (`moto.iam.access_control`): it gets the policies without
them, and `test_responder_rights` holds those.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core import set_initial_no_auth_action_count

from hunts.actions.case import Journal, open_journal
from hunts.actions.instance import Clients, look
from hunts.actions.isolate import case_of, isolate
from hunts.actions.release import release
from hunts.backends.aws import session_clients
from hunts.errors import HuntError
from tests.hunts.actions.conftest import REGION, Scene
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


@pytest.fixture
def responder(scene: Scene) -> Iterator[Callable[..., Clients]]:
    """Return a function that gives the clients of a role with the responder's actions, without those named."""
    iam = scene.client("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    role = iam.create_role(RoleName="responder", AssumeRolePolicyDocument=trust)["Role"]["Arn"]

    def sign_in(without: str = "") -> Clients:
        statement = {"Effect": "Allow", "Action": [name for name in ACTIONS if name != without], "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName="responder", PolicyName="rights", PolicyDocument=policy)
        return session_clients(REGION, role)

    yield sign_in
    iam.delete_role_policy(RoleName="responder", PolicyName="rights")
    iam.delete_role(RoleName="responder")


@set_initial_no_auth_action_count(0)
def isolated(clients: Clients, scene: Scene, root: Path) -> Journal:
    target = look(clients, scene.instance)
    journal = open_journal(root, case_of(target, root), scene.instance)
    isolate(clients, target, scene.outputs, journal, lambda *_: None, dry=False)
    return journal


@set_initial_no_auth_action_count(0)
def released(clients: Clients, scene: Scene, journal: Journal) -> None:
    release(clients, look(clients, scene.instance), journal, lambda *_: None, dry=False)


@set_initial_no_auth_action_count(0)
def terminate(clients: Clients, scene: Scene) -> Any:
    return clients("ec2").terminate_instances(InstanceIds=[scene.instance])


def test_the_role_isolates_and_releases_and_may_not_terminate(
    scene: Scene, responder: Callable[..., Clients], tmp_path: Path
):
    before, clients = scene.state(), responder()
    journal = isolated(clients, scene, tmp_path)
    assert scene.state()["groups"] == [scene.quarantine]
    assert scene.state()["role policies"] == ["AWSRevokeOlderSessions"]
    with pytest.raises(ClientError, match=r"not authorized to perform.*ec2:TerminateInstances"):
        terminate(clients, scene)
    released(clients, scene, journal)
    assert scene.state() == before


@pytest.mark.parametrize(
    ("denied", "step"),
    [
        ("ec2:CreateSnapshot", "snapshot"),
        ("ec2:CreateTags", "tags"),
        ("ec2:ModifyNetworkInterfaceAttribute", "groups"),
        ("iam:PutRolePolicy", "sessions"),
    ],
)
def test_a_denied_step_stops_with_a_message_and_the_next_run_goes_on_from_there(
    scene: Scene, responder: Callable[..., Clients], tmp_path: Path, denied: str, step: str
):
    with pytest.raises(HuntError, match=rf"could not .*{denied.split(':')[1]}.*the same command goes on from here"):
        isolated(responder(without=denied), scene, tmp_path)
    (folder,) = tmp_path.iterdir()
    steps = json.loads((folder / "journal.json").read_text())["steps"]
    last = list(steps)[-1]
    assert last.split(" ")[0] == step
    assert (steps[last]["state"], {each["state"] for name, each in steps.items() if name != last}) == (
        "failed",
        {"done"},
    )
    journal = isolated(responder(), scene, tmp_path)
    assert journal.folder == folder
    assert {each["state"] for each in journal.steps.values()} == {"done"}
    assert scene.state()["groups"] == [scene.quarantine]
    volume = scene.described()["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    taken = scene.client("ec2").describe_snapshots(Filters=[{"Name": "volume-id", "Values": [volume]}])["Snapshots"]
    assert len(taken) == 1
