"""Who has which addresses: the internet's, those of VPCs, attachments and peers, and dead space, which nobody has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..addresses import EMPTY, INTERNET, NAT64, PRIVATE, AddressSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..network.model import Network, Route, Target

_LEADS_AWAY = frozenset({"virtual-private-gateway", "local-gateway", "core-network", "gateway", "outside", "unknown"})


def somebodys(network: Network) -> AddressSet:
    """Return the addresses that somebody has, and NAT64's of them.

    What a route of the program sends to something out of sight is taken to be there, but for default routes and parts
    of them: a route that holds internet addresses names nobody. A doubtful route, which may be for any address, names
    nobody either: its doubt is told where it matters.
    """
    had = AddressSet.union([*(vpc.cidrs for vpc in network.vpcs.values()), *_elsewhere(network)])
    return AddressSet.union([INTERNET, had, had.v4.shifted(NAT64.bounds[0])])


def dead_space(had: AddressSet) -> AddressSet:
    """Return the private addresses, and NAT64's of them, that are not among those that somebody has."""
    return (PRIVATE | PRIVATE.v4.shifted(NAT64.bounds[0])) - had


def _elsewhere(network: Network) -> Iterator[AddressSet]:
    for table in (*network.tables.values(), *network.transit_tables.values()):
        for route in table.routes:
            if any(_is_elsewhere(network, target) for target in route.targets):
                yield _named(route)


def _named(route: Route) -> AddressSet:
    if route.doubt:
        return EMPTY
    blocks = (AddressSet.of_intervals([pair]) for pair in route.intervals)
    return AddressSet.union(block for block in blocks if not block.overlaps(INTERNET))


def _is_elsewhere(network: Network, target: Target) -> bool:
    match target.kind:
        case "attachment":
            attachment = network.attachments.get(target.key)
            if attachment is None or attachment.kind in {"peering", "on-premises"}:
                return True
            return attachment.kind == "vpc" and not _inside(network, attachment.vpc)
        case "peering":
            peering = network.peerings.get(target.key)
            return peering is None or not all(_inside(network, side) for side in peering.sides)
        case "transit-gateway":
            return target.key.startswith("id:")
    return target.kind in _LEADS_AWAY


def _inside(network: Network, vpc: str) -> bool:
    return vpc in network.vpcs and network.vpcs[vpc].inside
