"""The policy pack: time and memory of model and proof on big hubs, its share of a preview, and checkov beside it."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from localaws.launch import LocalAws

from .checkov_plan import compare_with_checkov
from .engine_share import ROOT, project
from .hub import config
from .pack_shapes import run as time_shapes
from .table import markdown

SPOKES = (10, 100, 1000, 5000)
PREVIEWED = (3, 20)
RUNS = 3
EMPTY_PACK = """\
from pulumi_policy import PolicyPack, StackValidationPolicy

nothing = StackValidationPolicy(
    name="nothing", description="Looks at nothing.", validate=lambda _args, _report: None
)
PolicyPack("empty", policies=[nothing])
"""


def run(spokes: tuple[int, ...] = SPOKES, previewed: tuple[int, ...] = PREVIEWED) -> None:
    """Print the tables: processor seconds of the pack alone, previews on the wall clock, checkov beside the pack."""
    rows = [_alone(number) for number in spokes]
    print(
        markdown(
            ["hub", "resources", "model s", "proof s", "both s", "µs a resource", "peak MiB", "of them registrations"],
            rows,
        )
    )
    print()
    rows = [row for number in previewed for row in _previews(number)]
    print(markdown(["stack", "pack", "preview s", "ratio to the empty pack"], rows))
    print()
    time_shapes()
    print()
    compare_with_checkov()


def _alone(spokes: int) -> list[str]:
    """Model and proof in a process of their own, so that its peak memory is theirs."""
    command = [sys.executable, "-m", "bench.pack_alone", str(spokes)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    both = found["model"] + found["proof"]
    return [
        f"{spokes} spokes",
        f"{found['resources']:,}",
        f"{found['model']:.2f}",
        f"{found['proof']:.2f}",
        f"{both:.2f}",
        f"{both / found['resources'] * 1e6:.0f}",
        f"{found['peak']:.0f}",
        f"{found['before']:.0f}",
    ]


def _previews(spokes: int) -> list[list[str]]:
    """One stack previewed without a pack, with an empty one and with ours, turn by turn."""
    with TemporaryDirectory(prefix="bench-") as scratch:
        empty = Path(scratch) / "empty"
        empty.mkdir()
        (empty / "__main__.py").write_text(EMPTY_PACK)
        runtime = f"runtime:\n  name: python\n  options:\n    toolchain: pip\n    virtualenv: {ROOT / '.venv'}\n"
        (empty / "PulumiPolicy.yaml").write_text(f"name: empty\n{runtime}")
        packs = {"none": None, "empty": empty, "ours": ROOT / "policy"}
        local = LocalAws(Path(scratch) / "aws")
        environment = local.ensure()
        folder = project(Path(scratch) / "project", ROOT, "bench", config(spokes))
        times: dict[str, list[float]] = {name: [] for name in packs}
        try:
            _pulumi(folder, environment, "stack", "init", "bench")
            for _ in range(RUNS):
                for name, pack in packs.items():
                    chosen = ["--policy-pack", str(pack)] if pack else []
                    started = time.perf_counter()
                    _pulumi(folder, environment, "preview", "--stack", "bench", *chosen)
                    times[name].append(time.perf_counter() - started)
        finally:
            local.stop()
    middle = {name: statistics.median(found) for name, found in times.items()}
    ratio = {name: f"{seconds / middle['empty']:.2f}" for name, seconds in middle.items()}
    return [[f"hub, {spokes} spokes", name, f"{middle[name]:.2f}", ratio[name]] for name in packs]


def _pulumi(folder: Path, environment: Mapping[str, str], *arguments: str) -> None:
    command = ["pulumi", *arguments, "--non-interactive", "--color", "never"]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"pulumi {arguments[0]} failed:\n{done.stdout}{done.stderr}")
