"""Turns what two ends say to each other into packets, from handshake to close, and tells what a drop leaves of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil
from typing import Literal

from traffic.packets.wire import (
    ACK,
    FIN,
    PSH,
    RST,
    SYN,
    TCP,
    UDP,
    Endpoint,
    Packet,
    ip_packet,
    tcp_segment,
    udp_datagram,
)

MSS = 1460
CLIENT_TTL, SERVER_TTL = 64, 52
_IP_TCP_HEADER = 40
# When Linux repeats what nobody acknowledged: 200 ms and doubling for a segment, 1 s and doubling for a first packet.
_SEGMENT_RETRIES = (0.2, 0.6, 1.4, 3.0)
_FIRST_RETRIES = (1.0, 3.0, 7.0)

Close = Literal["fin", "rst", "open"]


@dataclass(frozen=True, slots=True)
class Say:
    """One end sends ``data``; ``cut`` gives the sizes of the first segments, to send it in pieces.

    ``bulk`` more bytes follow that are counted and not built. ``pause`` is the time before it, in seconds.
    """

    to_server: bool
    data: bytes
    cut: tuple[int, ...] = ()
    bulk: int = 0
    pause: float = 0.0


def client(data: bytes, *, cut: tuple[int, ...] = (), bulk: int = 0, pause: float = 0.0) -> Say:
    """Make the client say something."""
    return Say(to_server=True, data=data, cut=cut, bulk=bulk, pause=pause)


def server(data: bytes, *, bulk: int = 0, pause: float = 0.0) -> Say:
    """Make the server say something."""
    return Say(to_server=False, data=data, bulk=bulk, pause=pause)


def tcp_packets(
    start: float,
    ends: tuple[Endpoint, Endpoint],
    says: Sequence[Say],
    *,
    round_trip: float = 0.02,
    rate: float = 12_500_000.0,
    close: Close = "fin",
) -> list[Packet]:
    """Return the packets of a TCP connection as the firewall sees them.

    ``ends`` are client and server; ``round_trip`` is in seconds, ``rate`` in bytes a second (for bulk).
    """
    line = _Line(start, ends, round_trip, rate)
    line.send(True, SYN)
    line.send(False, SYN | ACK)
    line.send(True, ACK)
    for say in says:
        line.say(say)
    if close == "fin":
        line.send(True, FIN | ACK)
        line.send(False, FIN | ACK)
        line.send(True, ACK)
    elif close == "rst":
        line.send(True, RST | ACK)
    return line.packets


def udp_packets(
    start: float, ends: tuple[Endpoint, Endpoint], says: Sequence[Say], *, round_trip: float = 0.02
) -> list[Packet]:
    """Return the datagrams of an exchange, one for each thing said (and more, counted, for bulk)."""
    packets, time = [], start
    previous = True
    for number, say in enumerate(says):
        time += say.pause + (round_trip / 2 if say.to_server != previous else 0.0002)
        previous = say.to_server
        source, destination = ends if say.to_server else (ends[1], ends[0])
        datagram = udp_datagram(source, destination, say.data)
        ttl = CLIENT_TTL if say.to_server else SERVER_TTL
        data = ip_packet(source.address, destination.address, UDP, datagram, ttl=ttl, identification=number + 1)
        more = ceil(say.bulk / MSS)
        packets.append(Packet(time, data, say.to_server, more, say.bulk + more * 28))
    return packets


def after_drop(packets: Sequence[Packet], index: int, *, reset: bool) -> list[Packet]:
    """Return what remains of a conversation whose packet ``index`` a firewall dropped.

    The packets before it, the packet itself (the engine saw it), and its repeats, since nobody acknowledged it; with
    ``reset`` (a reject) the sender knows at once and repeats nothing. What would have followed never happened.
    """
    dropped = replace(packets[index], more_packets=0, more_bytes=0)
    kept = [*packets[:index], dropped]
    if reset:
        return kept
    retries = _FIRST_RETRIES if index == 0 else _SEGMENT_RETRIES
    return kept + [replace(dropped, time=dropped.time + delay) for delay in retries]


def duration(packets: Sequence[Packet]) -> float:
    """Return the seconds from the first packet to the last."""
    return packets[-1].time - packets[0].time if packets else 0.0


class _Line:
    """The state of one connection while its packets are written."""

    def __init__(self, start: float, ends: tuple[Endpoint, Endpoint], round_trip: float, rate: float) -> None:
        self.packets: list[Packet] = []
        self._ends, self._half, self._rate = ends, round_trip / 2, rate
        self._time, self._last = start, True
        seed = (ends[0].port * 40503 + ends[1].port * 2654435 + int(start)) & 0x7FFFFFFF
        self._next = {True: seed, False: seed ^ 0x5A5A5A5A}
        self._count = seed & 0x3FFF

    def send(self, to_server: bool, flags: int, payload: bytes = b"", *, more: tuple[int, int] = (0, 0)) -> None:
        if self.packets:
            self._time += self._half if to_server != self._last else 0.0001
        self._last = to_server
        source, destination = self._ends if to_server else (self._ends[1], self._ends[0])
        acknowledged = self._next[not to_server] if flags & ACK else 0
        segment = tcp_segment(source, destination, flags, (self._next[to_server], acknowledged), payload)
        self._count += 1
        ttl = CLIENT_TTL if to_server else SERVER_TTL
        data = ip_packet(source.address, destination.address, TCP, segment, ttl=ttl, identification=self._count)
        self.packets.append(Packet(self._time, data, to_server, *more))
        self._next[to_server] += len(payload) + bool(flags & (SYN | FIN))

    def say(self, say: Say) -> None:
        self._time += say.pause
        pieces = _pieces(say.data, say.cut)
        bulk_packets = ceil(say.bulk / MSS)
        for number, piece in enumerate(pieces, start=1):
            last = number == len(pieces)
            more = (bulk_packets, say.bulk + bulk_packets * _IP_TCP_HEADER) if last else (0, 0)
            self.send(say.to_server, PSH | ACK if last else ACK, piece, more=more)
        self._time += say.bulk / self._rate
        # Every second segment is acknowledged (RFC 5681).
        acknowledgements = bulk_packets // 2
        self.send(not say.to_server, ACK, more=(acknowledgements, acknowledgements * _IP_TCP_HEADER))


def _pieces(data: bytes, cut: Sequence[int]) -> list[bytes]:
    edges, position = [0], 0
    for size in cut:
        position += size
        if position < len(data):
            edges.append(position)
    edges += [*range(edges[-1] + MSS, len(data), MSS), len(data)]
    return [data[begin:end] for begin, end in pairwise(edges)]
