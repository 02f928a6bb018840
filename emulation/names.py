"""The VPC's resolver as a DNS server: DNS Firewall's word first, then an address for every name there is."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from emulation import relay
from emulation.tunnel import Tunnel
from hunts.stack import Instance
from traffic.names import AddressBook
from traffic.plan import Lookup, Source
from traffic.records import Record
from traffic.resolver import Resolvers

_A, _CNAME, _TXT, _AAAA = 1, 5, 16, 28
_TYPES = {1: "A", 5: "CNAME", 15: "MX", 16: "TXT", 28: "AAAA"}
_RCODES = {"NOERROR": 0, "NXDOMAIN": 3}
_SECONDS = 60


@dataclass
class Names:
    """What all resolvers share: the verdicts, the addresses, and who asks.

    `instances` are by VPC and address; `services` are the addresses behind gateway endpoints, by the end of a name.
    """

    resolvers: Resolvers
    book: AddressBook
    instances: dict[tuple[str, str], Instance]
    services: dict[str, str]
    tunnel: Tunnel
    log: Callable[[Record], None]

    def address(self, name: str, kind: int = _A) -> str | None:
        """Return the address of a name, of the family that is asked for. AWS's own names have IPv4 alone."""
        if kind not in (_A, _AAAA) or name.endswith("invalid"):
            return None
        for ending, address in self.services.items():
            if name.endswith(ending) and ".s3" in f".{name}":
                return address if kind == _A else None
        if kind == _AAAA:
            return None if name.endswith(relay.NAMES) else self.book.ipv6(name)
        return self.book.address(name)

    def answer(self, vpc: str, query: bytes, asker: tuple[str, int]) -> bytes | None:
        """Answer one query; None where it is none."""
        try:
            name, kind, end = _question(query)
        except (struct.error, IndexError, UnicodeDecodeError):
            return None
        instance = self.instances.get((vpc, asker[0]))
        if instance is None:
            return None
        address = self.address(name, kind)
        rcode = "NXDOMAIN" if name.endswith("invalid") else "NOERROR"
        lookup = Lookup(time.time(), Source(instance.id, instance), name, _TYPES.get(kind, "A"), rcode, address, "")
        verdict = self.resolvers.ask(lookup)
        for record in self.resolvers.records:
            self.log(record)
        self.resolvers.records.clear()
        if verdict.resolved:
            self.tunnel.take(name)
            found = [_record(_TXT, b"\x03v=1")] if kind == _TXT else []
            found += [_record(kind, ipaddress.ip_address(address).packed)] if address else []
        elif verdict.rule is not None:
            rcode = "NXDOMAIN" if verdict.rule.block_response == "NXDOMAIN" else "NOERROR"
            found = [_record(_CNAME, _packed(verdict.rule.override))] if verdict.rule.override else []
        else:
            found = []
        return _reply(query[:end], rcode, found)


def _question(query: bytes) -> tuple[str, int, int]:
    """Return the name, the type, and where the question ends."""
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("ascii"))
        at += 1 + query[at]
    kind, _ = struct.unpack_from("!HH", query, at + 1)
    return ".".join(labels).lower(), kind, at + 5


def _reply(question: bytes, rcode: str, records: list[bytes]) -> bytes:
    flags = 0x8180 | _RCODES[rcode]
    head = question[:2] + struct.pack("!HHHHH", flags, 1, len(records), 0, 0) + question[12:]
    return head + b"".join(records)


def _record(kind: int, data: bytes) -> bytes:
    """Return a record of the name that was asked for."""
    return struct.pack("!HHHIH", 0xC00C, kind, 1, _SECONDS, len(data)) + data


def _packed(name: str) -> bytes:
    labels = [label.encode("ascii") for label in name.strip(".").split(".")]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


class _Server(asyncio.DatagramProtocol):
    def __init__(self, names: Names, vpc: str) -> None:
        self._names, self._vpc = names, vpc

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        reply = self._names.answer(self._vpc, data, addr)
        if reply is not None:
            self._transport.sendto(reply, addr)


async def serve(names: Names, vpc: str, sockets: list[socket.socket]) -> None:
    """Answer on some sockets, opened where the VPC's resolver stands."""
    loop = asyncio.get_running_loop()
    for each in sockets:
        await loop.create_datagram_endpoint(lambda: _Server(names, vpc), sock=each)
