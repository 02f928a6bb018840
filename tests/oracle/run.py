"""How one packet fares: what it passed so far, and where it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from tests.oracle.addresses import Addr
from tests.oracle.records import Nat

Ending = Literal["internet", "premises", "unknown", "service", "delivered", "dropped", "loop", "dangling"]

FROM_ANOTHER_VPC = "from another VPC"
NO_SUBNET = "no such subnet"
NOT_INTERNET = "not an internet address"


class Packet(NamedTuple):
    source: Addr
    destination: Addr


class Crossing(NamedTuple):
    """A firewall endpoint on the way, behind how many NAT gateways, and the source that it saw.

    `again`: some table had sent this packet the same way before, so that it goes round.
    """

    endpoint: str
    depth: int
    source: Addr
    again: bool


class Run(NamedTuple):
    """How a packet fared.

    `pins` is the zone that each appliance-mode attachment hashed this flow to; `natted` the gateways that rewrote its
    source, with the source before each; `tables` those that it was looked up in; `exit` the gateway, endpoint or subnet
    where it ended; `chance` says that AWS chose between routes at random on the way.
    """

    packet: Packet
    hops: tuple[str, ...] = ()
    crossed: tuple[Crossing, ...] = ()
    natted: tuple[tuple[Nat, Addr], ...] = ()
    pins: Mapping[tuple[str, frozenset[Addr]], str] = {}
    seen: frozenset[tuple[str, str, Addr, Addr]] = frozenset()
    tables: frozenset[str] = frozenset()
    again: bool = False
    chance: bool = False
    ending: Ending = "dropped"
    exit: str = ""
    why: str = ""
    reply: bool = False

    @property
    def flows(self) -> frozenset[tuple[int, str]]:
        """The endpoints crossed, each with the flow that it saw: behind so many NAT gateways."""
        return frozenset((one.depth, one.endpoint) for one in self.crossed)

    def hop(self, name: str) -> Run:
        return self._replace(hops=(*self.hops, name))

    def cross(self, endpoint: str) -> Run:
        """Pass an endpoint, as the flow that the packet belongs to behind the NAT gateways so far."""
        one = Crossing(endpoint, len(self.natted), self.packet.source, self.again)
        return self._replace(crossed=(*self.crossed, one))

    def end(self, ending: Ending, where: str, why: str = "") -> Run:
        return self._replace(ending=ending, exit=where, why=why, hops=(*self.hops, f"{ending}:{where}"))
