"""The encodings that put bytes into labels, each read as leniently as receivers read them: no padding, any case."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from hunts.carried.content import Content, content

_ZERO = "A"
"""A character of every alphabet."""
_LOST = b"?"
_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdefghijklmnopqrstuv")
"""From base32's alphabet to that of base32hex, which is Python's own for numbers."""


def _hex(text: str) -> bytes:
    return bytes.fromhex(text[: len(text) // 2 * 2])


def _base32(text: str) -> bytes:
    return _base32hex(text.upper().translate(_DIGITS))


def _base32hex(text: str) -> bytes:
    """Read the text as one number, whose digits these are: `base64.b32decode` is slower."""
    bare = text.rstrip("=")
    size, left = divmod(5 * len(bare), 8)
    return (int(bare or "0", 32) >> left).to_bytes(size, "big")


def _base64(text: str) -> bytes:
    bare = text.replace("-", "+").replace("_", "/").rstrip("=")
    # One character more than a group makes no byte.
    whole = bare[: len(bare) - (len(bare) % 4 == 1)]
    return base64.b64decode(whole + "=" * (-len(whole) % 4))


@dataclass(frozen=True, slots=True)
class _Encoding:
    alphabet: re.Pattern[str]
    decode: Callable[[str], bytes]
    bits: int
    """How many bits a character carries."""


ENCODINGS: Mapping[str, _Encoding] = MappingProxyType(
    {
        "hex": _Encoding(re.compile(r"[0-9a-fA-F]+"), _hex, 4),
        "base32": _Encoding(re.compile(r"[a-zA-Z2-7]+=*"), _base32, 5),
        "base32hex": _Encoding(re.compile(r"[0-9a-vA-V]+=*"), _base32hex, 5),
        "base64": _Encoding(re.compile(r"[A-Za-z0-9+/_-]+=*"), _base64, 6),
    }
)
"""By name, the narrower alphabet first: where two read the same, the first is meant."""


def decoded(pieces: Sequence[str | None]) -> tuple[str, Content] | None:
    """Return the encoding that makes most of the pieces, and what they hold; None where no alphabet fits them all.

    A sender cuts what it has encoded, or encodes what it has cut: both are tried. None is a piece that is missing; it
    is taken to be as long as the longest, and shows as question marks.
    """
    there = [piece for piece in pieces if piece is not None]
    longest = max((len(piece) for piece in there), default=0)
    found: list[tuple[str, Content]] = []
    for name, encoding in ENCODINGS.items():
        if not all(encoding.alphabet.fullmatch(piece) for piece in there):
            continue
        try:
            read = [_cut_when_encoded(encoding, pieces, longest)]
            # Pieces of whole bytes, the last one aside, say the same in either way.
            if any(len(piece.rstrip("=")) * encoding.bits % 8 for piece in there[:-1]) or None in pieces:
                read.append(_encoded_when_cut(encoding, pieces, longest))
        except (ValueError, binascii.Error):
            continue
        found += [(name, content(data, left)) for data, left in dict.fromkeys(read)]
    return max(found, key=lambda item: item[1].worth, default=None)


def _cut_when_encoded(encoding: _Encoding, pieces: Sequence[str | None], longest: int) -> tuple[bytes, bytes | None]:
    """Return the bytes, and those that are left where some are lost."""
    texts = [_ZERO * longest if piece is None else piece.rstrip("=") for piece in pieces]
    data = encoding.decode("".join(texts))
    if None not in pieces:
        return data, None
    shown, left, begin = bytearray(data), bytearray(), 0
    for piece, text in zip(pieces, texts, strict=True):
        end = begin + len(text) * encoding.bits
        # Bytes that a gap has a part of are lost as well.
        first, last = (begin // 8, -(-end // 8)) if piece is None else (-(-begin // 8), end // 8)
        if piece is None:
            shown[first:last] = _LOST * len(shown[first:last])
        else:
            left += data[first:last]
        begin = end
    return bytes(shown), bytes(left)


def _encoded_when_cut(encoding: _Encoding, pieces: Sequence[str | None], longest: int) -> tuple[bytes, bytes | None]:
    lost = _LOST * (longest * encoding.bits // 8)
    read = [None if piece is None else encoding.decode(piece) for piece in pieces]
    shown = b"".join(lost if data is None else data for data in read)
    return shown, b"".join(data for data in read if data is not None) if None in pieces else None
