# ruff: noqa: T201  this module is a command
"""Prints how proof and oracle agree, on random networks and on every change: `python -m tests.oracle [NETWORKS]`."""

from __future__ import annotations

import sys
import time
from collections import Counter

from hypothesis import given

from tests.oracle.compare import ASKED, Case, Disagreement, policies_that_differ, previews_that_differ
from tests.oracle.draft import Draft
from tests.oracle.judged import build, prove
from tests.oracle.redraw import redraw
from tests.oracle.score import Score, score
from tests.oracle.strategies import exploring
from tests.oracle.strategies import networks as random_networks
from tests.scenarios.own_stacks import recorded

SPOKES = {"orders": {"slot": 0}, "sandbox": {"slot": 1, "rogue": True}}
LAYOUTS = {
    "single VPC, 2 zones": ("dev", {"zones": 2}),
    "hub, firewall in a VPC": ("hub", {"spokes": SPOKES}),
    "hub, firewall on the gateway": ("hub", {"spokes": SPOKES, "inspection": "transit-gateway"}),
}


def agree(networks: int) -> int:
    """Compare on random networks; prints the counts and returns the number of disagreements."""
    broken: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    found: dict[str, tuple[Disagreement, Draft]] = {}

    @exploring(networks)
    @given(random_networks())
    def compare(draft: Draft) -> None:
        case = Case(draft)
        if case.world.refused_by_aws():
            counts["refused by AWS"] += 1
            return
        counts["compared"] += 1
        told = [each for each in (case.answers, case.answers.foreign) if each is not None]
        policies = {policy for answers in told for policy in answers.broken}
        counts["broken"] += bool(policies)
        broken.update(policies)
        for one in policies_that_differ(case) + previews_that_differ(case):
            kinds[f"{one.policy}: {one.kind}"] += 1
            found.setdefault(f"{one.policy}: {one.kind}", (one, draft))

    started = time.perf_counter()
    compare()
    print(f"{counts['compared']} random networks in {time.perf_counter() - started:.0f} s, {counts['broken']} of them")
    print(f"broken in some way ({counts['refused by AWS']} more would be refused by AWS); broken by the oracle's word:")
    for policy in ASKED:
        print(f"  {policy:28} {broken[policy]:6}")
    print(f"disagreements (missed, invented, undecided or left open without need, at up or preview): {kinds.total()}")
    for kind, number in sorted(kinds.items()):
        print(f"  {number:5} {kind}, as in {' | '.join(str(found[kind][0]).splitlines())}")
    return kinds.total()


def mutate() -> int:
    """Make every single change to our layouts; prints the score and returns the number of disagreements."""
    total = Score()
    print(f"{'layout':30} {'changes':>8} {'harmful':>8} {'refused at preview':>19} {'at up':>6} {'invented':>9}")
    for name, (stack, keys) in LAYOUTS.items():
        draft = redraw(recorded(stack, preview=False, **keys), recorded(stack, preview=True, **keys))
        assert not [v for v in prove(build(draft.preview())) if v.level == "mandatory"], name
        found = score(draft)
        total += found
        _row(name, found)
    _row("all", total)
    return len(total.missed_at_preview) + len(total.missed_at_up) + len(total.invented)


def _row(name: str, found: Score) -> None:
    refused = f"{found.refused_at_preview:>19} {found.refused_at_up:>6}"
    print(f"{name:30} {found.changes:>8} {found.harmful:>8} {refused} {len(found.invented):>9}", flush=True)


def main(arguments: list[str]) -> int:
    """Run both; the exit code is 1 if anything disagrees."""
    differing = agree(int(arguments[0]) if arguments else 2000)
    print()
    return 1 if differing + mutate() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
