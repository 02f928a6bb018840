"""The network that is up, as those see it who are outside: what it said of itself, and how commands come into it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import psutil

from emulation import world

ROOT = str(Path(__file__).resolve().parents[1])


class Network:
    """The network that is up, or not, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def state(self) -> dict[str, Any] | None:
        """Return what the keeper said when it came up, if that network still stands."""
        try:
            told: dict[str, Any] = json.loads((self.folder / "net.json").read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return told if psutil.pid_exists(told["world"]) and self._is_keeper(told["keeper"]) else None

    @staticmethod
    def _is_keeper(pid: int) -> bool:
        with contextlib.suppress(psutil.Error):
            return "emulation.keeper" in psutil.Process(pid).cmdline()
        return False

    def required(self) -> dict[str, Any]:
        """Return the state. Raises ClickException where nothing is up."""
        state = self.state()
        if state is None:
            raise click.ClickException("no network is up; `./local net up` builds what is deployed")
        return state

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
