"""The single-VPC lab at one and at three zones: how much of each command is the engine's own time."""

from __future__ import annotations

from pathlib import Path

import yaml

from .engine_share import compare
from .table import markdown

ROOT = Path(__file__).resolve().parents[1]


def run() -> None:
    """Print the table."""
    config = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text())["config"]
    rows = []
    for zones in (1, 3):
        compared = compare(f"lab, {zones} zone{'s' * (zones > 1)}", ROOT, {**config, "zones": zones})
        rows += list(compared.rows())
    print(markdown(["stack (resources)", "step", "seconds", "engine alone", "ratio"], rows))
