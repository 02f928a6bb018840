"""Paths stay in their zone: no subnet's table names an endpoint or NAT gateway of another zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..blame import culprit
from ..paths import Verdict
from ..study import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..network.model import Subnet
    from ..study import Study
    from ..walk import Trail

_ZONED = frozenset({"firewall", "nat-gateway"})


def check(study: Study) -> Iterator[Finding]:
    """Yield one finding per subnet and cause."""
    for subnet in study.workloads:
        if not subnet.zone or not study.internet:
            continue
        outcomes = study.walker.from_subnet(subnet, study.internet)
        reported: set[object] = set()
        for label, found in outcomes.items():
            if not label.crossed:
                continue
            _label, trail, example = study.show(subnet, found, lambda other, label=label: other == label)  # type: ignore[misc]
            crossing = _crosses_zones(study, trail)
            if crossing is None:
                continue
            part, here, there = crossing
            urn, text, table = culprit(part, study.walker.steps)
            cause = (urn or table, there)
            if cause in reported:
                continue
            reported.add(cause)
            yield Finding(
                cause=cause,
                subject=subnet.key,
                verdict=Verdict.REFUTED,
                urn=urn or subnet.key,
                what=f"leaves its zone: {text} in {table} goes from {here} to {there}",
                fix=f"point {text} in {table} at the endpoint or NAT gateway in {here}.",
                addresses=found,
                example=example,
                path=study.walker.hops(subnet, trail),
            )


def _crosses_zones(study: Study, trail: tuple[Trail, ...]) -> tuple[Trail, str, str] | None:
    """Return the first step of a VPC's table that leaves its zone. A transit gateway's choice is nobody's mistake."""
    for part in trail:
        here = part.place.zone
        if part.place.transit or not here:
            continue
        for kind, _key, zone in part.step.passed:
            if kind in _ZONED and zone and zone != here and _has_choice(study, kind, part, here):
                return part, here, zone
    return None


def _has_choice(study: Study, kind: str, part: Trail, zone: str) -> bool:
    """Zones without an endpoint of their own have to use another's; that is for the advisory to say all the same."""
    return bool(kind and part and zone and study.network)
