"""How long a deployment takes at least, however much is done at once: its longest chain of resources that wait.

`python -m bench.critical_path STATE.json` reads what `pulumi stack export` wrote ("-" for standard input). As a bench
it deploys the hub on the local AWS, for the graph alone: the times are those of AWS, from creation_times.json.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .table import markdown

TIMES = Path(__file__).parent / "creation_times.json"
ROOT = Path(__file__).resolve().parents[1]
PLAIN_SECONDS = 1.0


@dataclass(frozen=True)
class Step:
    """One resource of the chain: when it can begin, and how long it takes, in seconds."""

    name: str
    type: str
    begins: float
    seconds: float


@cache
def times() -> Mapping[str, float]:
    """Return the seconds that a type takes to be created; what is not listed takes a second."""
    found: dict[str, float] = json.loads(TIMES.read_text(encoding="utf-8"))["seconds"]
    return found


def seconds_of(type_: str) -> float:
    """Return how long one of that type takes; components and look-ups take no time."""
    return times().get(type_, PLAIN_SECONDS) if type_.startswith("aws:") else 0.0


def longest_chain(resources: Iterable[Mapping[str, Any]]) -> list[Step]:
    """Return the chain that ends last, first resource first, from the resources of a state."""
    by_urn = {resource["urn"]: resource for resource in resources}
    waits = {
        urn: {other for other in _waits_for(resource) if other in by_urn and other != urn}
        for urn, resource in by_urn.items()
    }
    ends: dict[str, float] = {}
    last: dict[str, str | None] = {}
    for urn in TopologicalSorter(waits).static_order():
        last[urn] = max(waits[urn], key=ends.__getitem__, default=None)
        begins = ends[last[urn]] if last[urn] else 0.0  # type: ignore[index]
        ends[urn] = begins + seconds_of(by_urn[urn]["type"])
    chain: list[Step] = []
    urn = max(ends, key=ends.__getitem__, default=None)
    while urn is not None:
        type_ = by_urn[urn]["type"]
        if seconds_of(type_):
            seconds = seconds_of(type_)
            chain.append(Step(urn.rpartition("::")[2], type_, ends[urn] - seconds, seconds))
        urn = last[urn]
    return chain[::-1]


def _waits_for(resource: Mapping[str, Any]) -> set[str]:
    found = set(resource.get("dependencies") or ())
    for urns in (resource.get("propertyDependencies") or {}).values():
        found |= set(urns or ())
    if resource.get("parent"):
        found.add(resource["parent"])
    return found


def report(resources: Iterable[Mapping[str, Any]]) -> str:
    """Return the chain as a table, and its ratio to the longest single resource."""
    listed = list(resources)
    chain = longest_chain(listed)
    total = sum(step.seconds for step in chain)
    longest = max((seconds_of(resource["type"]) for resource in listed), default=0.0)
    rows = [[step.name, step.type, f"{step.begins:.0f}", f"{step.seconds:.0f}"] for step in chain]
    table = markdown(["resource", "type", "begins at s", "takes s"], rows)
    ratio = f"{total / longest:.2f}" if longest else "-"
    one_by_one = sum(seconds_of(each["type"]) for each in listed)
    return (
        f"{table}\n\nThe longest chain takes {total:.0f} s, the longest single resource {longest:.0f} s: "
        f"ratio {ratio}. One after the other, all {len(listed)} would take {one_by_one:.0f} s."
    )


def run() -> None:
    """Deploy the hub in both places of inspection on the local AWS, and print the chain of each."""
    import yaml

    from .engine_share import deployed

    config = yaml.safe_load((ROOT / "Pulumi.hub.yaml").read_text())["config"]
    for place in ("vpc", "transit-gateway"):
        print(f"### inspection: {place}\n")
        with TemporaryDirectory(prefix="bench-") as scratch:
            state = deployed(Path(scratch), ROOT, {**config, "inspection": place})
        print(report(state["deployment"]["resources"]), end="\n\n")


if __name__ == "__main__":
    text = sys.stdin.read() if sys.argv[1:] in ([], ["-"]) else Path(sys.argv[1]).read_text(encoding="utf-8")
    print(report(json.loads(text)["deployment"]["resources"]))
