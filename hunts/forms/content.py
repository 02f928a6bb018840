"""The content of a file as text: decompressed, decoded, and as far as a damaged file goes."""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

GZIP = b"\x1f\x8b"
DAMAGE = (EOFError, OSError, zlib.error)
_CHUNK = 1 << 18
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def head(path: Path, size: int = 65536) -> bytes:
    """Return up to `size` bytes from the start of the file's content, compressed or not, damaged or not."""
    with path.open("rb") as file:
        start = file.read(size)
    if not start.startswith(GZIP):
        return start
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(start, size)
    except zlib.error:
        return b""


def opened(path: Path) -> IO[bytes]:
    """Return the file's content for reading, decompressed if it starts like gzip."""
    with path.open("rb") as start:
        compressed = start.read(2) == GZIP
    return cast(IO[bytes], gzip.open(path, "rb")) if compressed else path.open("rb")


def encoding(start: bytes) -> str:
    """Return how a text that begins like this is encoded: by its mark, else UTF-16 by its zeros, else UTF-8."""
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    if len(start) > 3 and start[1] == 0 != start[0]:  # noqa: PLR2004 - two characters of two bytes
        return "utf-16-le"
    if len(start) > 3 and start[0] == 0 != start[1]:  # noqa: PLR2004
        return "utf-16-be"
    return "utf-8"


def chunks(path: Path) -> Iterator[str]:
    """Yield the content as text, piece by piece; what can't be decoded is replaced, what is damaged ends it."""
    with opened(path) as file:
        decoder = codecs.getincrementaldecoder(encoding(head(path, 8)))(errors="replace")
        while True:
            try:
                piece = file.read(_CHUNK)
            except DAMAGE:
                piece = b""
            yield decoder.decode(piece, final=not piece)
            if not piece:
                return


class _Text(io.RawIOBase):
    """The chunks as a file of UTF-8, for readers that want one."""

    def __init__(self, path: Path) -> None:
        self._chunks = chunks(path)
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        while not self._left:
            piece = next(self._chunks, None)
            if piece is None:
                return 0
            self._left = piece.encode("utf-8", errors="replace")
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size


def text(path: Path) -> io.TextIOWrapper:
    """Return the content as a text file; line ends stay as they are."""
    return io.TextIOWrapper(io.BufferedReader(_Text(path)), encoding="utf-8", newline="")
