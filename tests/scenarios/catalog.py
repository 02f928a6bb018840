"""The scenarios: every program of `programs/`, what it registers, and the violations it expects.

An expectation reads `POLICY VERDICT SUBNET,SUBNET…`: the names of the subnets (firewalls, VPCs) that suffer, sorted.
"""

from __future__ import annotations

import functools
import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.scenarios.recorder import record

if TYPE_CHECKING:
    from policy.egress.program.snapshot import Registration

PROGRAMS = Path(__file__).parent / "programs"
NAMES = sorted(path.stem for path in PROGRAMS.glob("*.py"))


@functools.cache
def run(name: str, *, preview: bool) -> tuple[tuple[Registration, ...], dict[str, Any]]:
    """What the program registers, and its globals."""
    found: dict[str, Any] = {}
    registered = record(lambda: found.update(runpy.run_path(str(PROGRAMS / f"{name}.py"))), preview=preview)
    return tuple(registered), found


def registrations(name: str, *, preview: bool) -> tuple[Registration, ...]:
    return run(name, preview=preview)[0]


def expected(name: str, *, preview: bool) -> list[str]:
    return sorted(run(name, preview=True)[1]["PREVIEW" if preview else "UP"])
