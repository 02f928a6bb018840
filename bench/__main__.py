"""`python -m bench [NAME …]`: run all benches, or those named; each prints its table."""

from __future__ import annotations

import importlib
import os
import platform
import sys

# In the order of the README. Each module has `run() -> None`.
BENCHES = (
    "lab",
    "hub",
    "critical_path",
    "pack",
    "plans",
    "hunts",
    "detection",
    "emulation",
    "kernel",
    "kills",
    "replay",
)


def main(names: list[str]) -> int:
    """Run benches by name."""
    unknown = sorted(set(names) - set(BENCHES))
    if unknown:
        print(f"no bench is named {', '.join(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}\n")
    for name in names or BENCHES:
        print(f"## {name}\n", flush=True)
        importlib.import_module(f"bench.{name}").run()
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
