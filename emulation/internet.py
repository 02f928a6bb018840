"""The internet: one host that has every address and answers every name, by TLS with a CA of its own and by HTTP.

HTTP/3 is next door, in `emulation.quic`.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

from emulation import relay
from emulation.authority import Authority

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
_MOST = 65536
_SECONDS = 10.0


PORTS = (21, 22, 23, 25, 80, 443, 853, 8080, 8443)
"""The TCP ports at which the internet listens; on all of them it answers in whatever protocol it is spoken to."""
_GREETINGS = {21: b"220 ready\r\n", 22: b"SSH-2.0-OpenSSH_9.2\r\n", 23: b"login: ", 25: b"220 mail.example ESMTP\r\n"}
_FIRST_WORDS = {b"USER": 21, b"SSH-": 22, b"EHLO": 25, b"HELO": 25}
_TLS = 0x16
_IDLE = 3.0
"""Seconds after which a connection on which nobody speaks is closed."""
_PATIENCE = 0.5
"""Seconds that a client has for its first words; who keeps silent longer is greeted."""


async def serve(authority: Authority, folder: Path, listeners: list[socket.socket]) -> None:
    """Answer on sockets that listen where the internet is: TLS with HTTP in it, HTTP, SSH, FTP and whatever else.

    `folder` is where the keeper listens for requests to AWS (`emulation.relay`).
    """
    web = _web(folder)
    context = authority.context("unnamed.invalid")

    def choose(connection: ssl.SSLSocket | ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name:
            connection.context = authority.context(name)

    context.sni_callback = choose
    for each in listeners:
        each.listen(128)
        each.setblocking(False)
        _RUNNING.append(asyncio.create_task(_accept(each, context, web)))


_RUNNING: list[asyncio.Task[None]] = []


async def _accept(listener: socket.socket, context: ssl.SSLContext, web: Talk) -> None:
    loop = asyncio.get_running_loop()
    port = listener.getsockname()[1]
    while True:
        connection, _ = await loop.sock_accept(listener)
        task = asyncio.create_task(_meet(connection, port, context, web))
        _RUNNING.append(task)
        task.add_done_callback(_RUNNING.remove)


async def _meet(connection: socket.socket, port: int, context: ssl.SSLContext, web: Talk) -> None:
    """Look at a client's first words without taking them, and talk to it as it talks."""
    loop = asyncio.get_running_loop()
    connection.setblocking(False)
    first = await _first_words(connection)
    spoken = next((port for word, port in _FIRST_WORDS.items() if first.startswith(word)), port)
    talk = web if b" HTTP/1" in first else _other(_GREETINGS.get(spoken, _GREETINGS[22]))
    secure = context if first[:1] == bytes([_TLS]) else None

    def protocol() -> asyncio.StreamReaderProtocol:
        return asyncio.StreamReaderProtocol(asyncio.StreamReader(), web if secure else talk)

    try:
        await loop.connect_accepted_socket(protocol, connection, ssl=secure)
    except (OSError, ssl.SSLError):
        connection.close()


async def _first_words(connection: socket.socket) -> bytes:
    deadline = asyncio.get_running_loop().time() + _PATIENCE
    while asyncio.get_running_loop().time() < deadline:
        try:
            return connection.recv(_PEEKED, socket.MSG_PEEK)
        except BlockingIOError:
            await asyncio.sleep(0.01)
        except OSError:
            break
    return b""


_PEEKED = 512


def _web(folder: Path) -> Talk:
    """Answer one request with the name that was asked for; one to AWS goes to the local AWS."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_SECONDS):
                head = (await reader.readuntil(b"\r\n\r\n"))[:_MOST]
            lines = head.decode("latin-1").split("\r\n")
            host = next((line.partition(":")[2].strip() for line in lines if line.lower().startswith("host:")), "?")
            if host.partition(":")[0].endswith(relay.NAMES):
                there = await relay.connect(folder)
                there[1].write(head)
                await relay.join((reader, writer), there)
                return
            body = f"This is {host}, {lines[0].split(' ')[1]}\n".encode()
            fields = f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\nConnection: close"
            writer.write(f"HTTP/1.1 200 OK\r\n{fields}\r\n\r\n".encode() + body)
            await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, IndexError):
            pass
        finally:
            writer.close()

    return talk


def _other(greeting: bytes) -> Talk:
    """Greet, and then send back what is sent until the client falls silent."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(greeting)
            while said := await asyncio.wait_for(reader.read(_MOST), _IDLE):
                writer.write(said)
                await writer.drain()
        except (TimeoutError, OSError):
            pass
        finally:
            writer.close()

    return talk
