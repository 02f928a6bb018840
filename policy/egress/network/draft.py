"""What the readers of single constructs share while a Network is being put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..addresses import AddressError, interval
from ..program.kinds import SUBNETS, VPCS
from ..program.snapshot import UNKNOWN, Outside, Ref, Resource, Snapshot
from .ranges import Ranges

if TYPE_CHECKING:
    from collections.abc import Collection

    from ..program.snapshot import Link
    from .model import Attachment, Endpoint, Gateway, Middlebox, Nat, Peering, Subnet, Table, TransitGateway, Vpc
    from .ranges import Pieces


def outside(identity: str) -> str:
    """Return the key of something known by id alone."""
    return f"id:{identity}"


def outside_name(identity: str) -> str:
    """Return what a person calls something known by id alone: the id, or the name where the id is a URN."""
    return identity.split("::", 3)[-1]


_MERGED = frozenset({"routes", "entries"})
"""Properties with many values, whose dependencies the engine doesn't tell apart."""


@dataclass
class Draft:
    """The network so far. ``vague`` says, by subnet, why its range is taken wider than it can be."""

    snapshot: Snapshot
    vpcs: dict[str, Vpc] = field(default_factory=dict)
    subnets: dict[str, Subnet] = field(default_factory=dict)
    strangers: dict[str, Subnet] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    gateways: dict[str, Gateway] = field(default_factory=dict)
    nats: dict[str, Nat] = field(default_factory=dict)
    middleboxes: dict[str, Middlebox] = field(default_factory=dict)
    peerings: dict[str, Peering] = field(default_factory=dict)
    transit_gateways: dict[str, TransitGateway] = field(default_factory=dict)
    transit_tables: dict[str, Table] = field(default_factory=dict)
    foreign_associations: dict[str, tuple[str, ...]] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    endpoints: dict[str, tuple[Endpoint, ...]] = field(default_factory=dict)
    zone_names: dict[str, str] = field(default_factory=dict)
    endpoint_ids: dict[str, tuple[str, str]] = field(default_factory=dict)
    transit_attachment_ids: dict[str, str] = field(default_factory=dict)
    ranges: Ranges = field(init=False)
    vague: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make room for ranges that aren't known yet."""
        self.ranges = Ranges(self.snapshot)

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

    def destination(self, resource: Resource, name: str, value: Any, family: int) -> tuple[Pieces | None, str]:
        """Read a route's destination: its interval (what stands in for it), or None and the doubt."""
        if isinstance(value, str):
            try:
                return (interval(value),), ""
            except AddressError as error:
                return None, str(error)
        if value is UNKNOWN:
            ranges = self.unknown_ranges(resource, name, family)
            if len(ranges) == 1:
                return ranges[0], ""
        return None, resource.unknown(name)

    def unknown_ranges(
        self, resource: Resource, name: str, family: int, asked: Collection[str] = frozenset()
    ) -> list[Pieces]:
        """Return the ranges that an unknown value can stand for: those of subnets, else VPCs, among its dependencies.

        Only a range that isn't known yet itself can be meant. Where the dependencies of many values are merged, it may
        be that of a VPC as well as a subnet's, but of none that was only ``asked`` for an endpoint.
        """
        by_kind = []
        for kinds in (SUBNETS, VPCS):
            found = self.snapshot.candidates(resource, name, kinds, depth=0)
            by_kind.append([p for key in found if key not in asked for p in self.ranges.owned(key, family)])
        subnets, vpcs = by_kind
        return subnets + vpcs if name in _MERGED else subnets or vpcs


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
