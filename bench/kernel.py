"""Random networks in namespaces, packets by the hundred thousand, and whether the kernel agrees with the proof."""

from __future__ import annotations

import subprocess
import sys

NETWORKS, PROBES = 2000, 130


def run() -> None:
    """Print the kernel oracle's table, of our own stacks and the scenarios too."""
    line = [sys.executable, "-m", "tests.oracle.kernel", str(NETWORKS), "--probes", str(PROBES)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    print(done.stdout or done.stderr)
