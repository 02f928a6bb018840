"""The internet answers in the protocol that it is spoken to, and hands requests to AWS to the local AWS alone."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from emulation import internet, relay
from emulation.authority import Authority

Scene = Callable[[int, Authority], Awaitable[bytes]]


def play(folder: Path, scene: Scene) -> bytes:
    """Run a scene with an internet that listens on a port of this machine's loopback."""

    async def run() -> bytes:
        authority = Authority()
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        await internet.serve(authority, folder, [listener])
        return await scene(listener.getsockname()[1], authority)

    return asyncio.run(run())


async def say(port: int, words: bytes, size: int = 4096) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(words)
    answer = await reader.read(size)
    writer.close()
    return answer


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (b"SSH-2.0-x\r\n", b"SSH-2.0-OpenSSH"),
        (b"USER anonymous\r\n", b"220 ready"),
        (b"", b"SSH-2.0-OpenSSH"),
        (b"GET /a HTTP/1.1\r\nHost: www.example.com\r\n\r\n", b"HTTP/1.1 200 OK"),
    ],
)
def test_it_answers_as_it_is_spoken_to(tmp_path: Path, words: bytes, answer: bytes) -> None:
    assert play(tmp_path, lambda port, _: say(port, words)).startswith(answer)


def test_tls_has_a_certificate_for_the_name_that_is_asked(tmp_path: Path) -> None:
    async def scene(port: int, authority: Authority) -> bytes:
        trust = ssl.create_default_context(cadata=authority.pem.decode())
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trust, server_hostname="www.example.org")
        writer.write(b"GET / HTTP/1.1\r\nHost: www.example.org\r\n\r\n")
        return await reader.read()

    assert play(tmp_path, scene).endswith(b"This is www.example.org, /\n")


def test_a_request_to_aws_is_carried_as_it_is_and_so_is_the_answer(tmp_path: Path) -> None:
    deep = tmp_path / ("a-folder-whose-path-is-longer-than-a-unix-socket-may-have-" * 3)
    deep.mkdir()
    request = b"PUT /key HTTP/1.1\r\nHost: bucket.s3.eu-west-1.amazonaws.com\r\nContent-Length: 4\r\n\r\nbody"
    heard: list[bytes] = []

    async def scene(port: int, _: Authority) -> bytes:
        async def aws(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heard.append(await reader.readexactly(len(request)))
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(aws, "127.0.0.1", 0)
        relay.start(deep, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        return await say(port, request)

    assert play(deep, scene) == b"HTTP/1.1 200 OK\r\n\r\n"
    assert heard == [request]


def test_where_nobody_carries_it_a_request_to_aws_gets_no_answer(tmp_path: Path) -> None:
    request = b"GET / HTTP/1.1\r\nHost: sts.amazonaws.com\r\n\r\n"
    assert play(tmp_path, lambda port, _: say(port, request)) == b""
