"""A firewall as next hop: which of its endpoints a route means, and the way on from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..addresses import AddressSet
from .index import unclear
from .paths import Crossing, EndKind
from .places import ENDPOINT_OF, WHICH_ENDPOINT, End, Passed, Place, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..network.model import Endpoint, Route, Target
    from .index import NetworkIndex


def through_firewall(
    index: NetworkIndex, place: Place, target: Target, piece: AddressSet, route: Route
) -> Iterator[Step]:
    """Cross the endpoint that a route means, or each of those that it may mean."""
    every = index.network.endpoints.get(target.key, ())
    named = [endpoint for endpoint in every if not target.place or endpoint.key in target.place]
    inside = [e for e in named if index.vpc_of(e.subnet) in {place.owner, ""} or unclear(place.owner)]
    passed: Passed = (("firewall", target.key, None),)
    if named and not inside:
        note = f"its endpoint stands in {index.listed({index.vpc_of(e.subnet) for e in named})}"
        yield Step(piece, End(EndKind.MISSING, target.key, note), passed=passed)
        return
    if not inside:
        note = f"where {index.network.name(target.key)} has its endpoints is known only after `pulumi up`"
        end = End(EndKind.UNKNOWN, target.key, note, "firewall")
        yield Step(piece, end, passed=passed, crossed=(Crossing(target.key, None),))
        return
    # Where all endpoints lead on alike, it is no doubt about the way which one it is.
    differ = len(inside) > 1 and len({index.tables_of(e.subnet) for e in every if e.subnet}) > 1
    doubt = f"{WHICH_ENDPOINT}{index.network.name(target.key)} it is, is known only after `pulumi up`" if differ else ""
    meant = _meant(index, place, route, inside) if len(inside) > 1 else inside
    named_by = f"{ENDPOINT_OF}{place.table} {route.text} {route.intervals[:1]}" if len(meant) > 1 else ""
    if target.others and (more := _by_position(index, place, target, route)):
        name = index.network.name(place.table)
        doubt = f"which of {name}'s routes looks an endpoint up by its subnet is known only after `pulumi up`"
        meant, named_by = [*meant, *more], ""
    for each in meant:
        passed = (("firewall", target.key, index.zone_of((each.subnet,))),)
        crossed = (Crossing(target.key, each.key),)
        choice = (named_by, each.key) if named_by else None
        for step in index.onward(each.subnet, piece, (place.source, place.flow), passed, crossed, doubt=doubt):
            yield step._replace(choice=choice)


def _meant(index: NetworkIndex, place: Place, route: Route, endpoints: list[Endpoint]) -> list[Endpoint]:
    """Return the endpoints that a route may mean which names one of several before anybody knows which.

    That is the one of the zone of the subnets that the table serves; or, for a route back into the VPC, of the
    subnets that it leads to. A table that serves none, such as a gateway's, may mean any; `up` proves it.
    """
    zones = set(index.served.get(place.table, ()))
    if zones:
        zones |= _zones_behind(index, place, route)
    if None in zones:
        return endpoints
    return [each for each in endpoints if index.zone_of((each.subnet,)) in zones] or endpoints


def _zones_behind(index: NetworkIndex, place: Place, route: Route) -> set[str | None]:
    """Return the zones of the subnets that a route back into its own VPC leads to."""
    vpc = index.network.vpcs.get(place.owner)
    if vpc is None or not all(vpc.cidrs.covers_interval(*pair) for pair in route.intervals):
        return set()
    there = AddressSet.of_intervals(route.intervals)
    return {s.zone for s in index.subnets_of.get(place.owner, ()) if s.cidrs.overlaps(there)}


def _by_position(index: NetworkIndex, place: Place, target: Target, route: Route) -> list[Endpoint]:
    """Return the endpoints that an inline route means if the look-ups beside it are those of other routes.

    They are, at most, where another route of the table is for the zone that was looked up, and this one isn't.
    """
    table = index.network.tables[place.table]
    every = index.network.endpoints[target.key]
    looked_up = {index.zone_of((e.subnet,)) for e in every if e.key in target.place}
    wanted = _zones_behind(index, place, route)
    fellows = [each for each in table.routes if any(t.key == target.key and t.others for t in each.targets)]
    if wanted & looked_up or not any(_zones_behind(index, place, each) & looked_up for each in fellows):
        return []
    return [e for e in every if e.key in target.others and index.zone_of((e.subnet,)) in wanted]
