import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import boto3
import psutil
import pytest
import yaml

from bench import kills
from localaws import life
from localaws.launch import LocalAws, LocalAwsError, account, daemons, stacks

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = "import pulumi_aws as aws\naws.ec2.Vpc('vpc', cidr_block='10.0.0.0/16')\n"


@pytest.fixture
def said():
    return []


@pytest.fixture
def local(tmp_path, said):
    local = LocalAws(tmp_path / "aws", said.append)
    yield local
    local.stop()


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "__main__.py").write_text(PROGRAM)
    options = {"toolchain": "pip", "virtualenv": str(ROOT / ".venv")}
    (folder / "Pulumi.yaml").write_text(
        yaml.safe_dump({"name": "launched", "runtime": {"name": "python", "options": options}})
    )
    (folder / "Pulumi.dev.yaml").write_text("config:\n  launched:kept: as it is\n")
    return folder


def run(local, *command, cwd=ROOT, **extra):
    environment = {**os.environ, "LOCAL_AWS_DIR": str(local.folder), **extra}
    return subprocess.run(
        [ROOT / "local", *command], cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def crash(local, name):
    process = psutil.Process(local.running()[name].pid)
    process.kill()
    process.wait(10)


def vpcs(environment):
    client = boto3.client(
        "ec2",
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name=environment["AWS_REGION"],
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    return [vpc for vpc in client.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]


def test_two_calls_share_one_local_aws(local):
    assert local.ensure()["AWS_ENDPOINT_URL"] == local.ensure()["AWS_ENDPOINT_URL"]


def test_a_stale_record_of_a_stranger_that_got_the_same_pid_is_not_believed_and_the_stranger_lives(local, said):
    local.folder.mkdir()
    stranger = subprocess.Popen(["sleep", "60"])
    record = {"pid": stranger.pid, "started": 1.0, "port": 1}
    for name in ("server", "provider"):
        (local.folder / f"{name}.json").write_text(json.dumps(record))

    environment = local.ensure()

    assert vpcs(environment) == []
    assert stranger.poll() is None
    assert said[0] == "starting the local AWS"
    stranger.kill()


def test_a_step_of_the_machines_clock_takes_no_process_for_another(local, said, monkeypatch):
    endpoint = local.ensure()["AWS_ENDPOINT_URL"]
    pids = {name: daemon.pid for name, daemon in local.running().items()}
    said.clear()
    born, now = psutil.Process.create_time, time.time
    for step in (-2.0, 2.0, -3600.0, 86400.0):
        # What a step moves: the clock, and when the system says that a process began.
        monkeypatch.setattr(psutil.Process, "create_time", lambda self, step=step: born(self) + step)
        monkeypatch.setattr(time, "time", lambda step=step: now() + step)
        later = LocalAws(local.folder, said.append)
        assert {name: daemon.pid for name, daemon in later.running().items()} == pids
        assert later.ensure()["AWS_ENDPOINT_URL"] == endpoint
    assert said == []
    assert not (local.folder / "lost").exists(), "no state is set aside while its server lives"


def test_a_launcher_that_is_killed_while_it_starts_the_server_leaves_one_that_is_found(local):
    local.folder.mkdir()
    environment = {**os.environ, "LOCAL_AWS_DIR": str(local.folder)}
    launcher = subprocess.Popen([ROOT / "local", "true"], env=environment, stderr=subprocess.DEVNULL)
    while not life.lives(local.folder / "server.json"):
        time.sleep(0.01)
    launcher.kill()
    launcher.wait()
    left = daemons.find(local.folder, "server")

    local.ensure()

    assert local.running()["server"] == left


@pytest.mark.usefixtures("at_a_terminal")
def test_ctrl_c_while_the_local_aws_starts_is_no_traceback(local):
    local.folder.mkdir()
    environment = {**os.environ, "LOCAL_AWS_DIR": str(local.folder)}
    launcher = subprocess.Popen([ROOT / "local", "true"], env=environment, stderr=subprocess.PIPE, text=True)
    while not life.lives(local.folder / "server.json"):
        time.sleep(0.01)

    launcher.send_signal(signal.SIGINT)

    assert launcher.communicate(timeout=60)[1].endswith("stopped\n")
    assert launcher.returncode == 128 + signal.SIGINT


def test_a_server_that_is_stopped_is_told_and_keeps_what_it_holds(local, project, monkeypatch):
    assert run(local, "pulumi", "up", "--yes", "--skip-preview", cwd=project).returncode == 0
    monkeypatch.setattr(account, "ANSWER_SECONDS", 0.1)
    server = local.running()["server"]
    os.kill(server.pid, signal.SIGSTOP)
    while psutil.Process(server.pid).status() != psutil.STATUS_STOPPED:
        time.sleep(0.01)

    with pytest.raises(LocalAwsError, match=f"process {server.pid}, lives and doesn't answer on port {server.port}"):
        local.ensure()

    assert local.stacks_with_resources() == ["launched/dev"]
    os.kill(server.pid, signal.SIGCONT)
    assert len(vpcs(local.ensure())) == 1


def test_who_ends_the_launcher_ends_the_command(local):
    environment = {**os.environ, "LOCAL_AWS_DIR": str(local.folder)}
    local.ensure()
    launcher = subprocess.Popen([ROOT / "local", "sleep", "300"], env=environment)
    while not (children := psutil.Process(launcher.pid).children(recursive=True)) or children[0].name() != "sleep":
        time.sleep(0.02)

    launcher.terminate()

    assert launcher.wait(10) == 128 + signal.SIGTERM
    assert not children[0].is_running()


def test_the_folder_is_its_owners_alone(local):
    local.folder.mkdir(mode=0o755)

    local.ensure()

    assert local.folder.stat().st_mode & 0o777 == 0o700


def test_a_record_that_is_garbage_is_not_believed(local):
    local.folder.mkdir()
    (local.folder / "server.json").write_text("{half")

    assert vpcs(local.ensure()) == []


def test_a_crashed_provider_is_replaced_and_nothing_is_lost(local, project):
    assert run(local, "pulumi", "up", "--yes", "--skip-preview", cwd=project).returncode == 0
    crash(local, "provider")

    again = run(local, "pulumi", "preview", "--expect-no-changes", cwd=project)

    assert again.returncode == 0, again.stdout + again.stderr


def test_a_crashed_server_loses_nothing_and_without_its_journal_the_state_is_set_aside(local, project, said):
    assert run(local, "pulumi", "up", "--yes", "--skip-preview", cwd=project).returncode == 0
    before = vpcs(local.ensure())
    crash(local, "server")

    assert vpcs(local.ensure()) == before
    assert local.stacks_with_resources() == ["launched/dev"]

    local.stop()
    local.journal.unlink()
    said.clear()
    environment = local.ensure()

    assert vpcs(environment) == []
    assert local.stacks_with_resources() == []
    (aside,) = (local.folder / "lost").iterdir()
    assert (aside / ".pulumi" / "stacks" / "launched" / "dev.json").exists()
    assert said[0].endswith(f"the state of launched/dev was set aside in {aside}")


def test_a_server_that_does_not_come_up_is_told_with_the_end_of_its_log(local, monkeypatch):
    monkeypatch.setattr(daemons, "environment", lambda: {"PATH": os.environ["PATH"], "PYTHONPATH": "/nowhere"})
    monkeypatch.setattr(daemons, "ROOT", local.folder)  # from there, `python -m localaws.server` finds no such module

    with pytest.raises(
        LocalAwsError, match=r"(?s)localaws.server ended with exit code 1; .*No module named.*local reset"
    ):
        local.ensure()


def test_a_run_changes_no_tracked_file_and_creates_the_stack_by_itself(local, project):
    before = (project / "Pulumi.dev.yaml").read_text()

    result = run(local, "pulumi", "up", "--yes", "--skip-preview", "-c", "launched:other=1", cwd=project)

    assert result.returncode == 0, result.stdout + result.stderr
    assert (project / "Pulumi.dev.yaml").read_text() == before
    assert sorted(path.name for path in project.iterdir() if path.name != "__pycache__") == [
        "Pulumi.dev.yaml",
        "Pulumi.yaml",
        "__main__.py",
    ]


def test_the_stack_that_was_selected_under_local_is_the_one_that_runs(local, project):
    (project / "Pulumi.other.yaml").write_text("config: {}\n")
    run(local, "pulumi", "up", "--yes", "--skip-preview", "--stack", "other", cwd=project)

    run(local, "pulumi", "stack", "select", "other", cwd=project)

    assert run(local, "pulumi", "preview", "--expect-no-changes", cwd=project).returncode == 0


def test_a_tool_asks_the_only_deployed_stack_and_of_two_the_one_that_was_selected(local, project):
    (project / "Pulumi.other.yaml").write_text("config: {}\n")
    told = ["sh", "-c", "echo ${PULUMI_STACK-none}"]
    assert run(local, *told, cwd=project).stdout == "none\n"

    run(local, "pulumi", "up", "--yes", "--skip-preview", "--stack", "other", cwd=project)
    assert run(local, *told, cwd=project).stdout == "other\n"

    run(local, "pulumi", "up", "--yes", "--skip-preview", cwd=project)
    assert run(local, *told, cwd=project).stdout == "none\n"

    run(local, "pulumi", "stack", "select", "dev", cwd=project)
    assert run(local, *told, cwd=project).stdout == "dev\n"


@pytest.mark.parametrize("option", ["--secret", "--secret=true", "--secret=T", "--secret=1"])
def test_a_secret_is_not_encrypted_with_the_local_passphrase(local, project, option):
    result = run(local, "pulumi", "config", "set", "token", "hush", option, cwd=project)

    assert result.returncode == 1
    assert "Set secrets with `pulumi` itself, without ./local." in result.stderr
    assert "hush" not in (project / "Pulumi.dev.yaml").read_text()


def test_nothing_of_the_persons_own_aws_or_pulumi_settings_reaches_the_command(local):
    mine = {
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "real",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "AWS_ENDPOINT_URL_S3": "https://s3.example.com",
        "PULUMI_ACCESS_TOKEN": "real",
        "HTTPS_PROXY": "http://proxy.example.com",
    }

    result = run(local, "env", **mine)

    seen = dict(line.split("=", 1) for line in result.stdout.splitlines() if "=" in line)
    assert set(mine) & set(seen) == set()
    assert seen["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert seen["PULUMI_BACKEND_URL"] == f"file://{local.folder}/state?metadata=skip"


def test_how_the_engine_goes_about_a_stack_stays_the_persons_own_matter(local):
    shown = run(local, "env", PULUMI_SKIP_CHECKPOINTS="true", PULUMI_PARALLEL="4").stdout.splitlines()

    assert {"PULUMI_SKIP_CHECKPOINTS=true", "PULUMI_PARALLEL=4"} <= set(shown)


def test_status_stop_and_reset_say_what_they_did(local):
    assert run(local, "status").stdout.splitlines() == [
        "server    not running",
        "provider  not running",
        "stacks    none with resources",
        f"folder    {local.folder}",
    ]
    assert run(local, "stop").stderr == "local AWS: was not running\n"
    local.ensure()
    assert run(local, "status").returncode == 0
    assert run(local, "stop").stderr == "local AWS: stopped\n"
    assert run(local, "reset").stderr == "local AWS: stopped and empty; the next command starts it\n"


def test_it_goes_on_for_a_stack_that_is_still_there_if_asked_to(local, project):
    run(local, "pulumi", "up", "--yes", "--skip-preview", cwd=project)
    kept = run(local, "stop", "--if-empty")
    assert (kept.returncode, kept.stderr) == (0, "local AWS: goes on: launched/dev has resources there\n")
    assert all(local.running().values())

    run(local, "pulumi", "destroy", "--yes", "--skip-preview", cwd=project)
    assert run(local, "stop", "--if-empty").stderr == "local AWS: stopped\n"


def test_an_unknown_command_is_named(local):
    result = run(local, "no-such-command")

    assert (result.returncode, result.stderr.splitlines()[-1]) == (
        127,
        "local AWS: there is no command 'no-such-command'",
    )


def test_the_exit_code_is_the_commands_own(local):
    assert run(local, "sh", "-c", "exit 7").returncode == 7


@pytest.mark.engine
def test_a_kill_at_any_moment_leaves_nothing_that_the_next_command_trips_over(tmp_path, monkeypatch):
    monkeypatch.delenv("PULUMI_SKIP_CHECKPOINTS")
    seed = int(os.environ.get("KILLS_SEED") or random.randrange(10**6))  # noqa: S311

    done = kills.kill(1, seed, tmp_path)

    assert [kill.command for kill in done][:3] == ["up", "update", "destroy"], f"KILLS_SEED={seed}"
    assert any(kill.killed for kill in done), f"KILLS_SEED={seed}"


@pytest.mark.engine
def test_an_interrupted_destroy_does_not_end_as_if_it_had_destroyed(local, project):
    run(local, "pulumi", "up", "--yes", "--skip-preview", cwd=project)
    process = subprocess.Popen(
        [ROOT / "local", "pulumi", "destroy", "--yes", "--skip-preview"],
        cwd=project,
        env={**os.environ, "LOCAL_AWS_DIR": str(local.folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    while not list(local.state.glob(".pulumi/locks/**/*.json")):
        assert process.poll() is None
        time.sleep(0.01)

    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[0]

    left = local.stacks_with_resources()
    assert (process.returncode == 0) == (left == []), said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["up", "--stack", "hub"], ["up", "hub"]),
        (["-C", "elsewhere", "preview"], ["preview"]),
        (["--color", "never", "stack", "output"], ["stack", "output"]),
        ([], []),
    ],
)
def test_the_command_is_told_from_options_before_it(arguments, words):
    assert stacks._words(arguments) == words
