"""A stack's state brought together with the account: which operations are undone, and what becomes of locks."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from localaws.launch import LocalAws, LocalAwsError, recovery
from localaws.launch.recovery import Recovery

SUBNET = "urn:pulumi:dev::shop::aws:ec2/subnet:Subnet::subnet"
VPC = "urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::vpc"


@pytest.fixture
def ended():
    """The pid of a process that is gone."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


class Stack:
    """The files of one stack, and what the server was asked to undo."""

    def __init__(self, folder, monkeypatch):
        self.local = LocalAws(folder)
        self.said, self.undone = [], []
        self.recovery = Recovery(self.local, "shop", "dev", "http://127.0.0.1:1", self.said.append)
        self.state = folder / "state" / ".pulumi" / "stacks" / "shop" / "dev.json"
        self.locks = folder / "state" / ".pulumi" / "locks" / "organization" / "shop" / "dev"
        self.operations = folder / "operations" / "shop" / "dev.jsonl"
        for place in (self.state.parent, self.locks, self.operations.parent):
            place.mkdir(parents=True)
        monkeypatch.setattr(recovery.requests, "post", self._post)

    def _post(self, _url, body, timeout):
        assert timeout
        self.undone += json.loads(body)
        answer = recovery.requests.Response()
        answer.status_code = 200
        answer._content = json.dumps({"undone": len(self.undone), "otherwise": 0}).encode()
        return answer

    def write(self, *operations, pending=(), resources=()):
        self.operations.write_text("".join(json.dumps(each) + "\n" for each in operations))
        held = [{"type": kind, "resource": {"urn": urn, "type": urn.split("::")[2]}} for kind, urn in pending]
        latest = {"resources": list(resources), "pending_operations": held}
        self.state.write_text(json.dumps({"checkpoint": {"latest": latest}}))

    def pending(self):
        return json.loads(self.state.read_text())["checkpoint"]["latest"]["pending_operations"]

    def lock(self, pid, hostname=None):
        (self.locks / f"{pid}.json").write_text(json.dumps({"pid": pid, "hostname": hostname or socket.gethostname()}))


@pytest.fixture
def stack(tmp_path, monkeypatch):
    return Stack(tmp_path, monkeypatch)


BEGUN = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def begun(id_, kind="create", urn=SUBNET):
    resource = "" if kind == "create" else "subnet-1"
    return {"begun": id_, "kind": kind, "urn": urn, "resource": resource, "pid": 1, "at": BEGUN.timestamp()}


def held(id_="subnet-1", *, urn=SUBNET, created=1.0, modified=1.0):
    """A resource in a state, dated by seconds after the operations."""
    dates = {"created": created, "modified": modified}
    written = {key: f"{(BEGUN + timedelta(seconds=at)).isoformat()[:19]}.123456789Z" for key, at in dates.items()}
    return {"urn": urn, "id": id_, **written}


def test_what_ended_and_is_in_the_state_stays(stack):
    stack.write(begun("a"), {"ended": "a"}, resources=[held()])

    stack.recovery.bring_together()

    assert (stack.undone, stack.said, stack.operations.exists()) == ([], [], False)


KNOWN = {
    "made": ("create", [held("subnet-0", created=-9, modified=-9), held()]),
    "changed": ("update", [held(created=-9)]),
    "gone": ("delete", []),
    "gone, and another in its place": ("delete", [held("subnet-2")]),
}
UNKNOWN = {
    "made": ("create", []),
    "made beside what it is to replace": ("create", [held("subnet-0", created=-9)]),
    "changed": ("update", [held(created=-9, modified=-9)]),
    "gone": ("delete", [held(created=-9, modified=-9), held("subnet-2")]),
}


@pytest.mark.parametrize(("kind", "resources"), KNOWN.values(), ids=KNOWN)
def test_what_a_provider_ended_and_answered_before_it_was_killed_stays(stack, kind, resources):
    stack.write(begun("a", kind), {"ended": "a"}, resources=resources)

    stack.recovery.bring_together()

    assert stack.undone == []


@pytest.mark.parametrize(("kind", "resources"), UNKNOWN.values(), ids=UNKNOWN)
def test_what_a_killed_provider_ended_but_never_answered_is_undone(stack, kind, resources):
    stack.write(begun("a", kind), {"ended": "a"}, resources=resources)

    stack.recovery.bring_together()

    assert stack.undone == ["a"]


