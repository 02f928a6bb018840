"""`make up` as a person sees it: short, within 80 columns, everything once, and what is next at the end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from localaws.launch import LocalAws, up

ROOT = Path(__file__).resolve().parents[2]


def test_an_output_is_one_line_that_fits_the_terminal():
    lines = up.shown({"estimated_cost": {"items": [1], "summary": "about 1 USD"}, "long": ["x" * 100], "name": "n"})

    assert lines[0] == "Outputs:"
    assert lines[1] == "  estimated_cost  about 1 USD"
    assert lines[2].endswith("x…")
    assert lines[3] == "  name            n"
    assert max(len(line) for line in lines) == 80


def test_stacks_side_by_side_get_room_for_their_vpcs(local_aws, monkeypatch, capsys):
    local, stacks = local_aws.local, ["inspected-egress/hub"]
    monkeypatch.setattr(local, "stacks_with_resources", lambda: stacks)

    def quota(region):
        client = local_aws.client("service-quotas", region)
        return client.get_service_quota(ServiceCode="vpc", QuotaCode=up.VPCS)["Quota"]["Value"]

    up.make_room(local, "hub", "eu-west-2")
    assert (quota("eu-west-2"), capsys.readouterr().out) == (5, ""), "alone it has room"
    stacks.append("inspected-egress/dev")
    up.make_room(local, "hub", "eu-west-2")
    told = capsys.readouterr().out
    assert (quota("eu-west-2"), quota("eu-west-1")) == (10, 5)
    assert "raised to 10" in told
    assert max(map(len, told.splitlines())) <= 80
    up.make_room(local, "hub", "eu-west-2")
    assert capsys.readouterr().out == "", "once is enough"


@pytest.fixture
def folder(tmp_path):
    yield tmp_path / "aws"
    LocalAws(tmp_path / "aws").stop()


@pytest.mark.engine
def test_make_up_says_everything_once_within_80_columns_and_then_what_is_next(folder):
    environment = {**os.environ, "LOCAL_AWS_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, ROOT / "localaws" / "launch" / "up.py"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line for line in lines if len(line) > 80] == []
    assert sum("egress-through-firewall" in line for line in lines) == 1
    assert sum(line.startswith("dns-firewall (advisory)") for line in lines) == 1
    assert sum(line.startswith("  estimated_cost") for line in lines) == 1
    assert "    + 70 created" in lines
    assert lines[-6] == "Next:"
    assert lines[-1].split()[:2] == ["make", "down"]
