"""`http3 URL` in an instance: fetch a page by HTTP/3, which most builds of curl can't; no fallback to TCP.

Exit codes are curl's: 2 for a wrong URL, 6 for a name without an address, 28 where nobody answers in time, 60 for a
certificate that isn't the name's, 56 for anything else that ends it.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from typing import Any
from urllib.parse import urlsplit

from aioquic.asyncio.client import connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ConnectionTerminated, QuicEvent
from aioquic.quic.packet import QuicErrorCode

_SECONDS = 5.0
_BAD_CERTIFICATE = QuicErrorCode.CRYPTO_ERROR + 42


class ClosedError(Exception):
    """The connection ended without a page; has QUIC's error code."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(f"the connection was closed: {why or hex(code)}")
        self.code = code


class _Page(QuicConnectionProtocol):
    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._http = H3Connection(self._quic)
        self._body = bytearray()
        self.read: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def ask(self, host: str, path: str) -> None:
        stream = self._quic.get_next_available_stream_id()
        fields = {":method": "GET", ":scheme": "https", ":authority": host, ":path": path}
        self._http.send_headers(stream, [(k.encode(), v.encode()) for k, v in fields.items()], end_stream=True)
        self.transmit()

    def quic_event_received(self, event: QuicEvent) -> None:
        if isinstance(event, ConnectionTerminated) and not self.read.done():
            self.read.set_exception(ClosedError(event.error_code, event.reason_phrase))
        for each in self._http.handle_event(event):
            if isinstance(each, DataReceived):
                self._body += each.data
                if each.stream_ended and not self.read.done():
                    self.read.set_result(bytes(self._body))


async def fetch(host: str, port: int, path: str) -> bytes:
    """Return a page. Raises TimeoutError, ClosedError, socket.gaierror or ConnectionError."""
    configuration = QuicConfiguration(is_client=True, alpn_protocols=H3_ALPN, server_name=host)
    configuration.load_verify_locations(os.environ.get("SSL_CERT_FILE"))
    last: list[_Page] = []

    def made(*arguments: Any, **more: Any) -> _Page:
        last.append(_Page(*arguments, **more))
        return last[-1]

    # What a connection that is given up leaves behind is no news: the exit code says what happened.
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    async with asyncio.timeout(_SECONDS):
        try:
            async with connect(host, port, configuration=configuration, create_protocol=made) as page:
                assert isinstance(page, _Page)  # noqa: S101 - made above
                page.ask(host, path)
                return await page.read
        except ConnectionError:
            if last and last[-1].read.done():
                return await last[-1].read  # raises what ended it
            raise


def main(arguments: list[str]) -> int:
    """Print the page."""
    url = urlsplit(arguments[0] if len(arguments) == 1 else "")
    if url.scheme != "https" or not url.hostname:
        print("http3: usage: http3 https://NAME/PATH", file=sys.stderr)  # noqa: T201
        return 2
    try:
        body = asyncio.run(fetch(url.hostname, url.port or 443, url.path or "/"))
    except TimeoutError:
        return _said(28, f"nobody answered in {_SECONDS:.0f} s")
    except socket.gaierror as error:
        return _said(6, f"no address of {url.hostname}: {error.strerror}")
    except (ClosedError, OSError) as error:
        return _said(60 if isinstance(error, ClosedError) and error.code == _BAD_CERTIFICATE else 56, str(error))
    sys.stdout.write(body.decode("utf-8", "replace"))
    return 0


def _said(code: int, why: str) -> int:
    sys.stderr.write(f"http3: ({code}) {why}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
