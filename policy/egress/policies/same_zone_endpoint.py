"""Paths stay in their zone: no subnet's table names a firewall endpoint or NAT gateway of another zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..judging.analysis import Finding
from ..judging.route_to_change import culprit
from ..walking.paths import Verdict
from ..walking.steps import End
from ..walking.walk import Trail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..addresses import AddressSet
    from ..judging.analysis import Study
    from ..network.model import Subnet
    from ..walking.steps import Place

_ZONED = {"firewall": "the endpoint of ", "nat-gateway": "NAT gateway "}


def check(study: Study) -> Iterator[Finding]:
    """Yield one finding per subnet."""
    known: dict[tuple[Place, AddressSet], tuple[Trail, ...]] = {}
    for subnet in study.workloads:
        places = study.walker.steps.start(subnet)
        if len(places) == 1:
            sent = study.sent(subnet, study.internet)
            if trail := _leaves_zone(study, places[0], sent, known):
                yield _finding(study, subnet, trail)


def _leaves_zone(
    study: Study, place: Place, addresses: AddressSet, known: dict[tuple[Place, AddressSet], tuple[Trail, ...]]
) -> tuple[Trail, ...]:
    """Return the way to the first step that leaves its zone; a transit gateway's choice of zone is nobody's mistake."""
    key = (place, addresses)
    if key in known:
        return known[key]
    known[key] = ()
    for step in study.walker.steps.at(place, addresses):
        if step.doubt:
            continue
        zones = [zone for kind, _key, zone in step.passed if kind in _ZONED and zone]
        if not place.transit and zones and zones[0] != place.zone:
            known[key] = (Trail(place, step),)
            break
        if not isinstance(step.to, End):
            onward = _leaves_zone(study, step.to, step.addresses.shifted(-step.shift), known)
            if onward:
                known[key] = (Trail(place, step), *onward)
                break
    return known[key]


def _finding(study: Study, subnet: Subnet, trail: tuple[Trail, ...]) -> Finding:
    part = trail[-1]
    kind, thing, there = next(hop for hop in part.step.passed if hop[0] in _ZONED)
    here = part.place.zone
    urn, text, table = culprit(part, study.walker.steps)
    return Finding(
        cause=(thing, here is None),
        subject=subnet.key,
        verdict=Verdict.REFUTED if here else Verdict.UNDECIDED,
        urn=urn or subnet.key,
        what=f"leaves its zone: {text} in {table} goes from {here or 'its zone'} to"
        f" {_ZONED[kind]}{study.network.name(thing)} in {there}",
        fix=f"point {text} in {table} at one in {here or 'the zone of its subnet'}.",
        addresses=part.step.addresses,
        example=part.step.addresses.example(),
        path=study.walker.hops(subnet, trail),
        because="" if here else f"the zone of {subnet.name} is known only after `pulumi up`",
    )
