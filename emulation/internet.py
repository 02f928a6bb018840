"""The internet: one host that has every address and answers every name, by TLS with a CA of its own and by HTTP."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import ssl
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAYS = dt.timedelta(days=7)
_MOST = 65536
_SECONDS = 10.0


class Authority:
    """A certificate authority that lives as long as the network, trusted by the network's instances alone."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "The emulated internet")])
        own = x509.BasicConstraints(ca=True, path_length=0)
        self._certificate = (
            self._builder(self._name, self._key).add_extension(own, critical=True).sign(self._key, hashes.SHA256())
        )
        self._contexts: dict[str, ssl.SSLContext] = {}

    @property
    def pem(self) -> bytes:
        """Return the certificate that instances trust."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def context(self, name: str) -> ssl.SSLContext:
        """Return the TLS context of a host of that name."""
        if name not in self._contexts:
            self._contexts[name] = self._made(name)
        return self._contexts[name]

    def _made(self, name: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        built = self._builder(subject, key).add_extension(names, critical=False).sign(self._key, hashes.SHA256())
        plain = serialization.NoEncryption()
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile(prefix="emulation-") as file:
            Path(file.name).write_bytes(built.public_bytes(serialization.Encoding.PEM) + private)
            context.load_cert_chain(file.name)
        return context

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.UTC)
        return x509.CertificateBuilder(
            issuer_name=self._name,
            subject_name=subject,
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now - _DAYS,
            not_valid_after=now + _DAYS,
        )


async def serve(authority: Authority, https: socket.socket, http: socket.socket, banners: list[socket.socket]) -> None:
    """Answer on sockets opened where the internet is; `banners` greet as SSH servers do."""
    context = authority.context("unnamed.invalid")

    def choose(connection: ssl.SSLSocket | ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name:
            connection.context = authority.context(name)

    context.sni_callback = choose
    await asyncio.start_server(_web, sock=https, ssl=context)
    await asyncio.start_server(_web, sock=http)
    for each in banners:
        await asyncio.start_server(_banner, sock=each)


async def _web(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one request with the name that was asked for."""
    try:
        async with asyncio.timeout(_SECONDS):
            head = (await reader.readuntil(b"\r\n\r\n"))[:_MOST].decode("latin-1")
            lines = head.split("\r\n")
            host = next((line.partition(":")[2].strip() for line in lines if line.lower().startswith("host:")), "?")
            body = f"This is {host}, {lines[0].split(' ')[1]}\n".encode()
            fields = f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\nConnection: close"
            writer.write(f"HTTP/1.1 200 OK\r\n{fields}\r\n\r\n".encode() + body)
            await writer.drain()
    except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, IndexError):
        pass
    finally:
        writer.close()


async def _banner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        async with asyncio.timeout(_SECONDS):
            writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
            await reader.read(_MOST)
    except (TimeoutError, ConnectionError):
        pass
    finally:
        writer.close()
