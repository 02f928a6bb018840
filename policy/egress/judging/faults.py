"""The part of a way that a violation is about: from the step that decides it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..walking.paths import EndKind, Hop
from ..walking.places import End

if TYPE_CHECKING:
    from ..network.model import Subnet
    from ..walking.search import Trail
    from ..walking.walk import Walker


def part_from(
    walker: Walker, subnet: Subnet | None, trail: tuple[Trail, ...], decisive: Trail | None
) -> tuple[Hop, ...]:
    """Return the hops of a way from its decisive step on, with the hop before it; empty where no step decides."""
    if decisive is None or decisive not in trail:
        return ()
    number = trail.index(decisive)
    hops = (*walker.hops(None, trail[number:]), *_beyond(trail))
    if decisive.place.transit:
        table = decisive.place.table
        return (Hop("transit-gateway", walker.network.name(table), table), *hops)
    before = walker.hops(subnet, trail[:number]) or _where(walker, decisive)
    return (*before[-1:], *hops)


def whole_reply(walker: Walker, trail: tuple[Trail, ...], home: Subnet | None) -> tuple[Hop, ...]:
    """Return the hops of a reply, from the subnet that it starts in; ``home`` is the one that it was meant for."""
    if not trail:
        return ()
    hops = (*_where(walker, trail[0]), *walker.hops(None, trail))
    if home is not None and hops[-1].kind == "vpc":
        hops = (*hops[:-1], Hop("subnet", home.name, home.key, home.zone, hops[-1].route))
    return hops


def _beyond(trail: tuple[Trail, ...]) -> tuple[Hop, ...]:
    end = trail[-1].step.to
    return (Hop("internet", ""),) if isinstance(end, End) and end.kind is EndKind.INTERNET else ()


def _where(walker: Walker, first: Trail) -> tuple[Hop, ...]:
    """Return the subnet in whose table a way starts."""
    for subnet in walker.network.subnets.values():
        if first.place.table in subnet.tables and first.place.zone in {None, subnet.zone}:
            return (Hop("subnet", subnet.name, subnet.key, subnet.zone),)
    return ()
