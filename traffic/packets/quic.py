"""A QUIC version 1 Initial packet (RFC 9000, 9001), encrypted as on the wire: who can read it needs no secret."""

import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from traffic.packets.tls import client_hello_message, noise

_INITIAL_SALT = bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a")  # RFC 9001, 5.2
_SMALLEST_DATAGRAM = 1200  # RFC 9000, 14.1
_TAG = 16


def initial(sni: str, seed: str = "", *, part: slice = slice(None)) -> bytes:
    """Return the first datagram of a QUIC connection to ``sni``: an Initial with the client hello, padded to 1200.

    ``part`` is what this datagram has of the hello: one with post-quantum keys is longer than a datagram.
    """
    destination, source = noise(f"dcid {seed}", 8), noise(f"scid {seed}", 8)
    hello = client_hello_message(sni, alpn=("h3",), seed=seed, quic=True)
    carried = hello[part]
    frames = b"\x06" + _variable(part.start or 0) + _variable(len(carried)) + carried
    head = b"\xc3" + struct.pack("!IB", 1, len(destination)) + destination + bytes([len(source)]) + source + b"\x00"
    number = b"\x00\x00\x00\x00"
    frames += b"\x00" * (_SMALLEST_DATAGRAM - len(head) - 2 - len(number) - _TAG - len(frames))
    header = head + struct.pack("!H", 0x4000 | (len(number) + len(frames) + _TAG)) + number
    key, iv, mask_key = _keys(destination)
    sealed = AESGCM(key).encrypt(iv, frames, header)  # packet number 0: the nonce is the iv itself
    mask = Cipher(algorithms.AES(mask_key), modes.ECB()).encryptor().update(sealed[:16])  # noqa: S305  # RFC 9001, 5.4.3
    first = bytes([header[0] ^ (mask[0] & 0x0F)])
    hidden = bytes(byte ^ bit for byte, bit in zip(number, mask[1:5], strict=True))
    return first + header[1 : -len(number)] + hidden + sealed


def short(size: int, seed: str = "") -> bytes:
    """Return a datagram of the connection once it is set up: a short header and ciphertext."""
    return b"\x43" + noise(seed, max(size - 1, 20))


def _keys(destination: bytes) -> tuple[bytes, bytes, bytes]:
    secret = hmac.digest(_INITIAL_SALT, destination, hashlib.sha256)
    client = _expand(secret, b"client in", 32)
    return _expand(client, b"quic key", 16), _expand(client, b"quic iv", 12), _expand(client, b"quic hp", 16)


def _expand(secret: bytes, label: bytes, size: int) -> bytes:
    """HKDF-Expand-Label (RFC 8446, 7.1) for at most 32 bytes, which one round of HMAC gives."""
    label = b"tls13 " + label
    info = struct.pack("!H", size) + bytes([len(label)]) + label + b"\x00\x01"
    return hmac.digest(secret, info, hashlib.sha256)[:size]


def _variable(number: int) -> bytes:
    return struct.pack("!H", 0x4000 | number)
