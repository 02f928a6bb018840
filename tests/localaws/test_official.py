"""The official provider's switch: where its plugin comes from, in which environment it runs, what is said without."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

from localaws.launch import LocalAwsError, official
from localaws.launch.__main__ import main

PLUGIN = f"resource-aws-v{version('pulumi-aws')}"
OWN = {
    "PULUMI_DEBUG_PROVIDERS": "aws:1",
    "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    "PULUMI_BACKEND_URL": "file:///elsewhere",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
}


def program(folder: Path, name: str, text: str = "exit 0") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)
    return folder


@pytest.fixture
def aws(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PULUMI_HOME", raising=False)
    return official.OfficialAws(tmp_path / "aws")


@pytest.fixture
def own(aws, tmp_path):
    path = f"{program(tmp_path / 'bin', 'pulumi', 'echo no network >&2; exit 1')}{os.pathsep}/usr/bin{os.pathsep}/bin"
    return {**OWN, "PATH": path, "PULUMI_HOME": str(aws.folder / "pulumi")}


def test_the_engine_finds_the_plugin_on_path_at_the_same_server_with_a_state_apart(aws, own, tmp_path):
    program(tmp_path / "bin", official.PROGRAM)

    found = official.environment(aws, own)

    assert {key: found.get(key) for key in OWN} == {
        "PULUMI_DEBUG_PROVIDERS": None,
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": None,
        "PULUMI_BACKEND_URL": f"file://{aws.folder}/state-official?metadata=skip",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    }


def test_a_plugin_that_the_person_has_is_used(aws, own, tmp_path):
    theirs = program(tmp_path / "home" / ".pulumi" / "plugins" / PLUGIN, official.PROGRAM)

    official.environment(aws, own)

    assert (aws.folder / "pulumi" / "plugins" / PLUGIN).resolve() == theirs


def test_one_of_another_version_is_not(aws, own, tmp_path):
    program(tmp_path / "home" / ".pulumi" / "plugins" / "resource-aws-v1.0.0", official.PROGRAM)

    with pytest.raises(LocalAwsError, match="is not installed"):
        official.environment(aws, own)


def test_what_the_engine_can_download_is_there(aws, own, tmp_path):
    program(tmp_path / "bin", "pulumi", f'mkdir -p "$PULUMI_HOME/plugins/{PLUGIN}"')

    official.environment(aws, own)

    assert (aws.folder / "pulumi" / "plugins" / PLUGIN).is_dir()


def test_without_a_plugin_it_says_why_and_what_does_the_work_instead(aws, own):
    with pytest.raises(LocalAwsError) as refused:
        official.environment(aws, own)

    said = str(refused.value)
    assert "can't be downloaded: no network" in said
    assert said.endswith("Without --official-provider the local AWS's own provider does the work.")


def test_a_copy_of_the_config_says_what_the_provider_needs_and_keeps_what_the_person_said(tmp_path):
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text("config:\n  aws:skipMetadataApiCheck: 'false'\n  shop:zones: 2\n")

    official.configure(file)

    assert yaml.safe_load(file.read_text())["config"] == {
        "aws:s3UsePathStyle": "true",
        "aws:skipMetadataApiCheck": "false",
        "shop:zones": 2,
    }


@pytest.mark.parametrize("command", [[], ["python", "-V"], ["stop"]])
def test_the_switch_is_for_pulumi(command, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LOCAL_AWS_DIR", str(tmp_path))

    assert main([official.OPTION, *command]) == 2
    assert capsys.readouterr().err == (
        "local AWS: --official-provider is for `pulumi`: ./local --official-provider pulumi up\n"
    )


def test_either_providers_resources_count_as_deployed(aws):
    for folder in ("state", "state-official"):
        stacks = aws.folder / folder / ".pulumi" / "stacks" / "shop"
        stacks.mkdir(parents=True)
        (stacks / f"{folder}.json").write_text('{"checkpoint": {"latest": {"resources": [{}]}}}')

    assert aws.stacks_with_resources() == ["shop/state", "shop/state-official"]
