"""The content of a file as text: decompressed, decoded, and as far as a damaged file goes."""

import bz2
import codecs
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

GZIP = b"\x1f\x8b"
DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError)
_PACKED: dict[bytes, Callable[..., Any]] = {GZIP: gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}
LONGEST = 1 << 24
"""Characters of one line of text; whatever packs records into lines packs less than this into one."""
HEAD = 1 << 16
"""Bytes of its content by which a file is recognised."""
_CHUNK = 1 << 18
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def layers(path: Path) -> list[bytes]:
    """Return by what the file is compressed, from outside in: Firehose packs once more what a subscription packed."""
    with path.open("rb") as file:
        start = file.read(8)
    found = [mark for mark in _PACKED if start.startswith(mark)]
    if found:
        try:
            with _PACKED[found[0]](path, "rb") as inside:
                start = inside.peek(8)
        except DAMAGE:
            return found
        found += [mark for mark in _PACKED if start.startswith(mark)]
    return found


def opened(path: Path) -> Any:
    """Return the file's content for reading as bytes, decompressed by what it begins with."""
    marks = layers(path)
    if not marks:
        return path.open("rb")
    file = _PACKED[marks[0]](path, "rb")
    return _PACKED[marks[1]](file, "rb") if marks[1:] else file


def head(path: Path) -> bytes:
    """Return up to HEAD bytes from the start of the file's content, compressed or not, damaged or not."""
    found = b""
    with opened(path) as file:
        try:
            while len(found) < HEAD and (piece := file.read1(HEAD - len(found))):
                found += piece
        except DAMAGE:
            pass
    return found


def encoding(start: bytes) -> str:
    """Return how a text that begins like this is encoded: by its mark, else UTF-16 by its zeros, else UTF-8.

    What can't be UTF-8 is read as Windows-1252, in which nearly every byte is a character.
    """
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    if len(start) > 3 and start[1] == 0 != start[0]:  # noqa: PLR2004 - two characters of two bytes
        return "utf-16-le"
    if len(start) > 3 and start[0] == 0 != start[1]:  # noqa: PLR2004
        return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


class Content:
    """The content of the file at `path`, decompressed and for one reading; what is damaged ends it.

    `damaged` says afterwards whether that was so: a compressed file that breaks off, or has something else in it;
    `too_long` how many lines were left out, since they are longer than any line of records.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.damaged = False
        self.too_long = 0

    def pieces(self) -> Iterator[bytes]:
        """Yield the content as bytes, piece by piece."""
        with opened(self.path) as file:
            try:
                while piece := file.read1(_CHUNK):
                    yield piece
            except DAMAGE:
                self.damaged = True

    def chunks(self) -> Iterator[str]:
        """Yield the content as text, piece by piece; what can't be decoded is replaced."""
        decoder = codecs.getincrementaldecoder(encoding(head(self.path)))(errors="replace")
        yield from map(decoder.decode, self.pieces())
        yield decoder.decode(b"", final=True)

    def lines(self) -> Iterator[str]:
        """Yield the content line by line; line ends stay as they are."""
        with io.TextIOWrapper(io.BufferedReader(_Text(self.chunks())), encoding="utf-8", newline="") as file:
            while line := file.readline(LONGEST):
                if len(line) < LONGEST:
                    yield line
                    continue
                self.too_long += 1
                while len(line) == LONGEST:
                    line = file.readline(LONGEST)


class _Text(io.RawIOBase):
    """The chunks as a file of UTF-8, for readers that want one."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
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
