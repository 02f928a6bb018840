"""The network that is up, as those see it who are outside: what it said of itself, and how commands come into it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import click
import psutil

from emulation import world

ROOT = str(Path(__file__).resolve().parents[1])
KEEPER, FAILED, STATE = "keeper.pid", "failed", "net.json"
"""Files of a network's folder: who keeps it, why the last one ended, and what stands."""
UP_SECONDS = 120.0
_POLL = 0.05


class Network:
    """The network that is up, or not, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def state(self) -> dict[str, Any] | None:
        """Return what the keeper said when it came up, if that network still stands."""
        try:
            told: dict[str, Any] = json.loads((self.folder / STATE).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return told if psutil.pid_exists(told["world"]) and self.keeper() == told["keeper"] else None

    def keeper(self) -> int | None:
        """Return the process that keeps this network, also while nothing stands yet or it is built anew."""
        with contextlib.suppress(OSError, ValueError, psutil.Error):
            pid = int((self.folder / KEEPER).read_text("ascii"))
            if {"emulation.keeper", str(self.folder)} <= set(psutil.Process(pid).cmdline()):
                return pid
        return None

    def keep(self) -> IO[str] | None:
        """Make this process the folder's only keeper until it ends or the file is closed; None where there is one."""
        file = (self.folder / KEEPER).open("a", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        for left in (FAILED, STATE):
            (self.folder / left).unlink(missing_ok=True)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        return file

    def required(self) -> dict[str, Any]:
        """Return the state, once it stands where it is being built. Raises ClickException where nothing is up."""
        until = time.monotonic() + UP_SECONDS
        while (state := self.state()) is None and self.keeper() is not None and time.monotonic() < until:
            time.sleep(_POLL)
        if state is None:
            why = f" (the last one ended: {failed})" if (failed := self.failed()) else ""
            raise click.ClickException(f"no network is up{why}; `./local net up` builds what is deployed")
        return state

    def failed(self) -> str:
        """Return why the last network ended by itself; nothing where it didn't."""
        try:
            return (self.folder / FAILED).read_text("utf-8").strip()
        except OSError:
            return ""

    def instance(self, name: str) -> tuple[dict[str, Any], str]:
        """Return the state and an instance's id. Raises ClickException that lists those there are."""
        state = self.required()
        names: dict[str, str] = state["names"]
        exact = [one for one in state["hosts"] if name in (one, names.get(one))]
        found = exact or [one for one in state["hosts"] if names.get(one, "").endswith(f"-{name}")]
        if len(found) != 1:
            there = ", ".join(sorted(names.get(one, one) for one in state["hosts"])) or "none"
            raise click.ClickException(f"{len(found) or 'no'} instances are called {name}; there are: {there}")
        return state, str(found[0])

    @staticmethod
    def enter(state: dict[str, Any], command: Sequence[str]) -> list[str]:
        """Return the command line that runs a command in the world."""
        pid = state["world"]
        own_user = Path(f"/proc/{pid}/ns/user").readlink() != Path("/proc/self/ns/user").readlink()
        user = ["--user", "--preserve-credentials"] if own_user else []
        return ["nsenter", "--target", str(pid), *user, "--mount", "--pid", "--net", "--", *command]

    def inside(
        self, state: dict[str, Any], module: str, told: bytes, **more: Any
    ) -> subprocess.CompletedProcess[bytes]:
        """Run one of the emulation's modules in the world, with what it is told on its standard input."""
        line = self.enter(state, [sys.executable, "-m", module])
        environment = {**os.environ, "PYTHONPATH": ROOT, world.OUTSIDE: world.network_namespace()}
        return subprocess.run(line, input=told, env=environment, check=False, **more)


def folder() -> Path:
    """Return where the network of the local AWS writes."""
    root = Path(os.environ.get("LOCAL_AWS_DIR") or Path(ROOT) / ".local")
    return root.absolute() / "net"
