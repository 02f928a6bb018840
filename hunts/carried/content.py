"""What bytes are: text, a known type of file, or nothing that can be told. Nothing is unpacked or run."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

Sure = Literal["certain", "likely", "not at all"]

_MAGIC = {
    b"\x1f\x8b\x08": "gzip",
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"7z\xbc\xaf\x27\x1c": "7-zip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"%PDF-": "PDF",
    b"\x7fELF": "ELF",
    b"SQLite format 3\x00": "SQLite",
    b"openssh-key-v1\x00": "OpenSSH key",
    b"Salted__": "openssl enc",
}
"""First bytes of files that people carry out. Types told by two bytes alone are met by chance and left out."""
_SHORTEST = 12
"""Bytes from which text is no chance: twelve random ones are all printable once in 100,000 times, in one encoding."""
_CERTAIN = 24
_PLAIN = 0.97
_LIKELY = 0.85
"""Share of readable characters: what stands between them may be a channel's own counters."""


_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\t\r\n")
"""What nobody reads, and what no character of several bytes has a part of."""


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes, what they are (`text`, a file's type, or `unknown`), and how sure that they were meant so."""

    data: bytes
    kind: str
    sure: Sure

    @property
    def text(self) -> str | None:
        """The text, if it is one; else None."""
        return self.data.decode("utf-8", "replace") if self.kind == "text" else None

    @property
    def worth(self) -> tuple[int, int]:
        """What is compared among encodings of the same names: the surer the better, then what can be read of it."""
        return ("not at all", "likely", "certain").index(self.sure), len(self.data) if self.kind != "unknown" else 0


def content(data: bytes, left: bytes | None = None) -> Content:
    """Tell what the bytes are. Where some are lost, `left` are the others: of them nothing is certain."""
    there = data if left is None else left
    for magic, kind in _MAGIC.items():
        if there.startswith(magic) and data.startswith(magic):
            return Content(data, kind, "certain" if left is None and len(magic) > 3 else "likely")  # noqa: PLR2004 (three: once in 16 million)
    readable = _readable(there) if len(there) >= _SHORTEST else 0.0
    if readable >= _LIKELY:
        certain = left is None and len(there) >= _CERTAIN and readable >= _PLAIN
        return Content(data, "text", "certain" if certain else "likely")
    return Content(data, "unknown", "not at all")


def _readable(data: bytes) -> float:
    """Return the share of characters that a person reads; nought as soon as it is clear that they are too few."""
    text = data.decode("utf-8", "replace")
    # A wrong alphabet's bytes are seen through without a look at each character.
    if text.count("\ufffd") + len(data) - len(data.translate(None, _CONTROLS)) > (1 - _LIKELY) * len(text):
        return 0.0
    # Each character is judged once, however often it comes: a wrong alphabet's bytes are many, and all kinds.
    counts = Counter(text)
    odd = sum(times for char, times in counts.items() if not _is_read(char))
    return (len(text) - odd) / max(1, len(text))


def _is_read(char: str) -> bool:
    return (char.isprintable() and char != "\ufffd") or char in "\t\r\n"
