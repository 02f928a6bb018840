"""DNS messages in wire form (RFC 1035), for queries that leave for a resolver outside."""

import struct

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "NULL": 10, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33}


def query(name: str, kind: str, number: int) -> bytes:
    """Return a query with recursion desired; ``number`` is its id."""
    return struct.pack("!HHHHHH", number & 0xFFFF, 0x0100, 1, 0, 0, 0) + _question(name, kind)


def answer(name: str, kind: str, number: int, data: bytes) -> bytes:
    """Return the answer to that query with one record of ``data``."""
    head = struct.pack("!HHHHHH", number & 0xFFFF, 0x8180, 1, 1, 0, 0) + _question(name, kind)
    return head + struct.pack("!HHHIH", 0xC00C, TYPES[kind], 1, 60, len(data)) + data


def over_tcp(message: bytes) -> bytes:
    """Return a message with the length that TCP and TLS put before it."""
    return struct.pack("!H", len(message)) + message


def _question(name: str, kind: str) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.rstrip(".").split("."))
    return labels + b"\x00" + struct.pack("!HH", TYPES[kind], 1)
