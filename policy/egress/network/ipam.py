"""Reads address pools: where a range lies that IPAM, or Amazon, will only give with ``pulumi up``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..addresses import AddressError, interval
from ..program.snapshot import Ref

if TYPE_CHECKING:
    from ..addresses import Interval
    from ..program.snapshot import Link, Resource, Snapshot

Pool = tuple["Interval", ...] | None
"""The CIDR blocks of which a range will be a part; None where nobody can say."""

AMAZONS: Pool = (interval("2000::/3"),)
"""Where the IPv6 ranges are that Amazon gives: global unicast addresses (RFC 4291)."""
_KINDS = frozenset({"ipam-pool"})


class Pools:
    """The pools of a program."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._cidrs: dict[str, list[Resource]] = {}
        for resource in snapshot.of("ipam-pool-cidr"):
            link = resource.link("ipamPoolId", _KINDS)
            for key in link.keys if isinstance(link, Ref) else ():
                self._cidrs.setdefault(key, []).append(resource)
        self._known: dict[str, Pool] = {}

    def all(self) -> list[Interval]:
        """Return the blocks of all pools that are known."""
        return [block for resource in self._snapshot.of("ipam-pool") for block in self._of(resource.key) or ()]

    def of_range(self, resource: Resource, family: int) -> Pool:
        """Return where the range of a VPC (or a further range of one) will lie, of a family (4 or 6)."""
        name = "cidrBlock" if family == 4 else "ipv6CidrBlock"  # noqa: PLR2004 - the protocol's number
        link = resource.link(f"ipv{family}IpamPoolId", _KINDS)
        if link is None and family == 6 and not resource.dependencies(name):  # noqa: PLR2004 - the protocol's number
            return AMAZONS
        if link is None:
            # Taken from a pool by a resource of its own, whose range the program hands on.
            allocations = self._snapshot.candidates(resource, name, {"ipam-allocation"}, depth=0)
            if len(allocations) == 1:
                link = self._snapshot.resources[allocations[0]].link("ipamPoolId", _KINDS)
        return self._of_link(link)

    def _of_link(self, link: Link) -> Pool:
        pools = [self._of(key) for key in link.keys] if isinstance(link, Ref) else [None]
        known = [pool for pool in pools if pool is not None]
        return tuple(block for pool in known for block in pool) if len(known) == len(pools) else None

    def _of(self, key: str) -> Pool:
        if key not in self._known:
            # A pool that is its own source has no blocks.
            self._known[key] = None
            self._known[key] = self._read(self._snapshot.resources[key])
        return self._known[key]

    def _read(self, pool: Resource) -> Pool:
        """Return a pool's blocks; one that isn't known yet is some part of its source's."""
        if pool.registration.external:
            return None
        blocks: dict[Interval, None] = {}
        cidrs = self._cidrs.get(pool.key, [])
        for resource in cidrs:
            try:
                blocks[interval(resource.text("cidr") or "")] = None
            except AddressError:
                break
        else:
            if cidrs:
                return tuple(blocks)
        source = pool.link("sourceIpamPoolId", _KINDS)
        inherited = None if source is None else self._of_link(source)
        return None if inherited is None else tuple(dict.fromkeys([*blocks, *inherited]))
