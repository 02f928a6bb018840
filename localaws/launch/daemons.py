"""The two processes of a local AWS: how they are started, recognised and ended."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from localaws import life

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.02


class DaemonError(Exception):
    """A process did not come up; the message carries the end of its log."""


@dataclass(frozen=True)
class Daemon:
    """A process that lives by its record, and the port at which it answers."""

    record: Path
    pid: int
    port: int

    def answers(self) -> bool:
        """Tell whether it runs and its port takes a connection; of one that was stopped the system still takes them."""
        try:
            if psutil.Process(self.pid).status() == psutil.STATUS_STOPPED:
                return False
            socket.create_connection(("127.0.0.1", self.port), timeout=2.0).close()
        except (OSError, psutil.NoSuchProcess):
            return False
        return True

    def stop(self) -> None:
        """End the process, politely first; returns when it is gone."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)
                # One that was stopped hears nothing before it goes on.
                os.kill(self.pid, signal.SIGCONT)
            deadline = time.monotonic() + STOP_SECONDS
            while life.lives(self.record):
                if time.monotonic() > deadline:
                    break
                time.sleep(POLL_SECONDS)
            else:
                return


def find(folder: Path, name: str) -> Daemon | None:
    """Return the process of that name that lives in the folder, or None; one that is only starting is waited for.

    Raises DaemonError for one that lives and doesn't say where.
    """
    record = _record(folder, name)
    deadline = time.monotonic() + START_SECONDS
    while life.lives(record):
        if there := life.written(record):
            return Daemon(record, *there)
        if time.monotonic() > deadline:
            raise DaemonError(f"a {name} lives by {record} and has not written there: end it, or remove the folder")
        time.sleep(POLL_SECONDS)
    return None


def start(module: str, arguments: Sequence[str], folder: Path, say: Callable[[str], None]) -> Daemon:
    """Start `python -m module` and wait until it has written down that it listens. Raises DaemonError.

    It does so by itself (`localaws.life`): who is killed while it waits here leaves nothing that isn't found.
    """
    name = module.rpartition(".")[2]
    log, record = folder / f"{name}.log", _record(folder, name)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, "--port", "0", "--record", str(record), *arguments],
            cwd=ROOT,
            # What is played back must meet sets in the same order.
            env={**environment(), "PYTHONHASHSEED": "0"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C in the person's terminal is for their command, not for the local AWS
        )
    deadline, told = time.monotonic() + START_SECONDS, time.monotonic() + 3.0
    while not ((there := life.written(record)) and there[0] == process.pid):
        if process.poll() is not None:
            raise DaemonError(
                f"{module} ended with exit code {process.returncode}; its log, {log}, ends with:\n{_tail(log)}"
            )
        if time.monotonic() > deadline:
            process.kill()
            raise DaemonError(
                f"{module} did not start within {START_SECONDS:.0f} s; its log, {log}, ends with:\n{_tail(log)}"
            )
        if time.monotonic() > told:
            say(f"waiting for the local AWS ({name})")
            told += 5.0
        time.sleep(POLL_SECONDS)
    return Daemon(record, *there)


def _record(folder: Path, name: str) -> Path:
    return folder / f"{name}.json"


def environment() -> dict[str, str]:
    """Return this process's environment less all that could lead a client to AWS or to the person's own settings."""
    return {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("AWS_", "PULUMI_")) and not key.lower().endswith("_proxy")
    }


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
