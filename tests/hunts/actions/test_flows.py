"""What the firewall tracks is listed, and what an isolated instance has open is cut there."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hunts.actions.flows import tracked
from hunts.errors import HuntError
from hunts.stack import StackOutputs
from tests.hunts.actions.conftest import Scene

NEIGHBOUR = "10.9.1.77"


def record(source, destination, *, zone, started=60, ended=5, port=40000):
    now = time.time()

    def at(ago):
        return datetime.fromtimestamp(now - ago, UTC).isoformat()

    counted = {"pkts": 4, "bytes": 1234, "start": at(started), "end": at(ended)}
    ends = {"src_ip": source, "src_port": port, "dest_ip": destination, "dest_port": 443, "proto": "TCP"}
    event = {"event_type": "netflow", "netflow": counted, **ends}
    return json.dumps(
        {"firewall_name": "guard", "availability_zone": zone, "event_timestamp": str(int(now)), "event": event}
    )


@pytest.fixture
def seen(guarded: Scene) -> Scene:
    """The scene with flows of the instance both ways, one of a neighbour, and one that idled out."""
    own = guarded.described()["PrivateIpAddress"]
    (zone,) = guarded.client("network-firewall").describe_firewall(FirewallName="guard")["FirewallStatus"]["SyncStates"]
    lines = [
        record(own, "203.0.113.1", zone=zone),
        record("203.0.113.1", own, zone=zone, started=59),
        record(NEIGHBOUR, "203.0.113.2", zone=zone, started=10),
        record(own, "203.0.113.3", zone=zone, started=900, ended=600),
    ]
    events = [{"timestamp": int(time.time() * 1000), "message": line} for line in lines]
    guarded.client("logs").put_log_events(logGroupName="/flows", logStreamName="s", logEvents=events)
    return guarded


def pairs(scene, addresses=(), **more):
    found = tracked(scene.client, scene.outputs, addresses, sleep=lambda _: time.sleep(0.05), **more)
    return [(flow.source, flow.destination) for flow in found]


def test_isolation_cuts_what_the_instance_has_open_and_nothing_of_its_neighbours(seen: Scene, tmp_path: Path):
    own = seen.described()["PrivateIpAddress"]
    both = [(own, "203.0.113.1"), ("203.0.113.1", own)]
    assert pairs(seen) == [*both, (NEIGHBOUR, "203.0.113.2")]
    assert pairs(seen, [own]) == both
    assert pairs(seen, min_age=30) == both
    for _ in range(2):
        told = seen.isolate(tmp_path)
    names = [name for _, name in told]
    assert {state for state, name in told if name != "check"} == {"already"}
    # The flush may take minutes: nothing that contains waits for it.
    assert names.index("groups") < names.index("role") < names.index("flush") < names.index("snapshot")
    (journal,) = tmp_path.glob("*/journal.json")
    assert sum(json.loads(journal.read_text())["steps"]["flush"]["flows"].values()) == 2
    assert pairs(seen) == [(NEIGHBOUR, "203.0.113.2")]


def test_a_stack_without_a_firewall_has_no_flows_to_list():
    with pytest.raises(HuntError, match="the stack has no firewall"):
        tracked(lambda _: None, StackOutputs(layout="spoke", region="x"), [])


class Failing:
    """A firewall whose operation fails, or never ends."""

    def __init__(self, status):
        self.status = status

    def describe_firewall(self, **_):
        return {"FirewallStatus": {"SyncStates": {"eu-west-1a": {}}}}

    def start_flow_capture(self, **_):
        return {"FlowOperationId": "1"}

    def describe_flow_operation(self, **_):
        return {"FlowOperationStatus": self.status, "StatusMessage": "so it is"}


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("FAILED", "eu-west-1a: FAILED so it is"),
        ("IN_PROGRESS", "still under way"),
        ("COMPLETED_WITH_ERRORS", "ERRORS"),
    ],
)
def test_an_operation_that_fails_or_never_ends_is_a_message(status, says):
    outputs = StackOutputs(layout="hub-and-spoke", region="x", firewall_arn="a")
    with pytest.raises(HuntError, match=says):
        tracked(lambda _: Failing(status), outputs, [], sleep=lambda _: None)
