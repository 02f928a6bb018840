from __future__ import annotations

import os
import subprocess

import pytest

from components.workload.cloud_config import SCRIPTS, CloudConfig, File
from components.workload.intruder import with_intruder
from hunts.carried import transfers

SCRIPT = SCRIPTS / "intruder.sh"


def test_the_intruder_is_added_to_what_an_instance_already_does():
    config = with_intruder(
        CloudConfig(files={"/a": File(content="x")}, commands=[["true"]]),
        host="www.example.com",
        domain="example.com",
        denied="example.net",
    )
    assert set(config.files) == {
        "/a",
        "/usr/local/bin/intruder",
        "/etc/inspected-egress/intruder",
        "/etc/systemd/system/intruder.service",
    }
    assert config.commands[0] == ["true"]
    assert config.commands[-1] == ["systemctl", "enable", "--now", "intruder.service"]


@pytest.fixture
def stage(tmp_path):
    """A folder whose programs stand for those that reach the network, and write down what they were asked."""
    tools = tmp_path / "tools"
    tools.mkdir()
    log = tmp_path / "log"
    for name, answer in {"getent": "192.0.2.10 STREAM", "curl": "000", "timeout": ""}.items():
        (tools / name).write_text(f'#!/bin/bash\necho "{name} $*" >> "{log}"\necho "{answer}"\n')
        (tools / name).chmod(0o755)
    settings = tmp_path / "settings"
    settings.write_text("HOST=www.example.com\nDOMAIN=example.com\nDENIED=example.net\n")
    environment = {"PATH": f"{tools}:{os.environ['PATH']}", "INTRUDER_SETTINGS": str(settings)}

    def play(*arguments):
        done = subprocess.run(
            ["bash", str(SCRIPT), *arguments], env=environment, capture_output=True, text=True, timeout=30, check=False
        )
        return done, log.read_text() if log.exists() else ""

    return play


def test_it_talks_to_the_names_it_was_given_and_to_nobody_else(stage):
    done, asked = stage("1")
    assert done.returncode == 0, done.stderr
    lines = asked.splitlines()
    assert [line for line in lines if line.startswith("timeout") and "www.example.com" not in line] == []
    assert {line.split()[-1] for line in lines if line.startswith("curl")} == {
        "https://example.net/",
        "https://192.0.2.10/",
    }
    names = [line.split()[-1] for line in lines if line.startswith("getent")]
    assert all(name == "www.example.com" or name.endswith(".example.com") for name in names)
    odd = [name for name in names if name != "www.example.com"]
    assert len(odd) == len(set(odd)) == 15
    (carried,) = transfers([(0, name.removesuffix(".example.com")) for name in odd])
    assert carried.content.text is not None
    assert carried.content.text.splitlines()[1:3] == [
        "customer,city,card",
        "Ada Example,Springfield,4000-0000-0000-0001",
    ]


def test_wrong_arguments_are_refused(stage):
    done, asked = stage("many")
    assert done.returncode == 2
    assert "usage" in done.stderr
    assert asked == ""
