"""Times preview, up, no-change up and destroy of a stack, beside the same with a provider that answers at once."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

import requests
import yaml

from localaws.launch import LocalAws, daemons, quotas

ROOT = Path(__file__).resolve().parents[1]
NO_CHECKPOINTS = MappingProxyType({"PULUMI_SKIP_CHECKPOINTS": "true"})
"""The engine writes its state at the end of a command, instead of all of it before and after each resource."""

STEPS = {
    "preview": ["preview"],
    "up": ["up", "--yes", "--skip-preview"],
    "no-change up": ["up", "--yes", "--skip-preview"],
    "destroy": ["destroy", "--yes", "--skip-preview"],
}


@dataclass
class Cycle:
    """Seconds per step, over the runs, and the most memory that the engine or a process of its own had, in MiB."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})
    peak_mib: float = 0.0
    resources: int = 0

    def median(self, step: str) -> float:
        """Return the middle one of a step's times."""
        return statistics.median(self.seconds[step])


@dataclass(frozen=True)
class Comparison:
    """A stack with the local AWS's provider, and with the engine alone."""

    name: str
    real: Cycle
    alone: Cycle

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows of the table: stack, step, seconds, seconds of the engine alone, ratio."""
        for step in STEPS:
            real, alone = self.real.median(step), self.alone.median(step)
            yield [f"{self.name} ({self.real.resources})", step, f"{real:.2f}", f"{alone:.2f}", f"{real / alone:.2f}"]


def compare(
    name: str,
    program: Path,
    config: Mapping[str, Any],
    *,
    stack: str = "bench",
    runs: int = 3,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Comparison:
    """Run the cycle of `program` with `config` `runs` times each way, side by side.

    `settings` are environment variables of the engine, the same for both.
    """
    with TemporaryDirectory(prefix="bench-") as scratch:
        local = LocalAws(Path(scratch) / "aws")
        environment = {**local.ensure(), **settings}
        folder = project(Path(scratch) / "project", program, stack, config)
        recording = Path(scratch) / "recording"
        try:
            subprocess.run(
                ["pulumi", "stack", "init", stack, "--non-interactive"],
                cwd=folder, env=environment, check=True, capture_output=True,
            )  # fmt: skip
            with _instant(local, environment, recording, "record") as recorded:
                _allow_many(environment)
                # What is recorded doesn't depend on how often the engine writes its state.
                _cycle(folder, {**recorded, **NO_CHECKPOINTS}, stack, Cycle())
            real, alone = Cycle(), Cycle()
            with _instant(local, environment, recording, "replay") as replayed:
                for _ in range(runs):
                    requests.post(environment["AWS_ENDPOINT_URL"] + "/moto-api/reset", timeout=30).raise_for_status()
                    _allow_many(environment)
                    _cycle(folder, environment, stack, real)
                    _cycle(folder, replayed, stack, alone)
        finally:
            local.stop()
    return Comparison(name, real, alone)


def _allow_many(environment: Mapping[str, str]) -> None:
    """Raise the quotas that a hub of a hundred spokes meets: VPCs, and endpoints for S3."""
    for code in ("L-F678F1CE", "L-1B52E74A"):
        quotas.raise_to(environment, code, 200)


def deployed(scratch: Path, program: Path, config: Mapping[str, Any], stack: str = "bench") -> dict[str, Any]:
    """Deploy `program` once on a local AWS in `scratch`, and return the state as `pulumi stack export` has it."""
    local = LocalAws(scratch / "aws")
    environment = local.ensure()
    _allow_many(environment)
    folder = project(scratch / "project", program, stack, config)
    try:
        for command in (["stack", "init", stack], STEPS["up"], ["stack", "export"]):
            selected = [] if "init" in command else ["--stack", stack]
            done = subprocess.run(
                ["pulumi", *command, *selected, "--non-interactive"],
                cwd=folder, env=environment, capture_output=True, text=True, check=False,
            )  # fmt: skip
            if done.returncode != 0:
                raise RuntimeError(f"pulumi {command[0]} failed:\n{done.stdout}{done.stderr}")
    finally:
        local.stop()
    state: dict[str, Any] = json.loads(done.stdout)
    return state


def project(folder: Path, program: Path, stack: str, config: Mapping[str, Any]) -> Path:
    """Make the folder of a project that runs `program` where it stands, with a stack of this config; return it."""
    folder.mkdir()
    described = yaml.safe_load((program / "Pulumi.yaml").read_text())
    described["runtime"] = {"name": "python", "options": {"toolchain": "pip", "virtualenv": str(ROOT / ".venv")}}
    described["main"] = str(program)
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(described, sort_keys=False))
    keyed = {key if ":" in key else f"{described['name']}:{key}": value for key, value in config.items()}
    (folder / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump({"config": keyed}))
    return folder


@contextmanager
def _instant(local: LocalAws, environment: Mapping[str, str], recording: Path, mode: str) -> Iterator[dict[str, str]]:
    folder = local.folder / mode
    folder.mkdir()
    arguments = ["--endpoint", environment["AWS_ENDPOINT_URL"], "--recording", str(recording), "--mode", mode]
    daemon = daemons.start("bench.instant_provider", arguments, folder, print)
    try:
        yield {**environment, "PULUMI_DEBUG_PROVIDERS": f"aws:{daemon.port}"}
    finally:
        daemon.stop()


def _cycle(folder: Path, environment: Mapping[str, str], stack: str, into: Cycle) -> None:
    for step, command in STEPS.items():
        with (folder / "output").open("w+b") as output:
            started = time.perf_counter()
            done = subprocess.Popen(
                ["pulumi", *command, "--stack", stack, "--non-interactive", "--color", "never"],
                cwd=folder, env=dict(environment), stdout=output, stderr=output,
            )  # fmt: skip
            # Not Popen's own wait: only this one tells what the engine and the processes it waited for have used.
            _, status, used = os.wait4(done.pid, 0)
            into.seconds[step].append(time.perf_counter() - started)
            done.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            said = output.read().decode(errors="replace")
        if done.returncode != 0:
            raise RuntimeError(f"{step} failed:\n{said}")
        if step == "up" and (created := re.search(r"\+ (\d+) created", said)):
            into.resources = int(created[1])
        into.peak_mib = max(into.peak_mib, used.ru_maxrss / 1024)
