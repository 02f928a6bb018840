"""Removes what set-up and the local AWS made in this clone, whatever state they are in: standard library only."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MADE = (
    ".venv",
    ".cache",
    ".local",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    "build",
    "dist",
    "site",
)
STOP_SECONDS = 10.0


def main() -> None:
    """Stop the local AWS of this clone and remove every folder that was made."""
    for name in ("provider", "server"):
        _stop(ROOT / ".local" / f"{name}.json")
    for name in MADE:
        path = ROOT / name
        if path.is_symlink():
            path.unlink()
        else:
            shutil.rmtree(path, ignore_errors=True)


def _stop(record: Path) -> None:
    try:
        pid = int(json.loads(record.read_text())["pid"])
    except (OSError, ValueError, TypeError, KeyError):
        return
    for end in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + STOP_SECONDS
        # Its command names a file beside the record: a stranger that got its number is left alone.
        while str(record.parent) in _command(pid):
            if time.monotonic() > deadline:
                break
            try:
                os.kill(pid, end)
            except OSError:
                return
            time.sleep(0.1)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    except OSError:
        pass
    try:
        asked = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return asked.stdout


if __name__ == "__main__":
    main()
