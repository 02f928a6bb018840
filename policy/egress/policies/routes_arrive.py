"""No route loops, and none points at something that isn't there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..judging.analysis import LOST, Finding, real
from ..judging.route_to_change import culprit
from ..judging.wording import name_list
from ..walking.paths import EndKind, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..addresses import AddressSet
    from ..judging.analysis import Study
    from ..network.model import Subnet
    from ..walking.walk import Label, Trail

_SHOWN = 30
"""How many different ends are followed up for one subnet."""


def check(study: Study) -> Iterator[Finding]:
    """Yield one finding per subnet and cause."""
    shown = study.most("routes-arrive", _SHOWN)
    for subnet in study.workloads:
        reported: set[tuple[object, ...]] = set()
        # Where an uninspected path leads on to the unknown, the policy on egress says so.
        for label, found in study.lost(subnet)[:shown]:
            finding = _finding(study, subnet, label, found)
            if finding.cause not in reported:
                reported.add(finding.cause)
                yield finding


def _finding(study: Study, subnet: Subnet, label: Label, found: AddressSet) -> Finding:
    def fits(other: Label) -> bool:
        return other.end.kind is label.end.kind

    _label, trail, example = study.show(subnet, found, fits)
    urn, text, table = culprit(trail[-1] if trail else None, study.walker.steps)
    settled = not label.doubts or study.always(subnet, example, lambda other: other.end.kind in LOST)
    doubt = "" if settled else min(label.doubts)
    doubt = doubt or study.doubtful_workload(subnet)
    hops = study.walker.hops(subnet, trail)
    if label.end.kind is EndKind.LOOP:
        tables = _cycle(study, trail, label.end.where)
        what = f"sends packets that never arrive: they go round and round between {name_list(tables)}"
        fix = f"break the loop where {text or 'the packet'} in {table} sends it back; let it lead on, or drop it there."
        cause: tuple[object, ...] = (EndKind.LOOP, tables)
    elif label.end.kind is EndKind.UNKNOWN:
        doubt = doubt or label.end.note
        what = f"may send packets that never arrive: where {text or 'a route'} in {table} leads can't be known"
        fix = f"give {text or 'the route'} in {table} a next hop that comes from one resource of this program."
        cause = (EndKind.UNKNOWN, urn or table, label.end.note)
    else:
        what = f"sends packets that never arrive: {text} in {table} points at nothing, as {label.end.note}"
        fix = f"point {text} in {table} at something that exists in the same VPC and zone, or remove it."
        cause = (EndKind.MISSING, urn or table, label.end.note)
    return Finding(
        cause=cause,
        subject=subnet.key,
        verdict=Verdict.UNDECIDED if doubt else Verdict.REFUTED,
        urn=urn or subnet.key,
        what=what,
        fix=fix,
        addresses=real(found),
        example=example,
        path=hops,
        because=doubt,
    )


def _cycle(study: Study, trail: tuple[Trail, ...], where: str) -> tuple[str, ...]:
    """Name the tables of a loop, the same wherever it was entered."""
    tables = [part.place.table for part in trail]
    start = tables.index(where) if where in tables else 0
    return tuple(sorted({study.network.name(key) for key in tables[start:]}))
