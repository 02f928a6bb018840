"""The kernel agrees: a few dozen networks, real packets, nothing that simulator or proof has said otherwise."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def heard(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "tests.oracle.kernel", *arguments]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)


def test_random_networks_do_with_real_packets_what_simulator_and_proof_say() -> None:
    done = heard("30", "--seed", "15", "--probes", "80", "--random-only")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "differ from the simulator: 0\ndiffer from the proof: 0\ndiffer from the verdict: 0" in done.stdout


def test_what_was_sent_is_counted_and_comes_to_every_kind_of_ending() -> None:
    done = heard("12", "--seed", "3", "--probes", "80", "--random-only")
    rows = [line.split() for line in done.stdout.splitlines() if line.startswith("  ")]
    numbers = {row[0]: int(row[-1]) for row in rows if row[-1].isdigit()}
    assert {"internet", "delivered", "dropped"} <= set(numbers)
    assert all(numbers.values())
