"""Which addresses to try: a few for each network, such that any difference between tables shows at one of them."""

from __future__ import annotations

import ipaddress

from tests.oracle.addresses import (
    NAT64,
    PRIVATE,
    SERVICE_NETWORKS,
    SHARED,
    Addr,
    Net,
    behind_nat64,
    is_internet,
    middle_of,
)
from tests.oracle.records import World

COMMON = ("8.8.8.0/24", "203.0.113.0/24", "198.18.0.0/15", "240.0.0.0/4", "2a00:1450::/32", "4000::/3", "64:ff9b::/96")
PLAIN = {ipaddress.ip_address(a) for a in ("8.8.8.16", "203.0.113.16", "2a00:1450::10")}


def telling_addresses(world: World) -> list[Addr]:
    """One address of each kind: such as lie in the same prefixes fare alike. Both ends of every prefix are tried."""
    nets: set[Net] = {route.to for table in world.tables.values() for route in table.routes}
    nets |= {route.to for table in world.transit_tables.values() for route in table.routes}
    nets |= {net for subnet in world.subnets.values() for net in subnet.cidrs}
    nets |= {net for vpc in world.vpcs.values() for net in vpc.cidrs}
    nets |= {*SERVICE_NETWORKS["s3"], *PRIVATE, SHARED, *(ipaddress.ip_network(common) for common in COMMON)}
    found: set[Addr] = {ipaddress.ip_address("64:ff9b::808:808")}
    for net in nets:
        low, high = int(net.network_address), int(net.broadcast_address)
        limit = 2**net.max_prefixlen - 1
        kind = ipaddress.IPv4Address if net.version == 4 else ipaddress.IPv6Address
        middle = middle_of(net)
        if net.version == 4:
            found |= {ipaddress.IPv6Address((0x64FF9B << 96) + n) for n in (min(low + 16, high), middle, high)}
        found |= {kind(n) for n in (low + 16, low - 1, low, middle, high - 1, high, high + 1) if 0 <= n <= limit}
    alike: dict[object, Addr] = {}
    for address in sorted(found, key=lambda a: (a.version, a not in PLAIN, int(a))):
        alike.setdefault(_kind(address, nets), address)
    return sorted(alike.values(), key=lambda a: (a.version, int(a)))


def _kind(address: Addr, nets: set[Net]) -> object:
    inner = behind_nat64(address) if address.version == 6 and address in NAT64 else None
    mine = frozenset(net for net in nets if net.version == address.version and address in net)
    its = frozenset(net for net in nets if net.version == 4 and inner in net) if inner else None
    return mine, its, is_internet(address)
