"""`make up` as a person sees it: short, within 80 columns, everything once, and what is next at the end."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from localaws.launch import LocalAws, locks, up

ROOT = Path(__file__).resolve().parents[2]


def test_an_output_is_one_line_that_fits_the_terminal():
    lines = up.shown({"estimated_cost": {"items": [1], "summary": "about 1 USD"}, "long": ["x" * 100], "name": "n"})

    assert lines[0] == "Outputs:"
    assert lines[1] == "  estimated_cost  about 1 USD"
    assert lines[2].endswith("x…")
    assert lines[3] == "  name            n"
    assert max(len(line) for line in lines) == 80


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


def test_a_lock_goes_if_its_engine_is_gone_and_stays_if_it_lives_or_is_another_machines(tmp_path):
    folder = tmp_path / ".pulumi" / "locks" / "organization" / "project" / "dev"
    folder.mkdir(parents=True)
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass

    def lock(name, **changed):
        held = {"pid": os.getpid(), "hostname": socket.gethostname(), "timestamp": "2099-01-01T00:00:00.123456789Z"}
        (folder / name).write_text(json.dumps({**held, **changed}))

    lock("lives.json")
    lock("gone.json", pid=ended.pid)
    lock("stranger-with-its-number.json", timestamp="1999-01-01T00:00:00Z")
    lock("elsewhere.json", pid=ended.pid, hostname="elsewhere")
    (folder / "half.json").write_text("{")

    locks.clear(tmp_path)

    assert sorted(path.name for path in folder.iterdir()) == ["elsewhere.json", "half.json", "lives.json"]
