"""Starts the programs that set-up needs, reads what they say, and ends them all when set-up has to end."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_running: set[subprocess.Popen[str]] = set()
_ending = threading.Event()
_kept_open: list[int] = []


class FailedError(Exception):
    """A program ended with another exit code than 0, or was not to be started any more; the text is its last words."""


def run(
    command: Sequence[str],
    heard: Callable[[str], None] = lambda _line: None,
    *,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run a program to its end, hand each line to `heard`, and return them all. Raises FailedError and OSError."""
    if _ending.is_set():
        raise FailedError("set-up is ending")
    lines = []
    with subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        pass_fds=_kept_open,
    ) as program:
        _running.add(program)
        try:
            for line in program.stdout or ():
                lines.append(line.rstrip("\n"))
                heard(lines[-1])
        finally:
            program.wait()
            _running.discard(program)
    if program.returncode != 0:
        raise FailedError("\n".join(lines[-15:]) or f"it said nothing and ended with {program.returncode}")
    return "\n".join(lines)


def keep_open(descriptor: int) -> None:
    """Hand an open file on to every program from now on: its lock lasts as long as the last of them."""
    _kept_open.append(descriptor)


def end_all() -> None:
    """End what still runs; nothing more is started in this process."""
    _ending.set()
    for program in list(_running):
        program.terminate()
