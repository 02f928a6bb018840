"""The two processes of a local AWS: how they are started, recognised and ended."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.02


class DaemonError(Exception):
    """A process did not come up; the message carries the end of its log."""


@dataclass(frozen=True)
class Daemon:
    """A running process. `started` is its creation time, which tells it from a stranger that got the same pid."""

    pid: int
    started: float
    port: int

    def alive(self) -> bool:
        """Tell whether this very process runs and its port answers."""
        return self._process() is not None and _answers(self.port)

    def stop(self) -> None:
        """End the process, politely first; returns when it is gone."""
        process = self._process()
        if process is None:
            return
        for end in (process.terminate, process.kill):
            with contextlib.suppress(psutil.NoSuchProcess):
                end()
            deadline = time.monotonic() + STOP_SECONDS
            # Not psutil's wait: a process that ended is still there, as a zombie, while the one that started it lives.
            while self._process() is not None:
                if time.monotonic() > deadline:
                    break
                time.sleep(POLL_SECONDS)
            else:
                return

    def _process(self) -> psutil.Process | None:
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < 1.0
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


def read(record: Path) -> Daemon | None:
    """Return the daemon that `record` names, or None if there is none, or the file is not one of ours."""
    try:
        return Daemon(**json.loads(record.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def start(module: str, arguments: Sequence[str], folder: Path, say: Callable[[str], None]) -> Daemon:
    """Start `python -m module`, wait until it listens, and record it in `folder/NAME.json`.

    The process writes the port it got to the file that `--port-file` names. Raises DaemonError.
    """
    name = module.rpartition(".")[2]
    log, port_file, record = folder / f"{name}.log", folder / f"{name}.port", folder / f"{name}.json"
    port_file.unlink(missing_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, "--port", "0", "--port-file", str(port_file), *arguments],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C in the person's terminal is for their command, not for the local AWS
        )
    deadline, told = time.monotonic() + START_SECONDS, time.monotonic() + 3.0
    while not (port := _port(port_file)):
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
    daemon = Daemon(process.pid, psutil.Process(process.pid).create_time(), port)
    record.write_text(json.dumps(asdict(daemon)))
    return daemon


def environment() -> dict[str, str]:
    """Return this process's environment less all that could lead a client to AWS or to the person's own settings."""
    return {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("AWS_", "PULUMI_")) and key.lower() not in ("http_proxy", "https_proxy", "all_proxy")
    }


def _port(file: Path) -> int | None:
    try:
        text = file.read_text()
    except FileNotFoundError:
        return None
    return int(text) if text.strip().isdigit() else None


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2.0).close()
    except OSError:
        return False
    return True


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
