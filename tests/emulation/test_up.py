"""A network has one keeper, found from its first moment; what ended, and what is asked wrongly, is told in words."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from emulation.cli import main
from emulation.up import FAILED, ROOT, STATE, Network

# It keeps a folder as the keeper does, and builds nothing.
KEEPS = """
import sys, time
from pathlib import Path
from emulation.up import Network
only = Network(Path(sys.argv[2])).keep()
print(only is not None, flush=True)
time.sleep(60 if only else 0)
"""


def start(folder: Path) -> subprocess.Popen[str]:
    line = [sys.executable, "-c", KEEPS, "emulation.keeper", str(folder)]
    return subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOCAL_AWS_DIR", str(tmp_path))
    (tmp_path / "net").mkdir()
    return tmp_path / "net"


@pytest.fixture
def keeper(net: Path) -> Iterator[subprocess.Popen[str]]:
    """One that keeps the folder while nothing stands yet."""
    process = start(net)
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    yield process
    process.kill()
    process.wait()


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_a_second_keeper_ends_at_once_and_takes_nothing_away(keeper: subprocess.Popen[str], net: Path) -> None:
    (net / STATE).write_text("{}")
    assert start(net).communicate(timeout=20)[0] == "False\n"
    assert Network(net).keeper() == keeper.pid
    assert (net / STATE).exists()


def test_what_is_only_being_built_is_ended_too(keeper: subprocess.Popen[str], net: Path) -> None:
    assert Network(net).state() is None
    assert call("down").output == "down\n"
    assert keeper.poll() is not None
    assert call("down").output == "no network is up\n"


def test_one_that_ended_by_itself_says_why(net: Path) -> None:
    (net / FAILED).write_text("no room\n")
    assert "no network is up (the last one ended: no room); `./local net up`" in call("status").output


@pytest.mark.parametrize("option", ["capture vpce-1 --seconds", "play visits --within"])
def test_seconds_are_a_number(net: Path, option: str) -> None:
    del net
    refused = call(*option.split(), "nan")
    assert (refused.exit_code, "'nan' is no number of seconds" in refused.output) == (2, True)


@pytest.mark.usefixtures("suricata")
def test_what_the_system_refuses_is_told_without_a_traceback() -> None:
    line = [sys.executable, "-m", "emulation", "up"]
    environment = {**os.environ, "LOCAL_AWS_DIR": os.devnull}
    done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "Error: [Errno 20] Not a directory: '/dev/null/net'\n")
