# ruff: noqa: T201  this module is a command
"""Holds simulated traffic against packets: `./local python -m tests.emulation.played SCENARIO`.

The network must be up (`./local net up`). The scenario is played by sockets in the instances, and simulated by the
pack's walk and Suricata on the packets that it makes up. What came of the flows of each kind must be the same; the exit
code is 1 where it isn't.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter
from pathlib import Path

from hunts import stack as stacks
from traffic.deployment import read_deployment
from traffic.plan import make_plan
from traffic.scenario import find_scenario
from traffic.simulate import Simulation, simulate

Outcomes = Counter[tuple[str, str, str]]
"""How many flows (and look-ups of their own), by kind, label and what came of them, in the words of `play`."""
_WORDS = {
    "pass": "went through",
    "unseen": "went through",
    "drop": "cut",
    "reject": "cut",
    "unreachable": "cut",
    "unanswered": "cut",
    "unresolved": "kept from the name",
}


def played(scenario: str, stack: str, within: float) -> Outcomes:
    """Play it with real packets. Raises CalledProcessError where it can't be played."""
    line = [sys.executable, "-m", "emulation", "play", scenario, "--within", str(within), "--stack", stack]
    told = subprocess.run(line, stdout=subprocess.PIPE, text=True, check=True).stdout
    rows = [row for row in told.splitlines()[1:] if not row.startswith("left out: ")]
    # As wide as the command's columns are.
    return Counter({(row[:14].strip(), row[14:34].strip(), row[34:54].strip()): int(row[54:]) for row in rows})


def simulated(scenario: str, stack: str) -> Outcomes:
    """Play it as `traffic run` does, and deliver nothing."""
    chosen, found = find_scenario(scenario), stacks.from_engine(stack, Path.cwd())
    deployment = read_deployment(found, lambda _: None)
    plan = make_plan(chosen, found, 0.0, deployment.network.s3_address())
    return outcomes(simulate(plan, deployment.world(chosen.round_trip)))


def outcomes(simulation: Simulation) -> Outcomes:
    """Say what a simulation gave as `play` does."""
    found: Outcomes = Counter((one.flow.kind, one.flow.label, _WORDS[one.outcome]) for one in simulation.results)
    joined = {id(one.flow.lookup) for one in simulation.results}
    for lookup, answer in simulation.answers:
        if id(lookup) not in joined:
            found["dns", lookup.label, "answered" if answer.resolved else "kept from it"] += 1
    return found


def main(arguments: list[str]) -> int:
    """Play both ways and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.emulation.played", description=__doc__)
    parser.add_argument("scenario")
    parser.add_argument("--stack", default="hub")
    parser.add_argument("--within", type=float, default=60.0)
    options = parser.parse_args(arguments)
    said = simulated(options.scenario, options.stack)
    try:
        real = played(options.scenario, options.stack, options.within)
    except subprocess.CalledProcessError as error:
        # What it was, the command has said.
        return int(error.returncode)
    print(f"{'what':<14}{'for':<20}{'came of it':<20}{'packets':>8}{'simulated':>11}")
    for key in sorted(said | real):
        mark = "" if said[key] == real[key] else "   differs"
        print(f"{key[0]:<14}{key[1]:<20}{key[2]:<20}{real[key]:>8}{said[key]:>11}{mark}")
    return 0 if said == real else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
