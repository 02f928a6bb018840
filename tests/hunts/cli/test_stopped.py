"""Whoever is stopped leaves nothing behind, and says no more than that."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from hunts.backends import duck
from hunts.backends.interrupt import interruptible
from hunts.cli import main

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.usefixtures("at_a_terminal")

WINDOW = ("--from", "2026-01-15T10:00", "--to", "2026-01-15T12:05")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_was_read_does_not_stay_on_the_disk(tmp_path, number):
    command = [sys.executable, "-m", "hunts", "run", "rogue", "--logs", "examples/logs/intruder", *WINDOW]
    hunt = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"TMPDIR": str(tmp_path)}, stderr=subprocess.PIPE, text=True
    )
    # Without a pause, so that the signal comes as near to the folder's making as it can.
    while not list(tmp_path.iterdir()):
        assert hunt.poll() is None

    hunt.send_signal(number)

    assert hunt.communicate(timeout=60)[1].endswith("stopped\n")
    assert hunt.returncode == 130
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("step", ["mkdir", "rmdir"])
def test_nor_where_the_signal_comes_while_the_folder_is_made_or_removed(tmp_path, monkeypatch, step):
    """A second Ctrl-C comes while the first one's clearing away is under way."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    code = f"""
import os, signal
from hunts.scratch import scratch
done = os.{step}
def interrupted(*arguments, **options):
    os.{step} = done
    if {step!r} == "mkdir":
        done(*arguments, **options)
    signal.raise_signal(signal.SIGINT)
os.{step} = interrupted
with scratch("hunts-") as folder:
    (folder / "kept").write_text("")
"""
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

    assert "KeyboardInterrupt" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_query_is_told_of_ctrl_c():
    told = threading.Event()

    with pytest.raises(KeyboardInterrupt), interruptible(SimpleNamespace(interrupt=told.set)):
        signal.raise_signal(signal.SIGINT)

    assert told.wait(5)


@pytest.mark.parametrize("hunt", ["top-sni", "top-talkers"])
def test_every_hunt_in_duckdb_is(monkeypatch, hunt):
    stoppable = []
    monkeypatch.setattr(duck, "interruptible", lambda database: stoppable.append(database) or interruptible(database))

    CliRunner().invoke(main, ["run", hunt, "--logs", str(ROOT / "examples/logs/intruder"), *WINDOW])

    assert len(stoppable) == 1


def test_afterwards_signals_are_what_they_were():
    """Also where one query runs within another's time."""
    outer, inner = threading.Event(), threading.Event()
    with interruptible(SimpleNamespace(interrupt=outer.set)):
        with interruptible(SimpleNamespace(interrupt=inner.set)):
            pass
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert outer.wait(5)
    assert not inner.is_set()
    assert signal.set_wakeup_fd(-1) == -1


def test_in_a_thread_of_another_program_nothing_is_done():
    seen = []

    def ask():
        with interruptible(SimpleNamespace(interrupt=None)):
            seen.append("asked")

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert seen == ["asked"]
