"""Set-up and clean-up as a person runs them, in clones of their own that share this machine's caches."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine import environment

ROOT = Path(__file__).resolve().parents[2]
PYTHON = Path(sys.base_prefix) / "bin" / "python3"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What set-up needs of the repository, and nothing made yet."""
    clone = tmp_path / "clone"
    for folder in ("engine", "requirements"):
        shutil.copytree(ROOT / folder, clone / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (clone / ".cache").mkdir()
    return clone


def set_up(clone: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PYTHON, clone / "engine" / "setup.py", *arguments], capture_output=True, text=True, check=False, timeout=600
    )


def test_set_up_that_finds_everything_says_nothing():
    done = set_up(ROOT)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.engine
def test_killed_at_any_moment_the_next_set_up_goes_on(clone):
    for delay in (0.1, 0.3, 0.6, 1.0, 1.5):
        with subprocess.Popen([PYTHON, clone / "engine" / "setup.py", "local"], stderr=subprocess.DEVNULL) as killed:
            time.sleep(delay)
            killed.send_signal(signal.SIGKILL)

    done = set_up(clone, "local")

    assert done.returncode == 0, done.stderr
    # The environment is whole: its own commands run, and it has what the program imports.
    imports = "import pulumi, pulumi_aws, pulumi_policy, pydantic, moto, pip"
    assert subprocess.run([clone / ".venv" / "bin" / "python", "-c", imports], check=False).returncode == 0
    assert subprocess.run([clone / ".venv" / "bin" / "moto_server", "-h"], check=False).returncode == 0
    assert list((clone / ".cache").glob("unfinished-*")) == []
    assert set_up(clone, "local").stderr == ""


def test_what_make_up_needs_is_less_than_all_and_whoever_has_all_has_it(clone):
    def names(pins):
        return {line.split("==")[0] for line in (ROOT / pins).read_text().splitlines() if "==" in line}

    assert names("requirements.txt") < names(environment.LOCAL) < names(environment.ALL)
    assert not names("requirements.txt") & {"moto", "scapy", "ruff", "mypy", "pytest"}
    assert not names(environment.LOCAL) & {"scapy", "ruff", "mypy", "pytest"}
    for pins in ("requirements.txt", environment.LOCAL):
        assert "--hash=sha256:" in (ROOT / pins).read_text()


@pytest.mark.parametrize("name", ["requirements.txt", environment.LOCAL, environment.ALL, environment.UV])
def test_no_lock_file_says_where_packages_come_from(name):
    assert "://" not in (ROOT / name).read_text()


def test_an_environment_that_cannot_be_made_is_told_in_uvs_own_words_and_the_old_one_stays(clone):
    (clone / environment.ALL).write_text(f"no-such-package-anywhere @ file:///nowhere --hash=sha256:{'0' * 64}\n")
    (clone / ".venv").mkdir()
    (clone / ".venv" / "kept").touch()

    with pytest.raises(environment.NoEnvironmentError, match=r"(?s)the Python environment can't be made:.*nowhere"):
        environment.provide(lambda _line: None, clone)

    assert (clone / ".venv" / "kept").exists()
    assert list((clone / ".cache").iterdir()) == []


def test_pips_own_mirror_and_certificates_are_uvs_too(monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    monkeypatch.setenv("PIP_CERT", "/etc/mirror.pem")
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", "/chosen.pem")

    told = environment._index_of_pip()

    assert told["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert "SSL_CERT_FILE" not in told, "what the person has told uv itself stays"


def test_clean_ends_the_local_aws_of_this_clone_and_no_stranger_however_broken_the_environment(clone):
    local, broken = clone / ".local", clone / ".venv" / "bin" / "python"
    local.mkdir()
    broken.parent.mkdir(parents=True)
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen([*sleep, f"{local}/server.port"]) as ours, subprocess.Popen(sleep) as stranger:
        (local / "server.json").write_text(json.dumps({"pid": ours.pid, "started": 0.0, "port": 1}))
        (local / "provider.json").write_text(json.dumps({"pid": stranger.pid, "started": 0.0, "port": 1}))

        done = subprocess.run([PYTHON, clone / "engine" / "clean.py"], capture_output=True, text=True, check=False)

        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert ours.wait(10) == -signal.SIGTERM
        assert stranger.poll() is None
        stranger.kill()
    assert sorted(path.name for path in clone.iterdir()) == ["engine", "requirements"]
    assert os.access(clone / "engine" / "setup.py", os.R_OK)
