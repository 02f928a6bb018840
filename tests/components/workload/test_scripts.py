"""The scripts that run on an instance, run here with stand-ins for curl and aws that note how they are called."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from components.workload.cloud_config import SCRIPTS

CURL = '#!/bin/bash\nprintf "%s\\n" "$*" >> "$CALLS"\n[[ $* == *denied* ]] && { printf 000; exit 28; }\nprintf 200\n'
AWS = """#!/bin/bash
printf "%s\\n" "$*" >> "$CALLS"
store=$(dirname "$CALLS")/store
case "$2 $4" in
  "cp s3://"*) cp "$store" "$5" ;;
  "cp "*) cp "$4" "$store" ;;
esac
exit "${AWS_FAILS:-0}"
"""


@pytest.fixture
def run(tmp_path):
    for name, text in (("curl", CURL), ("aws", AWS), ("sleep", '#!/bin/bash\necho "sleep $1" >> "$CALLS"\n')):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    (tmp_path / "sites").write_text("# a comment\nhttps://example.org/?a=b&c=$(reboot)\n\nhttps://denied.example/\n")

    def go(script, *arguments, **extra):
        calls = tmp_path / "calls"
        calls.write_text("")
        environment = {
            "PATH": f"{tmp_path}:/usr/bin:/bin",
            "CALLS": str(calls),
            "VISIT_SITES_LIST": str(tmp_path / "sites"),
            "COPY_S3_BUCKET": "experiment",
            "TMPDIR": str(tmp_path),
            **extra,
        }
        answer = subprocess.run(
            ["bash", str(SCRIPTS / f"{script}.sh"), *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        return answer, calls.read_text().splitlines()

    return go


def test_every_site_is_visited_in_every_round_with_a_pause_between(run):
    answer, calls = run("visit-sites", "3", "2")
    assert answer.returncode == 0
    visits = [call.rpartition(" -- ")[2] for call in calls if not call.startswith("sleep")]
    assert visits == ["https://example.org/?a=b&c=$(reboot)", "https://denied.example/"] * 3
    assert [call for call in calls if call.startswith("sleep")] == ["sleep 2"] * 2


def test_what_came_of_a_visit_is_told_and_a_denied_site_ends_nothing(run):
    answer, _ = run("visit-sites", "1")
    first, second = answer.stdout.splitlines()
    assert first.endswith("round 1/1 200 https://example.org/?a=b&c=$(reboot)")
    assert second.endswith("round 1/1 000 https://denied.example/")


def test_fifty_rounds_a_second_apart_are_the_default(run):
    _, calls = run("visit-sites")
    assert sum(call == "sleep 1" for call in calls) == 49


def test_files_go_to_the_bucket_and_back_and_are_compared(run):
    answer, calls = run("copy-s3", "2", "1")
    assert answer.returncode == 0, answer.stderr
    assert [line.split(" ", 1)[1].split(" MiB")[0] for line in answer.stdout.splitlines()] == [
        "round 1/2 ok 1",
        "round 2/2 ok 1",
    ]
    assert sum("s3://experiment/" in call for call in calls) == 5
    assert calls[-1].startswith("s3 rm --only-show-errors s3://experiment/")


def test_a_copy_that_fails_is_told_and_makes_the_script_fail(run):
    answer, _ = run("copy-s3", "1", AWS_FAILS="1")
    assert "round 1/1 FAILED" in answer.stdout
    assert answer.returncode == 1


def test_nothing_is_left_in_the_temporary_folder(run, tmp_path):
    before = set(tmp_path.iterdir())
    run("copy-s3", "1")
    assert set(tmp_path.iterdir()) - before <= {tmp_path / "calls", tmp_path / "store"}


@pytest.mark.parametrize(
    ("script", "arguments"),
    [
        ("visit-sites", ["many"]),
        ("visit-sites", ["0"]),
        ("visit-sites", ["1", "$(reboot)"]),
        ("copy-s3", ["1", "big"]),
        ("copy-s3", ["-1"]),
    ],
)
def test_wrong_arguments_are_told_and_nothing_runs(run, script, arguments):
    answer, calls = run(script, *arguments)
    assert (answer.returncode, calls) == (2, [])
    assert answer.stderr.startswith(f"usage: {script} ")


def test_an_empty_list_of_sites_is_told(run, tmp_path):
    (tmp_path / "none").write_text("# nothing\n")
    answer, _ = run("visit-sites", VISIT_SITES_LIST=str(tmp_path / "none"))
    assert (answer.returncode, "no site in" in answer.stderr) == (1, True)


def test_scripts_are_bash_that_parses():
    for path in Path(SCRIPTS).glob("*.sh"):
        assert subprocess.run(["bash", "-n", str(path)], check=False).returncode == 0, path.name
