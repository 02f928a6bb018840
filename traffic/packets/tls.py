"""TLS as a firewall that does not decrypt sees it: a client hello, a server hello, and records of noise."""

import hashlib
import struct

_CIPHERS = (0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8)
_RECORD = 16384
HANDSHAKE, CHANGE_CIPHER_SPEC, APPLICATION_DATA = 22, 20, 23


def client_hello(sni: str | None, *, alpn: tuple[str, ...] = ("h2", "http/1.1"), seed: str = "") -> bytes:
    """Return a record with a TLS 1.3 client hello; ``sni`` None leaves the extension out."""
    return record(HANDSHAKE, client_hello_message(sni, alpn=alpn, seed=seed), version=0x0301)


def client_hello_message(
    sni: str | None, *, alpn: tuple[str, ...] = ("h2", "http/1.1"), seed: str = "", quic: bool = False
) -> bytes:
    """Return the handshake message itself, as QUIC carries it; ``quic`` adds transport parameters."""
    extensions = b""
    if sni is not None:
        name = sni.encode("idna") if not sni.isascii() else sni.encode()
        extensions += _extension(0, struct.pack("!HBH", len(name) + 3, 0, len(name)) + name)
    extensions += _extension(11, b"\x01\x00")
    extensions += _extension(10, b"\x00\x06\x00\x1d\x00\x17\x00\x18")
    extensions += _extension(13, b"\x00\x08\x04\x03\x08\x04\x04\x01\x05\x03")
    if alpn:
        names = b"".join(bytes([len(name)]) + name.encode() for name in alpn)
        extensions += _extension(16, struct.pack("!H", len(names)) + names)
    extensions += _extension(43, b"\x04\x03\x04\x03\x03" if not quic else b"\x02\x03\x04")
    extensions += _extension(45, b"\x01\x01")
    extensions += _extension(51, b"\x00\x24\x00\x1d\x00\x20" + noise(f"share {seed}", 32))
    if quic:
        extensions += _extension(57, b"\x01\x04\x80\x00\x75\x30\x0f\x00")
    ciphers = b"".join(struct.pack("!H", cipher) for cipher in _CIPHERS)
    session = b"\x20" + noise(f"session {seed}", 32) if not quic else b"\x00"
    body = b"\x03\x03" + noise(f"random {seed}", 32) + session
    body += struct.pack("!H", len(ciphers)) + ciphers + b"\x01\x00" + struct.pack("!H", len(extensions)) + extensions
    return b"\x01" + len(body).to_bytes(3, "big") + body


def server_hello(seed: str = "") -> bytes:
    """Return server hello, change cipher spec and the encrypted rest of the server's flight (about 3 kB)."""
    extensions = _extension(43, b"\x03\x04") + _extension(51, b"\x00\x1d\x00\x20" + noise(f"server share {seed}", 32))
    body = b"\x03\x03" + noise(f"server random {seed}", 32) + b"\x20" + noise(f"session {seed}", 32)
    body += b"\x13\x01\x00" + struct.pack("!H", len(extensions)) + extensions
    hello = record(HANDSHAKE, b"\x02" + len(body).to_bytes(3, "big") + body)
    return hello + record(CHANGE_CIPHER_SPEC, b"\x01") + application_data(2800, f"certificate {seed}")


def finished(seed: str = "") -> bytes:
    """Return the client's change cipher spec and encrypted finished."""
    return record(CHANGE_CIPHER_SPEC, b"\x01") + application_data(53, f"finished {seed}")


def application_data(size: int, seed: str = "") -> bytes:
    """Return encrypted records that carry ``size`` bytes."""
    body = noise(seed, size)
    return b"".join(record(APPLICATION_DATA, body[start : start + _RECORD]) for start in range(0, size, _RECORD))


def record(kind: int, body: bytes, version: int = 0x0303) -> bytes:
    """Return one TLS record."""
    return struct.pack("!BHH", kind, version, len(body)) + body


def noise(seed: str, size: int) -> bytes:
    """Return bytes that look random and are the same for the same seed."""
    return hashlib.shake_128(seed.encode()).digest(size)


def _extension(kind: int, body: bytes) -> bytes:
    return struct.pack("!HH", kind, len(body)) + body
