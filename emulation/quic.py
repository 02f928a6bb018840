"""The internet's HTTP/3: a QUIC server at every address, with a certificate for the names that have the address."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import struct
from collections.abc import Callable
from typing import Any

from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.asyncio.server import QuicServer
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import QuicEvent

from emulation.authority import Authority

PORT = 443
_LARGEST = 65536
_IPV6_FREEBIND = 78
_INFO = struct.Struct("16sI")


class _Web(QuicConnectionProtocol):
    """Answers every request with the name that was asked for."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._http = H3Connection(self._quic)

    def quic_event_received(self, event: QuicEvent) -> None:
        for each in self._http.handle_event(event):
            if isinstance(each, HeadersReceived):
                asked = {name: value.decode("latin-1") for name, value in each.headers}
                body = f"This is {asked.get(b':authority', '?')}, {asked.get(b':path', '/')}\n".encode()
                fields = [(b":status", b"200"), (b"content-type", b"text/plain")]
                self._http.send_headers(each.stream_id, fields)
                self._http.send_data(each.stream_id, body, end_stream=True)


class _Address(asyncio.DatagramTransport):
    """One of the internet's addresses: what is sent here leaves from it, though its socket has every address."""

    def __init__(self, ear: socket.socket, own: bytes) -> None:
        super().__init__()
        self._ear = ear
        self._own = own

    def sendto(self, data: Any, addr: Any = None) -> None:
        told = [(socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, _INFO.pack(self._own, 0))]
        with contextlib.suppress(OSError):  # as on any network, a datagram may be lost; QUIC says it again
            self._ear.sendmsg([data], told, 0, addr)

    def close(self) -> None:
        """Leave the socket open: it is every address's."""


def listening() -> socket.socket:
    """Return a socket that hears datagrams for every address of the namespace that this thread is in."""
    ear = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    ear.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    ear.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
    ear.setsockopt(socket.IPPROTO_IPV6, _IPV6_FREEBIND, 1)
    for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):  # a played scenario listens beside it
        ear.setsockopt(socket.SOL_SOCKET, option, 1)
    ear.setblocking(False)
    return ear


def serve(authority: Authority, names_at: Callable[[str], list[str]], ear: socket.socket) -> None:
    """Answer on a socket that `listening` made; `names_at` says which names an address has."""
    servers: dict[bytes, QuicServer] = {}

    def server(own: bytes) -> QuicServer:
        if own not in servers:
            configuration = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN)
            names = names_at(_text(own)) or ["unnamed.invalid"]
            configuration.certificate, configuration.private_key = authority.issue(names)
            servers[own] = QuicServer(configuration=configuration, create_protocol=_Web)
            servers[own].connection_made(_Address(ear, own))
        return servers[own]

    def hear() -> None:
        try:
            data, told, _, peer = ear.recvmsg(_LARGEST, socket.CMSG_SPACE(_INFO.size))
        except OSError:
            return  # nothing to hear, or an ICMP error about what was sent
        for level, kind, value in told:
            if (level, kind) == (socket.IPPROTO_IPV6, socket.IPV6_PKTINFO):
                server(_INFO.unpack(value)[0]).datagram_received(data, peer)

    asyncio.get_running_loop().add_reader(ear, hear)


def _text(own: bytes) -> str:
    address = ipaddress.IPv6Address(own)
    return str(address.ipv4_mapped or address)
