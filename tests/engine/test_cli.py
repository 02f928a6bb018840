import os
import shutil
from pathlib import Path

import pytest

from engine import cli

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A clone with no CLI anywhere: an empty PATH, an empty cache, no network."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(cli, "OFFICIAL_SITE", ("127.0.0.1", 1))
    (tmp_path / "path").mkdir()
    host = tmp_path / "clone" / "engine" / "host"
    host.mkdir(parents=True)
    shutil.copy(ROOT / "engine" / "host" / "pulumi-language-python", host)
    (tmp_path / "clone" / ".cache").mkdir()
    return tmp_path / "clone"


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def silent(_message):
    pass


def test_a_recent_enough_cli_on_path_is_taken_as_it_is(clone, tmp_path):
    program(tmp_path / "path" / "pulumi", "echo v3.300.1")

    assert cli.provide(silent, clone) == cli.Cli(tmp_path / "path", "path", "v3.300.1")


@pytest.mark.parametrize("script", ["echo v3.100.0", "exit 1", "echo what"])
def test_a_cli_on_path_that_is_old_or_broken_is_passed_over(clone, tmp_path, script):
    program(tmp_path / "path" / "pulumi", script)
    program(clone / ".cache" / "pulumi" / "pulumi", "echo v3.230.0")

    assert cli.find(clone) == cli.Cli(clone / ".cache" / "pulumi", "built", "v3.230.0")


def test_what_a_cli_said_of_its_version_is_asked_once(clone, tmp_path):
    asked = tmp_path / "asked"
    program(tmp_path / "path" / "pulumi", f"echo x >> {asked}\necho v3.300.1")

    assert [cli.find(clone).version for _ in range(3)] == ["v3.300.1"] * 3
    assert asked.read_text() == "x\n"


def test_a_replaced_cli_is_asked_again(clone, tmp_path):
    on_path = program(tmp_path / "path" / "pulumi", "echo v3.300.1")
    cli.find(clone)
    program(on_path, "echo v3.301.0 # newer")

    assert cli.find(clone).version == "v3.301.0"


def test_without_any_way_one_message_names_all_three(clone):
    with pytest.raises(cli.NoCliError) as refused:
        cli.provide(silent, clone)

    lines = str(refused.value).splitlines()
    assert lines[0] == "No Pulumi CLI of version 3.230.0 or newer, and three ways to get one failed:"
    assert lines[1] == "  1. the `pulumi` on PATH: there is none"
    assert lines[2].startswith("  2. the official installer: its site can't be reached: ")
    assert lines[3] == "  3. Go: there is no `go` on PATH"
    assert lines[4].startswith(
        "Install Pulumi (https://www.pulumi.com/docs/install/) or Go (https://go.dev/doc/install)"
    )


def test_go_builds_the_pinned_module_once_for_all_clones_and_the_host_stands_beside_it(clone, tmp_path):
    built = tmp_path / "built"
    # A Go that "builds" a shell script to wherever -o says.
    program(
        tmp_path / "path" / "go",
        f'[ "$1" = build ] || exit 0\necho "$@" >> {built}\nwhile [ "$1" != -o ]; do shift; done\n'
        'printf "#!/bin/sh\\necho v3.230.0\\n" > "$2"; /bin/chmod +x "$2"',
    )

    first = cli.provide(silent, clone)
    (first.folder / "pulumi").unlink()
    second = cli.provide(silent, clone)

    assert first == second == cli.Cli(clone / ".cache" / "pulumi", "built", "v3.230.0")
    assert len(built.read_text().splitlines()) == 1
    assert f"version.Version=v{cli.pinned_version()}" in built.read_text()
    assert os.access(first.folder / "pulumi-language-python", os.X_OK)


def test_a_build_that_fails_says_the_last_word_of_go(clone, tmp_path):
    program(tmp_path / "path" / "go", "echo 'go: go.mod requires go >= 9.99' >&2; exit 1")

    with pytest.raises(cli.NoCliError, match=r"3\. Go: `go build` failed: go: go.mod requires go >= 9.99"):
        cli.provide(silent, clone)
