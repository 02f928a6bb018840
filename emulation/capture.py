"""Writes what passes a port of the network as pcapng. Runs inside the world (`python -m emulation.capture`)."""

from __future__ import annotations

import json
import socket
import struct
import sys
import time
from collections.abc import Iterator
from typing import BinaryIO

from emulation import world
from emulation.namespaces import entered

_ALL = 3
_ETHERNET = 1
_NANOSECONDS = 9
_MOST_BYTES = 262144
_SECTION, _INTERFACE, _PACKET = 0x0A0D0D0A, 1, 6


def header(name: str) -> bytes:
    """Return the blocks that a pcapng file begins with: one section, and one interface that counts nanoseconds."""
    said = name.encode()
    options = _option(2, said) + _option(9, bytes([_NANOSECONDS])) + _option(0, b"")
    section = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)
    return _block(_SECTION, section) + _block(_INTERFACE, struct.pack("<HHI", _ETHERNET, 0, _MOST_BYTES) + options)


def packet(frame: bytes, at: int) -> bytes:
    """Return the block of a frame that was seen at `at`, in nanoseconds since 1970."""
    head = struct.pack("<IIIII", 0, at >> 32, at & 0xFFFFFFFF, len(frame), len(frame))
    return _block(_PACKET, head + _padded(frame))


def _option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + _padded(value)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _block(kind: int, body: bytes) -> bytes:
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


def _frames(path: str, port: str, seconds: float, most: int) -> Iterator[bytes]:
    with entered(path):
        eye = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL))
    eye.bind((port, _ALL))
    until = time.monotonic() + seconds
    for _ in range(most):
        eye.settimeout(max(until - time.monotonic(), 0.001))
        try:
            yield eye.recv(_MOST_BYTES)
        except TimeoutError:
            return


def write(out: BinaryIO, asked: dict[str, object]) -> int:
    """Write what is asked for to a file; returns how many packets that was."""
    out.write(header(str(asked["name"])))
    count = 0
    for frame in _frames(str(asked["path"]), str(asked["port"]), float(str(asked["seconds"])), int(str(asked["most"]))):
        out.write(packet(frame, time.time_ns()))
        out.flush()
        count += 1
    return count


def main() -> int:
    """Read what to capture from standard input, and write it to standard output."""
    try:
        world.check()
        count = write(sys.stdout.buffer, json.load(sys.stdin))
    except KeyboardInterrupt:
        return 0
    except (world.WorldError, OSError) as error:
        sys.stderr.write(f"capture: {error}\n")
        return 1
    sys.stderr.write(f"{count} packets\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
