"""The only way between a network's internet and this machine: requests to AWS's names, carried to the local AWS.

A Unix socket crosses network namespaces and leads nowhere else. Outside, the keeper listens on it and knows where the
local AWS is; inside, the internet's host of AWS's names talks to it.
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

SOCKET = "aws.sock"
NAMES = ".amazonaws.com"
_PIECE = 65536
_IDLE = 60.0


def start(folder: Path, endpoint: str) -> None:
    """Listen in a folder, and carry what comes to an HTTP endpoint of this machine, in a thread of its own."""
    path = folder / SOCKET
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with _short(folder) as name:
        listener.bind(name)
    path.chmod(0o600)
    where = urlsplit(endpoint)

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there = await asyncio.open_connection(where.hostname, where.port)
        except OSError:
            writer.close()
            return
        await join((reader, writer), there)

    async def serve() -> None:
        server = await asyncio.start_unix_server(carry, sock=listener)
        await server.serve_forever()

    threading.Thread(target=asyncio.run, args=(serve(),), daemon=True).start()


async def connect(folder: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Return a connection to the local AWS from inside a world. Raises OSError where nobody listens."""
    with _short(folder) as name:
        return await asyncio.open_unix_connection(name)


async def join(
    one: tuple[asyncio.StreamReader, asyncio.StreamWriter], other: tuple[asyncio.StreamReader, asyncio.StreamWriter]
) -> None:
    """Carry what each of two connections says to the other, until either ends or both are silent."""
    pumps = [asyncio.create_task(_pump(one[0], other[1])), asyncio.create_task(_pump(other[0], one[1]))]
    await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
    for pump in pumps:
        pump.cancel()
    for _, writer in (one, other):
        writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await asyncio.wait_for(reader.read(_PIECE), _IDLE):
            writer.write(piece)
            await writer.drain()
    except (TimeoutError, OSError):
        pass


@contextmanager
def _short(folder: Path) -> Iterator[str]:
    """Yield the socket's path by a descriptor of its folder: such paths may have 107 bytes, and folders lie deep."""
    descriptor = os.open(folder, os.O_PATH)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET}"
    finally:
        os.close(descriptor)
