import os
import signal
import subprocess
import time

import psutil
import pytest

pytestmark = pytest.mark.engine

GREETING = """
import pulumi
print("hello from the program", flush=True)
pulumi.export("answer", pulumi.Config().require_int("number") + 1)
"""


def test_a_program_runs_with_its_config_and_its_outputs_come_back(pulumi_stack):
    stack = pulumi_stack(GREETING, {"number": 41})

    result = stack.up().ok()

    assert stack.outputs() == {"answer": 42}
    assert "hello from the program" in result.output


def test_an_error_names_the_authors_own_lines_and_no_others(pulumi_stack):
    stack = pulumi_stack("def broken():\n    raise ValueError('mine')\n\nbroken()\n")

    result = stack.preview()

    main = stack.folder / "__main__.py"
    assert result.code != 0
    expected = f"""Program failed with an unhandled exception:
Traceback (most recent call last):
  File "{main}", line 4, in <module>
    broken()
  File "{main}", line 2, in broken
    raise ValueError('mine')
ValueError: mine"""
    assert result.diagnostics("error") == [expected]


def test_a_run_error_is_shown_without_a_traceback(pulumi_stack):
    stack = pulumi_stack("import pulumi\nraise pulumi.RunError('owner is missing: set it')\n")

    result = stack.preview()

    assert result.code != 0
    assert "owner is missing: set it" in result.diagnostics("error")
    assert "Traceback" not in result.output


def test_a_virtual_environment_that_is_not_there_is_named(pulumi_stack):
    stack = pulumi_stack(GREETING, {"number": 1})
    project = stack.folder / "Pulumi.yaml"
    lines = [
        f"    virtualenv: {stack.folder}/nowhere" if "virtualenv" in x else x for x in project.read_text().split("\n")
    ]
    project.write_text("\n".join(lines))

    result = stack.preview()

    assert result.code != 0
    assert f"{stack.folder}/nowhere, where there is no virtual environment" in result.output


def test_an_attached_provider_is_enough_though_the_host_reports_its_plugin_as_required(pulumi_stack):
    # The host reports pulumi_aws, installed beside every program here; nothing could be downloaded.
    stack = pulumi_stack("import pulumi_aws as aws\naws.ec2.Vpc('vpc', cidr_block='10.0.0.0/16')\n")

    result = stack.preview().ok()

    assert result.changes == {"create": 2}


def test_debug_messages_are_sent_to_an_engine_that_shows_them(pulumi_stack):
    stack = pulumi_stack("import pulumi\npulumi.log.debug('deep')\npulumi.log.info('high')\n")

    assert stack.preview().ok().diagnostics("debug") == []
    for flags in (["--debug"], ["-d"], ["--diff", "-dv=1"]):
        shown = stack.preview(*flags).ok()
        assert "deep" in shown.diagnostics("debug")
        assert "deep" in shown.output


ENDLESS = """
import subprocess, sys, time
print("endless", flush=True)
time.sleep(300)
"""


def _start(stack):
    process = subprocess.Popen(
        stack.command(["preview"]),
        cwd=stack.folder,
        env=stack.account.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    for line in process.stdout:
        if "endless" in line:
            break
    return process, [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]


def _left_after(seconds, processes):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        left = [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
        if not left:
            return []
        time.sleep(0.1)
    return left


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_an_engine_that_ends_leaves_no_process_behind(pulumi_stack, how):
    process, family = _start(pulumi_stack(ENDLESS))
    assert len(family) >= 3  # engine, host, program

    os.kill(process.pid, how)

    left = _left_after(15, family)
    process.stdout.close()
    process.wait()
    assert left == []
