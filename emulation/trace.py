"""A traceroute that sees both directions: one SYN from an instance, and every port that it and its answer come in by.

Runs inside the world (`python -m emulation.trace`), with what stands there on standard input.
"""

from __future__ import annotations

import ipaddress
import json
import secrets
import selectors
import socket
import sys
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from emulation import packets, world
from emulation.namespaces import entered

_ALL, _IGNORE_OUTGOING, _SOL_PACKET = 3, 23, 263
_SECONDS = 3.0
_QUIET = 0.3
_AGAIN = 0.9
_FIRST_PORT, _PORTS = 49152, 16000


class Seen(NamedTuple):
    """A packet that came in: in which space, by which port, with so many hops to live, from and to whom."""

    space: str
    port: str
    ttl: int
    source: str
    destination: str


def trace(
    spaces: Mapping[str, str], start: tuple[str, str], source: str, to: str, service: int
) -> dict[str, list[Seen]]:
    """Send one SYN from a port of a space and watch it and its answer; the kernel of whoever is reached answers.

    `spaces` are the files of the namespaces by name. Returns the packets on the way `out` and `back`, in order.
    """
    world.check()
    eyes = selectors.DefaultSelector()
    hand = None
    for space, path in spaces.items():
        eye = _eye(path)
        eyes.register(eye, selectors.EVENT_READ, space)
        hand = eye if space == start[0] else hand
    if hand is None:
        raise world.WorldError(f"there is no {start[0]} here")
    number, own = secrets.randbits(32), _FIRST_PORT + secrets.randbelow(_PORTS)
    one, other = ipaddress.ip_address(source), ipaddress.ip_address(to)
    frame = packets.probe(number, one, other, own, service)
    hand.sendto(frame, (start[1], 0))
    again = time.monotonic() + _AGAIN
    found: dict[str, list[Seen]] = {"out": [], "back": []}
    until = time.monotonic() + _SECONDS
    heard = time.monotonic()
    while time.monotonic() < until and (time.monotonic() - heard < _QUIET or not found["back"]):
        if not found["back"] and time.monotonic() > again:
            # As any client does that hears nothing: packets get lost where links have just come up.
            hand.sendto(frame, (start[1], 0))
            again += _AGAIN
        for key, _ in eyes.select(_QUIET):
            if isinstance(key.fileobj, socket.socket):
                heard_there, (at, *_rest) = key.fileobj.recvfrom(200)
                way, seen = _told(number, key.data, at, heard_there)
                if seen is not None:
                    heard = time.monotonic()
                    found[way].append(seen)
    return {way: _in_order(seen) for way, seen in found.items()}


def _in_order(seen: list[Seen]) -> list[Seen]:
    """Sort by hops to live; of what passes several ports of one space in a row, the first is told."""
    ordered = sorted(seen, key=lambda one: -one.ttl)
    return [one for n, one in enumerate(ordered) if n == 0 or ordered[n - 1].space != one.space]


def _told(number: int, space: str, port: str, frame: bytes) -> tuple[str, Seen | None]:
    packet = packets.read(frame)
    if packet is None:
        return "out", None
    ours = packet.acknowledged == (number + 1) & 0xFFFFFFFF if packet.reply else packet.number == number
    ends = str(packets.address(packet.source)), str(packets.address(packet.destination))
    return ("back" if packet.reply else "out"), Seen(space, port, packet.ttl, *ends) if ours else None


def _eye(path: str) -> socket.socket:
    with entered(path):
        eye = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL))
    eye.setsockopt(_SOL_PACKET, _IGNORE_OUTGOING, 1)
    return eye


def sentences(state: Mapping[str, Any], ways: Mapping[str, list[Seen]]) -> list[str]:
    """Say a trace in words: a line for each thing that is not just the last one's other end."""
    lines = []
    for way, title in (("out", "Out"), ("back", "Back")):
        lines.append(f"{title}:")
        seen = ways[way]
        labels = state["labels"]
        lines.extend(f"  {labels.get(one.space, one.space):60} {one.source} -> {one.destination}" for one in seen)
        if not seen:
            lines.append("  nothing came")
    return lines


def main() -> int:
    """Read what to trace from standard input and write what was seen."""
    asked = json.load(sys.stdin)
    try:
        ways = trace(*(asked[key] for key in ("spaces", "start", "source", "to", "service")))
    except (world.WorldError, OSError) as error:
        sys.stderr.write(f"trace: {error}\n")
        return 1
    sys.stdout.write("\n".join(sentences(asked, ways)) + "\n")
    return 0 if ways["back"] else 3


if __name__ == "__main__":
    sys.exit(main())
