import json
import os

import pytest

from engine.host.interpreter import OptionsError, resolve, typechecker
from engine.host.packages import Plugin, required


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def environment(folder):
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\n")
    python.chmod(0o755)
    return folder


def test_a_virtual_environment_is_taken_against_the_projects_folder_and_activated(project, monkeypatch):
    monkeypatch.setenv("PYTHONHOME", "/elsewhere")
    venv = environment(project / ".venv")

    found = resolve(project, project / "src", {"toolchain": "pip", "virtualenv": ".venv"})

    assert found.executable == str(venv / "bin" / "python")
    assert found.environment["VIRTUAL_ENV"] == str(venv)
    assert found.environment["PATH"].split(os.pathsep)[0] == str(venv / "bin")
    assert "PYTHONHOME" not in found.environment


def test_without_options_it_is_the_python_on_path(project, tmp_path, monkeypatch):
    python = environment(tmp_path / "on-path") / "bin" / "python"
    python.rename(python.with_name("python3"))
    monkeypatch.setenv("PATH", str(python.parent))

    assert resolve(project, project, {}).executable == str(python.with_name("python3"))


def test_the_persons_own_choice_of_python_comes_first(project, tmp_path, monkeypatch):
    python = environment(tmp_path / "on-path") / "bin" / "python"
    python.rename(python.with_name("python3.99"))
    monkeypatch.setenv("PATH", str(python.parent))
    monkeypatch.setenv("PULUMI_PYTHON_CMD", "python3.99")

    assert resolve(project, project, {}).executable == str(python.with_name("python3.99"))


@pytest.mark.parametrize("options", [{"toolchain": "uv"}, {}])
def test_uv_keeps_its_environment_beside_its_lock_file(project, options):
    (project / "uv.lock").touch()
    venv = environment(project / ".venv")

    assert resolve(project, project / "src", options).executable == str(venv / "bin" / "python")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"toolchain": "conda"}, "runtime option 'toolchain' is 'conda'; it must be one of pip, poetry, uv"),
        ({"virtualenv": 3}, "runtime option 'virtualenv' is 3; it must be a string"),
        ({"virtualenv": "gone"}, "where there is no virtual environment; run `pulumi install` in the project's folder"),
        ({"toolchain": "uv"}, "where there is no virtual environment; run `uv sync` in the project's folder"),
    ],
)
def test_an_option_that_cannot_be_honoured_says_what_to_do(project, options, message):
    with pytest.raises(OptionsError) as refused:
        resolve(project, project, options)

    assert message in str(refused.value)


def test_no_python_at_all_is_named(project, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(OptionsError, match="there is no python3 or python on PATH"):
        resolve(project, project, {})


@pytest.mark.parametrize(("options", "expected"), [({}, None), ({"typechecker": "mypy"}, "mypy")])
def test_the_type_checker_is_the_one_named(options, expected):
    assert typechecker(options) == expected


def test_plugins_are_told_from_the_manifests_of_installed_sdks(tmp_path):
    for package, manifest in {
        "pulumi_aws": {"resource": True, "name": "aws", "version": "7.51.1"},
        "pulumi_nameless": {"resource": True, "version": "v1.2.3", "server": "https://plugins.example.com"},
        "pulumi_policy": {"resource": False},
    }.items():
        (tmp_path / package).mkdir()
        (tmp_path / package / "pulumi-plugin.json").write_text(json.dumps(manifest))

    assert list(required([tmp_path])) == [
        Plugin("aws", "v7.51.1"),
        Plugin("nameless", "v1.2.3", "https://plugins.example.com"),
    ]
