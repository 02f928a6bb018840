"""`make hunt` with the real engine, real Suricata and the local AWS: what the story must show, it shows."""

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from hunts import stack as stacks
from workshop.story import Story, tell, written

ROOT = Path(__file__).resolve().parents[2]
# The smallest hub with a rogue that has a neighbour to go to.
CONFIG = {
    "aws:region": "eu-west-1",
    "layout": "hub-and-spoke",
    "zones": 1,
    "spokes": {"orders": {"slot": 0}, "sandbox": {"slot": 2, "rogue": True}},
    "rule_groups": dict.fromkeys(
        ["tls-http-visibility", "wrong-protocol-on-port", "outside-resolvers", "tls-without-sni"], "alert"
    ),
    "deny_domains": [".example.net"],
    "dns_deny_domains": [".denied.example"],
}

pytestmark = pytest.mark.engine


class Watched(Story):
    """The story, with what every command printed, and with the rogue's interface and routes as AWS has them then."""

    def __init__(self, outputs: Path, ec2: Any, instance: str) -> None:
        super().__init__(outputs, Console(quiet=True))
        self.heard: list[tuple[str, int, str]] = []
        self.groups: list[list[str]] = []
        self._ec2, self._instance = ec2, instance

    def call(self, command: Sequence[str]) -> int:
        wide = {**os.environ, "COLUMNS": "160"}
        done = subprocess.run(command, env=wide, capture_output=True, text=True, timeout=120, check=False, cwd=ROOT)
        self.heard.append((" ".join(command[2:-2]), done.returncode, done.stdout + done.stderr))
        self.groups.append(security_groups(self._ec2, self._instance))
        return done.returncode

    def after(self, command: str) -> list[str]:
        """Return the security groups that the rogue had right after the first run of a command."""
        return next(groups for (said, *_), groups in zip(self.heard, self.groups, strict=True) if said == command)

    def said(self, command: str) -> list[tuple[int, str]]:
        """Return exit code and output of each run of a command."""
        return [(code, output) for name, code, output in self.heard if name.startswith(command)]


def security_groups(ec2: Any, instance: str) -> list[str]:
    filters = [{"Name": "attachment.instance-id", "Values": [instance]}]
    found = ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"]
    return sorted(group["GroupId"] for interface in found for group in interface["Groups"])


def routes(ec2: Any) -> list[tuple[str, str]]:
    return sorted(
        (table["RouteTableId"], route.get("DestinationCidrBlock", ""))
        for table in ec2.describe_route_tables()["RouteTables"]
        for route in table["Routes"]
    )


def test_the_story_finds_isolates_audits_and_puts_back(
    pulumi_stack: Any, local_aws: Any, suricata: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    del suricata  # without it there is nothing to tell
    deployed = pulumi_stack(ROOT, CONFIG, "story")
    deployed.up().ok()
    for name, value in local_aws.env.items():
        monkeypatch.setenv(name, value)
    found = stacks.parse(deployed.outputs(), "the test's stack")
    rogue, ec2 = found.instances["sandbox-rogue"], local_aws.client("ec2")
    before, routed = security_groups(ec2, rogue.id), routes(ec2)

    with written(found) as outputs:
        story = Watched(outputs, ec2, rogue.id)
        tell(story, found, tmp_path / "hunts.html")

    # The strongest case is the rogue's, and nobody else is called one.
    ((_, answer),) = story.said("hunts run rogue")
    rows = [line for line in answer.splitlines() if re.search(r"  (rogue|watch)  hunts \d", line)]
    assert "sandbox-rogue" in rows[0]
    assert rogue.private_ip in rows[0]
    assert [row for row in rows if "  rogue  " in row] == rows[:1]
    ((_, lived),) = story.said("hunts timeline sandbox-rogue")
    assert re.search(r"-> 203\.0\.113\.67:443 ssh .*\"wrong protocol", lived)
    for command in ("stranger-on-443", "forged-sni", "dns-exfiltration --last"):
        ((_, answer),) = story.said(f"hunts run {command}")
        assert rogue.private_ip in answer
    ((_, carried),) = story.said("hunts run dns-exfiltration --show")
    assert f"{rogue.private_ip} under u.example.com" in carried
    assert "Ada Example,Springfield,4000-0000-0000-0001" in carried

    # Dry first; then nothing but the quarantine group; in the end what there was.
    quarantine = found.quarantine_security_groups[rogue.vpc_id]
    assert story.after("hunts isolate sandbox-rogue") == before
    assert story.after("hunts isolate sandbox-rogue --yes") == [quarantine]
    assert story.groups[-1] == before
    assert before != [quarantine]

    # Proven, refuted with a path past the firewall, proven again.
    (first, clean), (second, refuted), (third, again) = story.said("hunts audit")
    assert (first, second, third) == (0, 1, 0)
    assert clean == again
    assert "egress-through-firewall (mandatory) does not hold" in refuted
    words = " ".join(refuted.split())
    path = words[words.index("Path: ") : words.index("Fix: ")]
    assert "nat gateway" in path
    assert "firewall " not in path
    assert "for example 8.8.8." in words
    assert routes(ec2) == routed

    page = (tmp_path / "hunts.html").read_text(encoding="utf-8")
    assert "sandbox-rogue" in page
