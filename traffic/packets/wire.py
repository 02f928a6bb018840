"""IPv4, IPv6, TCP and UDP headers with right checksums, and the capture file they go into.

Written with ``struct`` because a scenario has tens of thousands of packets; the tests read them back with scapy.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

TCP, UDP = 6, 17
FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
LINKTYPE_RAW = 101  # IP without a link layer, so that byte counts are those of the IP packets, as AWS counts

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address and a port."""

    address: Address
    port: int

    def __str__(self) -> str:
        return f"{self.address}:{self.port}"


@dataclass(frozen=True, slots=True)
class Packet:
    """One IP packet: when (epoch seconds), its bytes and its direction.

    ``more_packets`` and ``more_bytes`` count packets of a bulk transfer that this one stands for and that were not
    built: they carry nothing a rule could match, but belong in the byte counts.
    """

    time: float
    data: bytes
    to_server: bool
    more_packets: int = 0
    more_bytes: int = 0


def checksum(data: bytes) -> int:
    """Return the internet checksum (RFC 1071) of some bytes."""
    if len(data) % 2:
        data += b"\0"
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def ip_packet(
    source: Address, destination: Address, protocol: int, payload: bytes, *, ttl: int, identification: int
) -> bytes:
    """Return an IP packet of the family of its addresses."""
    if source.version == 6:  # noqa: PLR2004  # the number is the protocol's name
        header = struct.pack("!IHBB", 6 << 28, len(payload), protocol, ttl)
        return header + source.packed + destination.packed + payload
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), identification & 0xFFFF, 0x4000, ttl, protocol, 0)
    header += source.packed + destination.packed
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def tcp_segment(source: Endpoint, destination: Endpoint, flags: int, numbers: tuple[int, int], payload: bytes) -> bytes:
    """Return a TCP segment; ``numbers`` are sequence and acknowledgement. A SYN carries the options Linux sends."""
    options = b"\x02\x04\x05\xb4\x01\x01\x04\x02\x01\x03\x03\x07" if flags & SYN else b""
    offset = (20 + len(options)) // 4
    sequence, acknowledgement = (number & 0xFFFFFFFF for number in numbers)
    head = struct.pack(
        "!HHIIBBHHH", source.port, destination.port, sequence, acknowledgement, offset << 4, flags, 64240, 0, 0
    )
    segment = head + options + payload
    total = checksum(_pseudo_header(source, destination, TCP, len(segment)) + segment)
    return segment[:16] + struct.pack("!H", total) + segment[18:]


def udp_datagram(source: Endpoint, destination: Endpoint, payload: bytes) -> bytes:
    """Return a UDP datagram."""
    datagram = struct.pack("!HHHH", source.port, destination.port, 8 + len(payload), 0) + payload
    total = checksum(_pseudo_header(source, destination, UDP, len(datagram)) + datagram)
    return datagram[:6] + struct.pack("!H", total or 0xFFFF) + datagram[8:]


def write_capture(path: Path, packets: Iterable[Packet]) -> int:
    """Write packets to a capture file in order of time and return how many."""
    ordered = sorted(packets, key=lambda packet: packet.time)
    with path.open("wb") as file:
        file.write(struct.pack("!IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, LINKTYPE_RAW))
        for packet in ordered:
            micros = round(packet.time * 1_000_000)
            file.write(
                struct.pack("!IIII", micros // 1_000_000, micros % 1_000_000, len(packet.data), len(packet.data))
            )
            file.write(packet.data)
    return len(ordered)


def parse_address(text: str) -> Address:
    """Return an address. Raises ValueError when it is none."""
    return ip_address(text)


def _pseudo_header(source: Endpoint, destination: Endpoint, protocol: int, length: int) -> bytes:
    addresses = source.address.packed + destination.address.packed
    return addresses + struct.pack("!IHBB", length, 0, 0, protocol)
