"""Clears the locks that engines which were killed have left on the local stacks' states."""

from __future__ import annotations

import contextlib
import json
import socket
from datetime import datetime
from pathlib import Path

import psutil


def clear(state: Path) -> None:
    """Remove each lock below `state` whose engine is gone: nobody but this machine writes there, and a pid tells it."""
    for lock in state.glob(".pulumi/locks/**/*.json"):
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            held = json.loads(lock.read_text())
            taken = datetime.fromisoformat(held["timestamp"]).timestamp()
            if held["hostname"] == socket.gethostname() and not _runs(int(held["pid"]), taken):
                lock.unlink()


def _runs(pid: int, taken: float) -> bool:
    """Tell whether the process that took a lock at `taken` still runs, and not another one under its number."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        # A clock that was set in between must not make a living engine look like a stranger.
        return process.name().startswith("pulumi") or process.create_time() <= taken
    return False
