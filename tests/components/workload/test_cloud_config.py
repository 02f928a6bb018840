from __future__ import annotations

import stat

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from components.workload.cloud_config import MAX_BYTES, CloudConfig, File, UserDataError, script


def read(config):
    text = config.render()
    assert text.startswith("#cloud-config\n")
    return yaml.safe_load(text)


@given(st.text(max_size=200))
def test_a_files_content_arrives_as_it_is_whatever_is_in_it(content):
    (written,) = read(CloudConfig(files={"/etc/x": File(content=content)}))["write_files"]
    assert written == {"path": "/etc/x", "permissions": "0644", "owner": "root:root", "content": content}


@pytest.mark.parametrize(
    "content", ["EOF\n$(reboot) `reboot` \"'\\", "#cloud-config\n---\n", "a: [", "\t\u0085\u2028é\U0001f600"]
)
def test_nothing_in_a_file_is_read_by_a_shell_or_by_yaml(content):
    assert read(CloudConfig(files={"/etc/x": File(content=content)}))["write_files"][0]["content"] == content


def test_commands_are_argument_lists():
    assert read(CloudConfig(commands=[("systemctl", "enable", "--now", "a b")]))["runcmd"] == [
        ["systemctl", "enable", "--now", "a b"]
    ]


def test_what_ec2_would_refuse_is_refused_before():
    with pytest.raises(UserDataError, match=r"found 2\d,\d+ bytes, EC2 takes 16,384"):
        CloudConfig(files={"/etc/x": File(content="x" * 20_000)}).render()
    size = MAX_BYTES - len(CloudConfig(files={"/etc/x": File(content="")}).render())
    assert len(CloudConfig(files={"/etc/x": File(content="x" * size)}).render()) == MAX_BYTES


@pytest.mark.parametrize("name", ["visit-sites", "copy-s3"])
def test_scripts_are_executable_and_say_how_they_are_used(name):
    file = script(name)
    assert int(file.mode, 8) & stat.S_IXUSR
    assert file.content.startswith("#!/bin/bash\n")
    assert f"# Usage: {name} " in file.content
