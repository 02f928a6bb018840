"""The instance metadata service, version 2 and (where an instance allows it) 1, at 169.254.169.254 in every VPC.

Source: EC2 User Guide, "Use the Instance Metadata Service to access instance metadata".
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from collections.abc import Mapping
from typing import NamedTuple

from emulation.reader.identities import Identity

ADDRESS = "169.254.169.254"
_SECONDS = 5.0
_LONGEST = 21600
_MOST_TOKENS = 1000


class Asked(NamedTuple):
    """A request: its method, its path, and its headers in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]


class Metadata:
    """Answers an instance's questions about itself. `identities` are by VPC and address."""

    def __init__(self, identities: Mapping[tuple[str, str], Identity]) -> None:
        self.identities = identities
        self._tokens: dict[str, tuple[tuple[str, str], float]] = {}

    def answer(self, asker: tuple[str, str], asked: Asked) -> tuple[int, str]:
        """Return the status and the body of an answer."""
        identity = self.identities.get(asker)
        if identity is None:
            return 404, ""
        if asked.path == "/latest/api/token":
            return self._token(asker, asked)
        if asked.method != "GET":
            return 405, ""
        shown = asked.headers.get("x-aws-ec2-metadata-token")
        if shown is None and identity.token_required:
            return 401, ""
        if shown is not None:
            whose, until = self._tokens.get(shown, (None, 0.0))
            if whose != asker or until < time.monotonic():
                return 401, ""
        return _told(identity, asked.path)

    def _token(self, asker: tuple[str, str], asked: Asked) -> tuple[int, str]:
        if asked.method != "PUT":
            return 405, ""
        if "x-forwarded-for" in asked.headers:
            return 403, ""
        seconds = asked.headers.get("x-aws-ec2-metadata-token-ttl-seconds", "")
        if not seconds.isdigit() or not 1 <= int(seconds) <= _LONGEST:
            return 400, ""
        if len(self._tokens) >= _MOST_TOKENS:
            self._tokens.clear()
        token = secrets.token_urlsafe(40)
        self._tokens[token] = (asker, time.monotonic() + int(seconds))
        return 200, token


def _told(identity: Identity, path: str) -> tuple[int, str]:
    if path.rstrip("/") == "/latest/user-data":
        return (200, identity.user_data) if identity.user_data else (404, "")
    if not path.startswith("/latest/meta-data"):
        return 404, ""
    wanted = path.removeprefix("/latest/meta-data").lstrip("/")
    if wanted in identity.paths:
        return 200, identity.paths[wanted]
    if f"{wanted}/" in identity.paths:
        return 200, identity.paths[f"{wanted}/"]
    below = wanted and f"{wanted.rstrip('/')}/"
    found = {one.removeprefix(below) for one in identity.paths if one.startswith(below) and one != below}
    listed = sorted({f"{name}/" if more else name for name, more, _ in (one.partition("/") for one in found)})
    return (200, "\n".join(listed)) if listed else (404, "")


async def serve(metadata: Metadata, vpc: str, listener: socket.socket) -> None:
    """Answer on a socket that listens where a VPC's own services stand."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_SECONDS):
                first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
                method, path, *_ = first.split(" ")
                fields = (line.partition(":") for line in lines)
                headers = {name.strip().lower(): value.strip() for name, _, value in fields}
                asker = vpc, str(writer.get_extra_info("peername")[0])
                status, body = metadata.answer(asker, Asked(method, path.partition("?")[0], headers))
                head = f"HTTP/1.1 {status} \r\nContent-Type: text/plain\r\nContent-Length: {len(body.encode())}\r\n"
                ttl = headers.get("x-aws-ec2-metadata-token-ttl-seconds", "")
                head += f"x-aws-ec2-metadata-token-ttl-seconds: {ttl}\r\n" if status == 200 and method == "PUT" else ""  # noqa: PLR2004 - HTTP's
                writer.write(f"{head}Connection: close\r\n\r\n{body}".encode())
                await writer.drain()
        except (TimeoutError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            pass
        finally:
            writer.close()

    await asyncio.start_server(talk, sock=listener)
