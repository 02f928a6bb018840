"""How a process of the local AWS says that it lives: by a lock that it holds to its end, and a record of pid and port.

The lock goes with the process, however that ends; it needs no clock, and no other process can get it by chance, as it
can get a pid. The process itself writes the record, so that no launcher has to live long enough to do it.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from pathlib import Path
from typing import IO

PATIENCE_SECONDS = 2.0
"""How long a process waits for the lock: who only looks whether it is held, holds it for a moment."""

_held: list[IO[str]] = []


class TakenError(Exception):
    """Another process lives by this record."""


def begin(record: Path) -> None:
    """Hold the record's lock from now until this process ends. Raises TakenError."""
    lock = _lock(record).open("a")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                lock.close()
                raise TakenError(f"another process lives by {record}") from None
            time.sleep(0.02)
        else:
            _held.append(lock)
            record.unlink(missing_ok=True)
            return


def announce(record: Path, port: int) -> None:
    """Write down that this process answers on the port; nobody sees half of it."""
    partial = record.with_name(f"{record.name}.{os.getpid()}")
    partial.write_text(json.dumps({"pid": os.getpid(), "port": port}))
    partial.replace(record)


def lives(record: Path) -> bool:
    """Tell whether a process lives by the record, whether it has written it already or not."""
    try:
        with _lock(record).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def written(record: Path) -> tuple[int, int] | None:
    """Return pid and port that the record has; None where there is none yet, or it isn't one."""
    try:
        found = json.loads(record.read_text())
        return int(found["pid"]), int(found["port"])
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def _lock(record: Path) -> Path:
    return record.with_suffix(".alive")
