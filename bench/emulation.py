"""The network in namespaces: a network with a firewall endpoint beside a plain veth pair, and how soon it stands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from .table import markdown

ROOT = Path(__file__).resolve().parents[1]


def run() -> None:
    """Print the table."""
    line = [sys.executable, "-m", "bench.emulation_child"]
    found = json.loads(subprocess.run(line, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout)
    rows = [
        ["one VPC, a firewall endpoint with Suricata inline", "", f"{found['stood']:.1f}", f"{found['endpoint']:.0f}"],
        ["a veth pair with nothing on it", "", "", f"{found['veth']:.0f}"],
    ]
    print(markdown(["way", "", "stands after (s)", "Mbit/s"], rows))
