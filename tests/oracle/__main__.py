# ruff: noqa: T201  this module is a command
"""Prints how proof and oracle agree, on random networks and on every change: `python -m tests.oracle [NETWORKS]`."""

from __future__ import annotations

import sys
import time
from collections import Counter

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from policy.egress.judging.proof import prove
from policy.egress.network import build
from tests.oracle.compare import ASKED, policies_that_differ, previews_that_promise_too_much
from tests.oracle.draft import Draft
from tests.oracle.questions import ask
from tests.oracle.redraw import redraw
from tests.oracle.score import Score, score
from tests.oracle.strategies import layouts_with_mistakes, wild_networks
from tests.oracle.world import read
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
    found: list[str] = []

    @settings(
        max_examples=networks,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(layouts_with_mistakes(), wild_networks()))
    def compare(draft: Draft) -> None:
        world = read(draft.up())
        if world.refused_by_aws():
            counts["refused by AWS"] += 1
            return
        answers = ask(world)
        counts["compared"] += 1
        counts["broken"] += bool(answers.broken)
        broken.update(list(answers.broken))
        found.extend(policies_that_differ(draft) + previews_that_promise_too_much(draft))

    started = time.perf_counter()
    compare()
    print(f"{counts['compared']} random networks in {time.perf_counter() - started:.0f} s, {counts['broken']} of them")
    print(f"broken in some way ({counts['refused by AWS']} more would be refused by AWS); broken by the oracle's word:")
    for policy in ASKED:
        print(f"  {policy:28} {broken[policy]:6}")
    print(f"disagreements (missed, invented, or proven at preview and refuted at up): {len(found)}")
    for sentence in found[:5]:
        print(f"  {sentence}")
    return len(found)


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
