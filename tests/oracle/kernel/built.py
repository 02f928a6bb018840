"""A network of the oracle's that stands in namespaces, and what probes say of it in the oracle's words."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from emulation import packets
from emulation.namespaces import Namespaces
from emulation.wiring import wire
from emulation.wiring.spaces import End, Port
from tests.oracle.addresses import NAT64, NOWHERE, PRIVATE, Addr, within
from tests.oracle.kernel.drawing import plan_of
from tests.oracle.kernel.passage import Observatory, Passage, Probe
from tests.oracle.questions import hosts
from tests.oracle.records import World
from tests.oracle.telling import COMMON

FIRST_PORT = 20000


class Way(NamedTuple):
    """How one packet fared: its ending, where, and the firewall endpoints that it crossed, in order.

    `flows` has each of them with the number of NAT gateways that the flow was behind there.
    """

    ending: str
    where: str = ""
    crossed: tuple[str, ...] = ()
    flows: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True)
class Sent:
    """A probe and what became of it. `reply` is None where nobody answered."""

    sender: str
    source: Addr
    destination: Addr
    way: Way
    reply: Way | None


class Built:
    """A world, built; close it when done."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.plan = plan_of(world)
        # What routes no further shares one namespace: every packet that comes there is seen.
        self.wiring = wire(self.plan, lambda _: "ends")
        self._namespaces = Namespaces(self.wiring)
        self._observatory = Observatory(self.wiring, self._namespaces)
        self._entries = {end: port for port, end in self.wiring.ends.items()}
        self._translators = {nat.id: nat.address for nat in self.plan.nats.values()}
        self._translators |= {box.id: box.address for box in self.plan.interfaces.values() if box.forwards}
        self._port = FIRST_PORT

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._observatory.close()
        self._namespaces.close()

    def send(self, flows: Sequence[tuple[str, Addr, Addr]]) -> list[Sent]:
        """Send a probe for each (subnet, source, destination); each is a flow of its own."""
        probes = [self._probe(subnet, source, destination) for subnet, source, destination in flows]
        passages = self._observatory.send(probes)
        return [
            Sent(subnet, source, destination, *self._told(destination, passage))
            for (subnet, source, destination), passage in zip(flows, passages, strict=True)
        ]

    def _probe(self, subnet: str, source: Addr, destination: Addr) -> Probe:
        self._port = self._port + 1 if self._port < 65000 else FIRST_PORT
        return Probe(self._entries[End("host", subnet)], source, destination, self._port)

    def _told(self, destination: Addr, passage: Passage) -> tuple[Way, Way | None]:
        way = self._way(passage, destination, reply=False)
        if passage.end is None or passage.arrived is None:
            return way, None
        back_to = packets.address(passage.arrived.source)
        reply = self._way(passage, back_to, reply=True)
        behind = self._translations(passage.trail())
        flows = self._flows(passage.trail(reply=True), behind, -1)
        return way, reply._replace(flows=flows)

    def _way(self, passage: Passage, destination: Addr, *, reply: bool) -> Way:
        trail = passage.trail(reply=reply)
        crossed = tuple(name for _, name in self._crossings(trail))
        flows = self._flows(trail, 0, 1)
        port = passage.reply_end if reply else passage.end
        if port is not None:
            end = self.wiring.ends[port]
            ending = {"host": "delivered"}.get(end.kind, end.kind)
            return Way(ending, end.id, crossed, flows)
        if passage.expired(reply=reply):
            return Way("loop")
        if trail and destination == self._translators.get(trail[-1].space):
            # At a NAT gateway's own address, which answers nobody.
            return Way("delivered", self._subnet_of(trail[-1].space), crossed, flows)
        return Way("dropped", "", crossed, flows)

    def _crossings(self, trail: Iterable[Port]) -> Iterator[tuple[int, str]]:
        for number, port in enumerate(trail):
            name = self.wiring.crossings.get(port)
            if name and (name not in self.world.endpoints or self.world.endpoints[name].inspects):
                yield number, name

    def _translations(self, trail: Iterable[Port]) -> int:
        return sum(1 for port in trail if port.space in self._translators)

    def _flows(self, trail: Sequence[Port], behind: int, step: int) -> frozenset[tuple[int, str]]:
        return frozenset(
            (behind + step * self._translations(trail[:number]), name) for number, name in self._crossings(trail)
        )

    def _subnet_of(self, translator: str) -> str:
        if translator in self.plan.nats:
            return self.plan.nats[translator].subnet or ""
        return self.plan.interfaces[translator].subnet


def flows_to_try(world: World) -> Iterator[tuple[str, Addr, Addr]]:
    """From a host of every subnet to both ends of every prefix that any table has, and to their neighbours."""
    nets = {route.to for table in world.tables.values() for route in table.routes}
    nets |= {route.to for table in world.transit_tables.values() for route in table.routes}
    nets |= {net for subnet in world.subnets.values() for net in subnet.cidrs}
    nets |= {ipaddress.ip_network(common) for common in COMMON}
    found: set[Addr] = set()
    for net in nets:
        first, last, most = int(net.network_address), int(net.broadcast_address), 2**net.max_prefixlen - 1
        kind = ipaddress.IPv4Address if net.version == 4 else ipaddress.IPv6Address
        found |= {kind(number) for number in (first - 1, first, last, last + 1) if 0 <= number <= most}
    tried = sorted((a for a in found if can_be_sent(a)), key=lambda a: (a.version, int(a)))
    for subnet in world.subnets.values():
        for source in hosts(subnet):
            for destination in tried:
                if destination.version == source.version and destination != source:
                    yield subnet.id, source, destination


_UNICAST_V6 = ipaddress.ip_network("2000::/3")


def can_be_sent(address: Addr) -> bool:
    """Whether a kernel routes packets for an address, and ours are meant to: there is no NAT64 in it."""
    if address.version == 6:
        return address not in NAT64 and within(address, _UNICAST_V6, *PRIVATE)
    return not within(address, *NOWHERE) and int(address) != 0xFFFFFFFF


__all__ = ["Built", "Sent", "Way", "can_be_sent", "flows_to_try"]
