"""Paths stay in their zone: no subnet's table names a firewall endpoint or NAT gateway of another zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..blame import culprit
from ..paths import Verdict
from ..study import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..addresses import AddressSet
    from ..network.model import Subnet
    from ..study import Study
    from ..walk import Label, Trail


_ZONED = {"firewall": "the endpoint of ", "nat-gateway": "NAT gateway "}


def check(study: Study) -> Iterator[Finding]:
    """Yield one finding per subnet."""
    known: dict[object, Finding | None] = {}
    for subnet in study.workloads:
        for label, found in study.walker.from_subnet(subnet, study.internet).items():
            if not label.crossed or label.doubts:
                continue
            # Subnets of one table and zone fare alike: their paths are looked at once.
            key = (subnet.tables, subnet.zone, label)
            if key not in known:
                known[key] = _finding(study, subnet, label, found)
            finding = known[key]
            if finding is not None:
                yield finding if finding.subject == subnet.key else _for(finding, subnet)
                break


def _for(finding: Finding, subnet: Subnet) -> Finding:
    return Finding(**{**vars(finding), "subject": subnet.key})


def _finding(study: Study, subnet: Subnet, label: Label, found: AddressSet) -> Finding | None:
    _label, trail, example = study.show(subnet, found, lambda other: other == label)
    crossing = _leaves_zone(trail)
    if crossing is None:
        return None
    part, kind, thing, here, there = crossing
    urn, text, table = culprit(part, study.walker.steps)
    name = f"{_ZONED[kind]}{study.network.name(thing)}"
    return Finding(
        cause=(thing, here is None),
        subject=subnet.key,
        verdict=Verdict.REFUTED if here else Verdict.UNDECIDED,
        urn=urn or subnet.key,
        what=f"leaves its zone: {text} in {table} goes from {here or 'its zone'} to {name} in {there}",
        fix=f"point {text} in {table} at one in {here or 'the zone of its subnet'}.",
        addresses=found,
        example=example,
        path=study.walker.hops(subnet, trail),
        because="" if here else f"the zone of {subnet.name} is known only after `pulumi up`",
    )


def _leaves_zone(trail: tuple[Trail, ...]) -> tuple[Trail, str, str, str | None, str] | None:
    """Return the first step to an endpoint or NAT gateway of another zone. A transit gateway's choice of zone is nobody's mistake."""
    for part in trail:
        here = part.place.zone
        if part.place.transit:
            continue
        for kind, key, zone in part.step.passed:
            if kind in _ZONED and zone and zone != here:
                return part, kind, key, here, zone
    return None
