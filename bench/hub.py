"""The hub and spoke at 3, 20 and 100 spokes: does time grow with the resources, and how much is the engine's.

Pulumi's file backend writes the whole state before and after each resource, which alone makes `up` and `destroy` grow
with the square of the resources. So there are two tables: with these checkpoints, as everybody has them, up to 20
spokes, and without, up to 100: how all the rest grows.
"""

from __future__ import annotations

from pathlib import Path

from .engine_share import NO_CHECKPOINTS, STEPS, Comparison, compare
from .table import markdown

ROOT = Path(__file__).resolve().parents[1]
SPOKES = (3, 20, 100)
WITH_CHECKPOINTS = (3, 20)
COLUMNS = ["stack (resources)", "step", "seconds", "engine alone", "ratio"]


def config(spokes: int) -> dict[str, object]:
    """Return the config of a hub with that many spokes, each in one zone and without instances."""
    return {
        "aws:region": "eu-west-1",
        "layout": "hub-and-spoke",
        "spokes": {f"s{number:03}": {"slot": number, "workloads": 0} for number in range(spokes)},
    }


def run(spokes: tuple[int, ...] = SPOKES) -> None:
    """Print the tables."""
    checkpointed = [compare(_name(n), ROOT, config(n), runs=1) for n in spokes if n in WITH_CHECKPOINTS]
    print("With a checkpoint of the whole state before and after each resource (Pulumi's file backend):\n")
    print(markdown(COLUMNS, [row for compared in checkpointed for row in compared.rows()]), flush=True)
    plain = [compare(_name(n), ROOT, config(n), runs=1, settings=NO_CHECKPOINTS) for n in spokes]
    print("\nWith the state written once, at the end of each command (PULUMI_SKIP_CHECKPOINTS=true):\n")
    print(markdown([*COLUMNS, "ms per resource", "peak MiB", "engine alone MiB"], _growth(plain)))


def _name(spokes: int) -> str:
    return f"hub, {spokes} spokes"


def _growth(found: list[Comparison]) -> list[list[str]]:
    """Add the time per resource: near-linear growth keeps it level from one stack to the next."""
    return [
        [
            *row,
            f"{1000 * compared.real.median(step) / compared.real.resources:.1f}",
            f"{compared.real.peak_mib:.0f}",
            f"{compared.alone.peak_mib:.0f}",
        ]
        for compared in found
        for step, row in zip(STEPS, compared.rows(), strict=True)
    ]
