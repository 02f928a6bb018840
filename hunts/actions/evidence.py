"""What an isolation keeps: the description, what a person's own tool captures, the console's output, the disks."""

import json
import os
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from typing import Any

from hunts.actions.case import CASE, Journal
from hunts.actions.instance import Clients, Target
from hunts.actions.steps import Step
from hunts.backends.aws import pages
from hunts.errors import HuntError

PATIENCE = 600
"""Seconds that a capture may take before the network is cut all the same."""


def describe(target: Target, journal: Journal) -> Step:
    """Return the step that writes down instance, interfaces and addresses as they are; it asks AWS for nothing."""

    def act() -> dict[str, Any]:
        found = {"instance": target.description, "interfaces": target.interfaces}
        return {"file": str(journal.evidence("instance.json", json.dumps(found, indent=2, default=str)))}

    return Step("describe", "write down instance, interfaces and addresses", not journal.done("describe"), act)


def capture(command: str, target: Target, journal: Journal, patience: float = PATIENCE) -> Step:
    """Return the step that runs the person's own tool, while it still reaches the instance.

    It gets INSTANCE_ID, INSTANCE_ADDRESS, CASE and CASE_DIR in its environment, and is no shell command.
    """
    try:
        words: Sequence[str] = shlex.split(command)
    except ValueError as error:
        raise HuntError(f"--capture {command!r}: {error}") from None
    if not words:
        raise HuntError("--capture is empty: name a command")

    def act() -> dict[str, Any]:
        told = journal.evidence("capture.txt", "")
        about = {
            "INSTANCE_ID": target.id,
            "INSTANCE_ADDRESS": str(target.description.get("PrivateIpAddress", "")),
            "CASE": journal.case,
            "CASE_DIR": str(journal.folder.resolve()),
        }
        with told.open("wb") as file:
            try:
                done = subprocess.run(
                    words, env={**os.environ, **about}, stdout=file, stderr=file, timeout=patience, check=False
                )
            except subprocess.TimeoutExpired:
                raise HuntError(f"no end after {patience:.0f} s, and stopped; what it said is in {told}") from None
        if done.returncode:
            raise HuntError(f"exit code {done.returncode}; what it said is in {told}")
        return {"file": str(told)}

    return Step("capture", f"capture by {words[0]}", not journal.done("capture"), act)


def console(clients: Clients, target: Target, journal: Journal) -> Step:
    """Return the step that keeps the console's output."""

    def act() -> dict[str, Any]:
        output = clients("ec2").get_console_output(InstanceId=target.id).get("Output", "")
        return {"file": str(journal.evidence("console.txt", output))}

    return Step("console", "keep the console output", not journal.done("console"), act)


def snapshots(clients: Clients, target: Target, journal: Journal) -> Iterator[Step]:
    """Yield a step for each disk."""
    ec2 = clients("ec2")
    # Found by its tag, so that a crash between snapshot and journal makes no second one.
    filters = [{"Name": f"tag:{CASE}", "Values": [journal.case]}]
    there = {item["VolumeId"] for item in pages(ec2, "describe_snapshots", "Snapshots", Filters=filters)}
    for volume in target.volumes:

        def act(volume: str = volume) -> dict[str, Any]:
            tags = [{"Key": CASE, "Value": journal.case}, {"Key": "Name", "Value": f"{journal.case} {volume}"}]
            made = ec2.create_snapshot(
                VolumeId=volume,
                Description=f"Evidence of case {journal.case}",
                TagSpecifications=[{"ResourceType": "snapshot", "Tags": tags}],
            )
            return {"snapshot": made["SnapshotId"]}

        yield Step(f"snapshot {volume}", f"take a snapshot of disk {volume}", volume not in there, act)
