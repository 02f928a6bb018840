"""What the readers of single constructs share while a Network is being put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from ..addresses import ALL_V4, ALL_V6, AddressError, AddressSet, interval
from ..program.kinds import SUBNETS, VPCS
from ..program.snapshot import UNKNOWN, Outside, Ref, Resource, Snapshot

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from ..program.snapshot import Link
    from .model import Attachment, Endpoint, Gateway, Middlebox, Nat, Peering, Subnet, Table, Vpc

# Blocks that nobody uses stand in for CIDRs that aren't known yet, so that a subnet whose range comes only with
# `pulumi up` is still one range, apart from all others: RFC 9637 for IPv6, the reserved class E for IPv4.
_STAND_IN_V6 = interval("3fff::/20")[0]
_STAND_IN_V4 = interval("240.0.0.0/4")[0]
STAND_INS = AddressSet.of("3fff::/20", "240.0.0.0/4")


def outside(identity: str) -> str:
    """Return the key of something known by id alone."""
    return f"id:{identity}"


def outside_name(identity: str) -> str:
    """Return what a person calls something known by id alone: the id, or the name where the id is a URN."""
    return identity.rpartition("::")[2]


@dataclass
class Draft:
    """The network so far. ``vague`` says, by subnet, why its range is taken wider than it can be."""

    snapshot: Snapshot
    vpcs: dict[str, Vpc] = field(default_factory=dict)
    subnets: dict[str, Subnet] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    gateways: dict[str, Gateway] = field(default_factory=dict)
    nats: dict[str, Nat] = field(default_factory=dict)
    middleboxes: dict[str, Middlebox] = field(default_factory=dict)
    peerings: dict[str, Peering] = field(default_factory=dict)
    transit_tables: dict[str, Table] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    endpoints: dict[str, tuple[Endpoint, ...]] = field(default_factory=dict)
    zone_names: dict[str, str] = field(default_factory=dict)
    endpoint_ids: dict[str, tuple[str, str]] = field(default_factory=dict)
    transit_attachment_ids: dict[str, str] = field(default_factory=dict)
    blocks: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    vague: dict[str, str] = field(default_factory=dict)
    _vpc_numbers: Iterator[int] = field(default_factory=count)
    _subnet_numbers: dict[str, Iterator[int]] = field(default_factory=dict)

    def keep(self, resource: Resource) -> None:
        """Remember a resource's name and id for messages and look-ups."""
        self.names[resource.key] = resource.name
        identity = resource.registration.id or resource.raw("id")
        if isinstance(identity, str):
            self.ids.setdefault(identity, resource.key)

    def is_external(self, key: str) -> bool:
        """Tell whether the program only reads a thing, which may then have more to it than the program knows."""
        resource = self.snapshot.resources.get(key)
        return resource is not None and resource.registration.external

    def vpc_stand_in(self, key: str, family: int) -> tuple[int, int]:
        """Return the block that stands in for a VPC's unknown range of a family (4 or 6)."""
        if (key, family) not in self.blocks:
            number = next(self._vpc_numbers)
            if family == 6:  # noqa: PLR2004 - the protocol's number
                start = _STAND_IN_V6 + (number << 72)
                self.blocks[key, family] = (start, start + (1 << 72))
            else:
                start = _STAND_IN_V4 + (number % 4096 << 16)
                self.blocks[key, family] = (start, start + (1 << 16))
        return self.blocks[key, family]

    def subnet_stand_in(self, key: str, vpc: str, family: int) -> tuple[int, int]:
        """Return the block that stands in for a subnet's unknown range, inside its VPC's where that is unknown too."""
        if (key, family) not in self.blocks:
            start, _end = self.vpc_stand_in(vpc, family)
            number = next(self._subnet_numbers.setdefault(vpc, count()))
            size = 1 << 64 if family == 6 else 1 << 8  # noqa: PLR2004 - the protocol's number
            start += number % 256 * size
            self.blocks[key, family] = (start, start + size)
        return self.blocks[key, family]

    def destination(self, resource: Resource, name: str, value: Any, family: int) -> tuple[tuple[int, int] | None, str]:
        """Read a route's destination: its interval, or None and the doubt."""
        if isinstance(value, str):
            try:
                return interval(value), ""
            except AddressError as error:
                return None, str(error)
        if value is UNKNOWN:
            blocks = self.unknown_ranges(resource, name, family)
            if len(blocks) == 1:
                return blocks[0], ""
        return None, resource.unknown(name)

    def unknown_ranges(self, resource: Resource, name: str, family: int) -> list[tuple[int, int]]:
        """Return the ranges that an unknown value can stand for: those of subnets, else VPCs, among its dependencies.

        Only a range that isn't known yet itself can be meant.
        """
        wanted = ALL_V6 if family == 6 else ALL_V4  # noqa: PLR2004 - the protocol's number
        for kinds, things in ((SUBNETS, self.subnets), (VPCS, self.vpcs)):
            found = self.snapshot.candidates(resource, name, kinds, depth=0)
            ranges = [things[key].cidrs & wanted & STAND_INS for key in found if key in things]
            if pairs := [pair for block in ranges for pair in block.intervals()]:
                return pairs
        return []


def keys_of(links: list[Link], kinds_inside: Collection[str] | None = None) -> tuple[str, ...]:
    """Return the keys of links, things outside the program included; ``kinds_inside`` is None or the keys to keep."""
    keys: dict[str, None] = {}
    for link in links:
        if isinstance(link, Ref):
            keys.update((key, None) for key in link.keys if kinds_inside is None or key in kinds_inside)
        elif isinstance(link, Outside):
            keys[outside(link.id)] = None
    return tuple(keys)


def link_keys(link: Link) -> tuple[str, ...]:
    """Return the keys that one link may mean; empty when it is absent or unknown."""
    return keys_of([link])


def is_gateway_endpoint(endpoint: Resource) -> bool | None:
    """Tell whether a VPC endpoint is one of type Gateway, which is what the type left out means; None while unknown."""
    kind = endpoint.raw("vpcEndpointType")
    if kind is UNKNOWN:
        return None if endpoint.dependencies("vpcEndpointType") else True
    return kind in (None, "Gateway")
