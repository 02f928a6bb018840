"""The hub and spoke at 3, 20 and 100 spokes: does time grow with the resources, and how much is the engine's."""

from __future__ import annotations

from pathlib import Path

from .engine_share import STEPS, Comparison, compare
from .table import markdown

ROOT = Path(__file__).resolve().parents[1]
SPOKES = (3, 20, 100)


def config(spokes: int) -> dict[str, object]:
    """Return the config of a hub with that many spokes, each in one zone and without instances."""
    return {
        "aws:region": "eu-west-1",
        "layout": "hub-and-spoke",
        "spokes": {f"s{number:03}": {"slot": number, "workloads": 0} for number in range(spokes)},
    }


def run(spokes: tuple[int, ...] = SPOKES) -> None:
    """Print the tables."""
    found = [compare(f"hub, {number} spokes", ROOT, config(number), runs=1) for number in spokes]
    rows = [row for compared in found for row in compared.rows()]
    print(markdown(["stack (resources)", "step", "seconds", "engine alone", "ratio"], rows))
    print()
    print(
        markdown(
            ["stack", "step", "ms per resource", "beyond the engine", "peak MiB", "engine alone MiB"], _growth(found)
        )
    )


def _growth(found: list[Comparison]) -> list[list[str]]:
    """Time per resource: near-linear growth keeps it level from one stack to the next.

    The engine's own share grows in `up` and `destroy`: its file backend writes all state after each resource. What
    is beyond the engine is the local AWS's.
    """
    return [
        [
            compared.name,
            step,
            f"{1000 * compared.real.median(step) / compared.real.resources:.1f}",
            f"{1000 * (compared.real.median(step) - compared.alone.median(step)) / compared.real.resources:.1f}",
            f"{compared.real.peak_mib:.0f}",
            f"{compared.alone.peak_mib:.0f}",
        ]
        for compared in found
        for step in STEPS
    ]
