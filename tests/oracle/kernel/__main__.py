# ruff: noqa: T201  this module is a command
"""Has the Linux kernel judge proof and simulator: `python -m tests.oracle.kernel [NETWORKS]`.

Our own stacks, all scenarios, and random networks are built in namespaces, one after the other, inside a world that
`unshare` makes. The exit code is 1 if anything disagrees, 2 if no world can be made here.
"""

from __future__ import annotations

import argparse
import sys

from emulation import world
from tests.oracle.kernel.court import Court
from tests.oracle.kernel.known import scenarios, stacks


def main(arguments: list[str]) -> int:
    """Judge, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.kernel", description=__doc__)
    parser.add_argument("networks", type=int, nargs="?", default=200, help="how many random ones")
    parser.add_argument("--probes", type=int, default=120, help="how many packets a network (about)")
    parser.add_argument("--seed", type=int, help="the same random networks in every run")
    parser.add_argument("--random-only", action="store_true", help="neither our own stacks nor the scenarios")
    options = parser.parse_args(arguments)
    try:
        world.enter("tests.oracle.kernel", arguments)
        world.settle()
    except world.WorldError as error:
        print(f"kernel oracle: {error}", file=sys.stderr)
        return 2
    court = Court(options.probes)
    if not options.random_only:
        for name, case in (*stacks(), *scenarios()):
            court.hear(name, case)
    court.hear_random(options.networks, seed=options.seed)
    print(court.table())
    return 1 if court.disagreements else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
