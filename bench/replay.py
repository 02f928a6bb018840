"""How long a server that comes back takes to make the account again: the hub's, new, and after it came and went.

`python -m bench replay` builds the hub, takes it away and builds it again, on a local AWS of its own; after each it
stops the server and times it from its start to its first answer.
"""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from localaws.kept.journal import read
from localaws.launch import LocalAws
from localaws.launch.dashboard import Clients

from .engine_share import ROOT, STEPS, project
from .hub import config
from .table import markdown

LIFE = ("up", "destroy", "up")
SPOKES = 3


def run() -> None:
    """Print the table."""
    rows = []
    with TemporaryDirectory(prefix="bench-") as scratch:
        local = LocalAws(Path(scratch) / "aws")
        folder = project(Path(scratch) / "project", ROOT, "bench", config(SPOKES))
        try:
            _pulumi(local, folder, "stack", "init", "bench")
            for number, step in enumerate(LIFE, 1):
                _pulumi(local, folder, *STEPS[step], "--stack", "bench")
                rows.append([" → ".join(LIFE[:number]), *_came_back(local)])
        finally:
            local.stop()
    print(markdown(["a hub of three spokes", "requests kept", "KiB", "seconds to the first answer"], rows))


def _pulumi(local: LocalAws, folder: Path, *arguments: str) -> None:
    command = ["pulumi", *arguments, "--non-interactive"]
    done = subprocess.run(command, cwd=folder, env=local.ensure(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"pulumi {arguments[0]} failed:\n{done.stdout}{done.stderr}")


def _came_back(local: LocalAws) -> list[str]:
    local.stop()
    journal = local.folder / "account.journal"
    kept = sum(1 for _ in read(journal))
    begun = time.monotonic()
    Clients(local.ensure()).of("ec2").describe_vpcs()
    return [str(kept), f"{journal.stat().st_size / 1024:.0f}", f"{time.monotonic() - begun:.1f}"]
