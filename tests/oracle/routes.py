"""Which route wins: AWS's route priority, for a VPC's table and for a transit gateway's.

Both prefer the longest prefix, then static routes, then those of prefix lists, then propagated ones. A VPC's `local`
route is never beaten by a propagated one, however long (AWS: VPC User Guide, "How route priority works", and
Site-to-Site VPN User Guide, "Route tables and route priority"). A transit gateway knows no local routes, and prefers
what VPCs propagate to what Direct Connect, Connect and VPN attachments do (AWS: Transit Gateways, "Route evaluation
order"). Between prefix lists that hold the same range AWS chooses at random.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.oracle.addresses import Addr
from tests.oracle.records import PROPAGATED, Route


def winners(routes: Iterable[Route], destination: Addr) -> list[Route]:
    """The routes that may win: none, one, or several among which AWS chooses."""
    fitting = [r for r in routes if r.to.version == destination.version and destination in r.to]
    if any(r.kind == "local" for r in fitting):
        fitting = [r for r in fitting if r.rank < PROPAGATED]
    if not fitting:
        return []
    first = min(map(_priority, fitting))
    best = [r for r in fitting if _priority(r) == first]
    return list({(r.kind, r.target): r for r in best}.values())


def _priority(route: Route) -> tuple[int, int, bool]:
    # A static route as long as `local` has replaced it.
    return -route.to.prefixlen, route.rank, route.kind == "local"