def test_what_a_living_provider_answered_stays_whatever_a_person_did_to_the_state(stack, monkeypatch):
    stack.write(begun("a"), {"ended": "a"}, resources=[])
    monkeypatch.setattr(stack.local, "running", lambda: {"provider": SimpleNamespace(pid=1)})

    stack.recovery.bring_together()

    assert stack.undone == []


def test_what_the_local_aws_did_not_answer_is_undone_and_no_living_provider_waited_for(stack, monkeypatch):
    stack.write(begun("a"), {"cut": "a"}, resources=[])
    monkeypatch.setattr(stack.local, "running", lambda: {"provider": SimpleNamespace(pid=1)})
    monkeypatch.setattr(recovery, "ENDING_SECONDS", -1.0)

    stack.recovery.bring_together()

    assert stack.undone == ["a"]


def test_what_a_version_before_wrote_is_read(stack):
    told = begun("a", "update")
    del told["resource"], told["at"]
    stack.write(told, {"ended": "a"}, resources=[held()])

    stack.recovery.bring_together()

    assert stack.undone == []


def test_what_a_killed_provider_did_not_end_is_undone(stack):
    stack.write(begun("a", urn=VPC), {"ended": "a"}, begun("b"), resources=[held("vpc-1", urn=VPC)])

    stack.recovery.bring_together()

    assert stack.undone == ["b"]
    assert stack.said == [
        "a command on the stack dev was cut short: what its state doesn't know was undone (creation of subnet)"
    ]


@pytest.mark.parametrize(("kind", "pending"), [("create", "creating"), ("update", "updating"), ("delete", "deleting")])
def test_what_ended_without_the_engines_noting_it_is_undone_once_and_no_longer_pending(stack, kind, pending):
    told = [begun("old", kind), {"ended": "old"}, begun("new", kind), {"ended": "new"}]
    stack.write(*told, pending=[(pending, SUBNET)], resources=[] if kind == "delete" else [held()])

    stack.recovery.bring_together()

    assert (stack.undone, stack.pending()) == (["new"], [])


def test_what_other_providers_were_about_is_left_to_the_engine(stack):
    random_id = "urn:pulumi:dev::shop::random:index/randomId:RandomId::id"
    stack.write(pending=[("creating", random_id), ("creating", SUBNET)])

    stack.recovery.bring_together()

    assert [each["resource"]["urn"] for each in stack.pending()] == [random_id]


def test_without_checkpoints_all_that_a_killed_command_did_is_undone(stack, ended):
    stack.write({"checkpoints": False}, begun("a"), {"ended": "a"}, begun("b", "delete"), {"ended": "b"})
    stack.lock(ended)

    stack.recovery.bring_together()

    assert stack.undone == ["a", "b"]


def test_without_checkpoints_a_command_that_ended_by_itself_stays(stack):
    stack.write({"checkpoints": False}, begun("a"), {"ended": "a"}, resources=[held()])

    stack.recovery.bring_together()

    assert stack.undone == []


def test_half_a_line_of_a_killed_provider_is_no_operation(stack):
    stack.write(begun("a"), {"ended": "a"}, resources=[held()])
    with stack.operations.open("a") as file:
        file.write('{"begun": "b", "ki')

    stack.recovery.bring_together()

    assert stack.undone == []


def test_the_lock_of_a_dead_engine_is_released_with_a_word_and_another_machines_stays(stack, ended):
    stack.write()
    stack.lock(ended)
    stack.lock(1234567, "elsewhere")
    (stack.locks / "half.json").write_text("{")

    stack.recovery.bring_together()

    assert [file.name for file in stack.locks.iterdir()] == ["1234567.json"]
    assert f"the engine that held the stack dev is gone (process {ended}): its lock is released" in stack.said


def test_a_stranger_with_a_dead_engines_number_is_no_engine_whatever_the_clock_says(stack):
    stack.lock(os.getpid())

    assert stack.recovery._engine() == 0


def test_a_damaged_state_is_named_with_what_to_do(stack):
    stack.state.write_text('{"checkpoint": {"lat')

    with pytest.raises(LocalAwsError, match=r"dev\.json, is damaged .*dev\.json\.bak.*\./local reset"):
        stack.recovery.bring_together()


def test_who_only_asks_does_not_wait_and_changes_nothing_while_another_command_works(stack):
    stack.write(begun("a"))
    with stack.recovery.held(works=True) as first:
        assert (first is None, stack.undone) == (False, ["a"])
        stack.write(begun("b"))
        with stack.recovery.held(works=False) as second:
            assert (second, stack.undone) == (None, ["a"])
