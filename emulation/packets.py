"""TCP probes as bytes: a SYN whose sequence number says which probe it is, and the SYN-ACK that answers it."""

from __future__ import annotations

import ipaddress
import struct
from typing import NamedTuple

from emulation.plan import Address

HARDWARE = bytes.fromhex("020000000001")
PORT = 443
FIRST_TTL = 64
_SYN, _RESET, _ACK = 2, 4, 16
_V4, _V6 = 0x0800, 0x86DD
_TCP = 6
_V4_BYTES = 4


class Read(NamedTuple):
    """What a frame's headers say."""

    number: int
    acknowledged: int
    reply: bool
    source: bytes
    destination: bytes
    source_port: int
    destination_port: int
    ttl: int


def probe(number: int, source: Address, destination: Address, port: int, service: int = PORT) -> bytes:
    """Return the frame of a SYN from `port` to a service."""
    return _frame(source.packed, destination.packed, (port, service, number, 0, _SYN))


def answer(seen: Read) -> bytes:
    """Return the frame of the SYN-ACK to a SYN, addressed as the SYN was when it came."""
    ports = (seen.destination_port, seen.source_port)
    return _frame(seen.destination, seen.source, (*ports, seen.number, seen.number + 1, _SYN | _ACK))


def read(frame: bytes) -> Read | None:
    """Return what a frame says, if it is part of a handshake, or refuses one."""
    kind = int.from_bytes(frame[12:14])
    if kind == _V4 and frame[23] == _TCP:
        source, destination, ttl, at = frame[26:30], frame[30:34], frame[22], 34
    elif kind == _V6 and frame[20] == _TCP:
        source, destination, ttl, at = frame[22:38], frame[38:54], frame[21], 54
    else:
        return None
    source_port, destination_port, number, acknowledged, _, flags = struct.unpack_from("!HHIIBB", frame, at)
    if not flags & (_SYN | _RESET):
        return None
    return Read(number, acknowledged, bool(flags & _ACK), source, destination, source_port, destination_port, ttl)


def address(packed: bytes) -> Address:
    """Return an address from its bytes."""
    return ipaddress.ip_address(packed)


def _frame(source: bytes, destination: bytes, tcp: tuple[int, int, int, int, int]) -> bytes:
    source_port, destination_port, number, acknowledged, flags = tcp
    segment = bytearray(
        struct.pack(
            "!HHIIBBHHH", source_port, destination_port, number, acknowledged & 0xFFFFFFFF, 5 << 4, flags, 64000, 0, 0
        )
    )
    pseudo = source + destination + struct.pack("!II", len(segment), _TCP)
    struct.pack_into("!H", segment, 16, _checksum(pseudo + segment))
    if len(source) == _V4_BYTES:
        header = bytearray(
            struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(segment), 0, 0, FIRST_TTL, _TCP, 0, source, destination)
        )
        struct.pack_into("!H", header, 10, _checksum(header))
        kind = _V4
    else:
        header = bytearray(struct.pack("!IHBB16s16s", 6 << 28, len(segment), _TCP, FIRST_TTL, source, destination))
        kind = _V6
    return HARDWARE + HARDWARE + kind.to_bytes(2) + header + segment


def _checksum(data: bytes | bytearray) -> int:
    """Return the internet checksum (RFC 1071): all data here has an even length."""
    return ~(int.from_bytes(data) % 0xFFFF) & 0xFFFF
