"""Finds the route that a path owes its fate to: the one to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..network.model import UNWRITTEN

if TYPE_CHECKING:
    from ..walking.steps import Steps
    from ..walking.walk import Trail

_WAYS_OUT = frozenset(
    {
        "nat-gateway",
        "internet-gateway",
        "egress-only-gateway",
        "carrier-gateway",
        "virtual-private-gateway",
        "local-gateway",
        "core-network",
        "peering",
        "gateway",
    }
)


def way_out(trail: tuple[Trail, ...]) -> Trail | None:
    """Return the step that first leaves for good: to a NAT gateway, a gateway, or out of what can be seen."""
    for part in trail:
        if any(kind in _WAYS_OUT for kind, _key, _zone in part.step.passed):
            return part
    return trail[-1] if trail else None


def culprit(part: Trail | None, steps: Steps) -> tuple[str | None, str, str]:
    """Return what to change: its URN, the destination as written (empty where none is), and the table's name."""
    if part is None:
        return None, "", ""
    table = steps.table(part.place)
    name = steps.network.name(part.place.table) if table is None else table.name
    route = part.step.route
    urn = (route.urn if route else None) or (table.urn if table else None)
    if urn is not None and not urn.startswith("urn:"):
        urn = None
    return urn, route.text if route and route.text not in UNWRITTEN else "", name
