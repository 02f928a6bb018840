"""What a walk answers: hops, ends and paths, as values that every presentation can read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..addresses import AddressSet


class EndKind(Enum):
    """Where a path ends."""

    # Members are singletons, and millions of look-ups hang on them: Enum's own goes over the name.
    __hash__ = object.__hash__

    INTERNET = "internet"
    """Through an internet, egress-only or carrier gateway."""
    ON_PREMISES = "on-premises"
    """Through a virtual private gateway, VPN, Direct Connect, Connect attachment or local gateway."""
    OUTSIDE = "outside"
    """Into a gateway, attachment, peer or endpoint that this program knows by id alone."""
    DELIVERED = "delivered"
    """At an address of a VPC of this program."""
    SERVICE = "service"
    """Into a gateway endpoint (S3 or DynamoDB)."""
    DROPPED = "dropped"
    """No route, a blackhole, or a gateway that doesn't serve this packet."""
    MISSING = "missing"
    """A route points at something that isn't there."""
    LOOP = "loop"
    """The packet comes back to where it was."""
    UNKNOWN = "unknown"
    """The next hop is a value that nobody knows before ``pulumi up``."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One thing that a packet passes.

    ``kind`` is one of: subnet, spokes, firewall, nat-gateway, internet-gateway, egress-only-gateway, carrier-gateway,
    transit-gateway, attachment, peering, endpoint, gateway-endpoint, virtual-private-gateway, local-gateway,
    interface, core-network, vpc, nothing. ``name`` is the resource's name in the program (or its id); ``urn`` is None
    for things outside the program. ``zone`` is the Availability Zone where it is known. ``route`` is the URN of the
    route, table or association that sent the packet here.
    """

    kind: str
    name: str
    urn: str | None = None
    zone: str | None = None
    route: str | None = None

    def __str__(self) -> str:
        zone = f" ({self.zone})" if self.zone else ""
        return f"{self.kind.replace('-', ' ')} {self.name}{zone}" if self.name else self.kind


@dataclass(frozen=True, slots=True)
class Crossing:
    """A firewall endpoint that a path crosses.

    ``firewall`` is the firewall's URN (or the endpoint's id where it is trusted by config). ``endpoint`` is the subnet
    (URN) that the endpoint stands in, the URN of its VpcEndpointAssociation, or "transit-gateway"; None while only the
    firewall is certain, as for an endpoint id that preview can't know. ``by`` makes one crossing of those that differ
    in nothing but the zone that a gateway chooses for the flow: who chooses, and the endpoint that goes with each zone.
    """

    firewall: str
    endpoint: str | None
    by: tuple[str, tuple[tuple[str, str], ...]] | None = None

    def may_equal(self, other: Crossing) -> bool:
        """Tell whether the two can be the same endpoint: an unknown endpoint may be any of its firewall."""
        if self.firewall != other.firewall or (self.by or other.by):
            return self == other
        return self.endpoint is None or other.endpoint is None or self.endpoint == other.endpoint

    def where(self, chosen: Mapping[str, str]) -> Crossing:
        """Return the crossing that it is under some choices of zones."""
        chooser, endpoints = self.by or ("", ())
        found = dict(endpoints).get(chosen.get(chooser, ""))
        return Crossing(self.firewall, found) if found else self


@dataclass(frozen=True, slots=True)
class Path:
    """One way that packets take.

    ``addresses`` is the set of destinations that take this very path, ``address`` one of them. ``crossed`` lists the
    firewall endpoints in order. ``doubts`` says why it isn't certain that packets go this way; an empty tuple means
    that they do.
    """

    subnet: str
    addresses: AddressSet
    address: str
    hops: tuple[Hop, ...]
    end: EndKind
    crossed: tuple[Crossing, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def inspected(self) -> bool:
        """The path crosses a firewall endpoint."""
        return bool(self.crossed)

    def __str__(self) -> str:
        return " -> ".join(str(hop) for hop in self.hops)
