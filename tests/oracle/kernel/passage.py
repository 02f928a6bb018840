"""Sends probes through a network that stands, answers them where they end, and records every hop of both."""

from __future__ import annotations

import selectors
import socket
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from emulation import packets, world
from emulation.namespaces import Namespaces
from emulation.wiring.spaces import End, Port, Wiring
from tests.oracle.addresses import Addr

_ALL, _IGNORE_OUTGOING, _SOL_PACKET = 3, 23, 263
_BATCH = 64
_QUIET = 0.004
"""Seconds without any packet after which a batch is over; a probe that got lost is sent again before it counts."""


class Probe(NamedTuple):
    """A SYN: by which end it enters, from and to which address."""

    entry: Port
    source: Addr
    destination: Addr
    port: int


class Hop(NamedTuple):
    """A packet that came in at a port, with so many hops to live."""

    port: Port
    ttl: int


@dataclass
class Passage:
    """How a probe fared: the hops of the SYN and of its answer, and the ends that they came to."""

    hops: list[Hop] = field(default_factory=list)
    end: Port | None = None
    reply_hops: list[Hop] = field(default_factory=list)
    reply_end: Port | None = None
    arrived: packets.Read | None = None

    def trail(self, *, reply: bool = False) -> list[Port]:
        """The ports that it came in by, in order."""
        return [hop.port for hop in sorted(self.reply_hops if reply else self.hops, key=lambda hop: -hop.ttl)]

    def expired(self, *, reply: bool = False) -> bool:
        """Whether it went round until it had no hops left to live."""
        return any(hop.ttl <= 1 for hop in (self.reply_hops if reply else self.hops))


class Observatory:
    """Eyes on every space of a network, and hands at its ends."""

    def __init__(self, wiring: Wiring, namespaces: Namespaces) -> None:
        world.check()
        self._wiring = wiring
        self._eyes = selectors.DefaultSelector()
        self._hands: dict[str, socket.socket] = {}
        for space in wiring.spaces.values():
            with namespaces.inside(space.name):
                eye = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL))
            eye.setsockopt(_SOL_PACKET, _IGNORE_OUTGOING, 1)
            eye.setblocking(False)
            self._eyes.register(eye, selectors.EVENT_READ, space.name)
            self._hands[space.name] = eye

    def send(self, probes: Sequence[Probe]) -> list[Passage]:
        """Send probes, a batch at a time, and watch until nothing moves."""
        passages: list[Passage] = []
        for start in range(0, len(probes), _BATCH):
            batch = probes[start : start + _BATCH]
            seen: dict[int, Passage] = defaultdict(Passage)
            for number, probe in enumerate(batch, 1):
                frame = packets.probe(number, probe.source, probe.destination, probe.port)
                self._hands[probe.entry.space].sendto(frame, (probe.entry.name, 0))
                self._watch(seen, 0)
            while self._watch(seen, _QUIET):
                pass
            passages += [seen[number] for number in range(1, len(batch) + 1)]
        return passages

    def _watch(self, seen: dict[int, Passage], wait: float) -> bool:
        """Take in what came; answers SYNs at ends. Returns whether there was anything."""
        ready = self._eyes.select(wait)
        for key, _ in ready:
            eye = key.fileobj
            assert isinstance(eye, socket.socket)
            while True:
                try:
                    frame, (port, *_rest) = eye.recvfrom(200)
                except BlockingIOError:
                    break
                self._take_in(seen, Port(key.data, port), frame)
        return bool(ready)

    def _take_in(self, seen: dict[int, Passage], port: Port, frame: bytes) -> None:
        packet = packets.read(frame)
        if packet is None:
            return
        passage = seen[packet.number]
        (passage.reply_hops if packet.reply else passage.hops).append(Hop(port, packet.ttl))
        if port in self._wiring.ends:
            if packet.reply:
                passage.reply_end = port
            else:
                passage.end, passage.arrived = port, packet
                self._hands[port.space].sendto(packets.answer(packet), (port.name, 0))

    def close(self) -> None:
        """Close all sockets."""
        self._eyes.close()
        for hand in self._hands.values():
            hand.close()


def entries(wiring: Wiring, ends: Iterable[End]) -> dict[End, Port]:
    """The ports by which some ends send."""
    wanted = set(ends)
    return {end: port for port, end in wiring.ends.items() if end in wanted}
