"""Where DuckDB gets its records from: files in a spool folder, however they came there."""

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, cast

from hunts.backends import Progress
from hunts.errors import HuntError
from hunts.window import Window

GZIP = b"\x1f\x8b"
LONGEST = 1 << 20
DAMAGE = (EOFError, OSError, zlib.error)


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file of records on this machine, and the name by which the user knows it."""

    path: Path
    label: str


class LogSource(Protocol):
    """Brings the records of one log (see `hunts.model.LOGS`) to this machine."""

    def files(self, log: str, window: Window, spool: Path, progress: Progress) -> Sequence[LogFile]:
        """Return the files with all records of the window, and perhaps more; new ones lie in `spool`."""


_BY_NAME = {
    "alert": re.compile(r"(^|[/_.-])alerts?([/_.-]|$)"),
    "flow": re.compile(r"(^|[/_.-])flows?([/_.-]|$)"),
    "dns": re.compile(r"(^|[/_.-])(vpcdnsquerylogs|dns|query|queries|resolver)([/_.-]|$)"),
}
_SUFFIXES = (".log", ".gz", ".json", ".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class LocalFiles:
    """Files and folders on this machine, in AWS's layout of names or any other."""

    paths: Sequence[Path]

    def files(self, log: str, window: Window, spool: Path, progress: Progress) -> Sequence[LogFile]:
        """Return the files that hold `log`: by their name, else by what their first record is."""
        del window, spool
        progress(f"looking for {log} files")
        return [LogFile(path, label) for path, label in self._all() if log in contents(path, label)]

    def _all(self) -> Iterator[tuple[Path, str]]:
        for root in self.paths:
            if root.is_file():
                yield root, root.name
            elif root.is_dir():
                for path in sorted(root.rglob("*")):
                    if path.is_file() and path.suffix in _SUFFIXES:
                        yield path, str(path.relative_to(root))
            else:
                raise HuntError(f"no file or folder {root}: --logs takes files of log records, or folders of them")


def contents(path: Path, label: str) -> Sequence[str]:
    """Return which logs the file may hold, judged by its name and, where that says nothing, by its first record."""
    named = [log for log, pattern in _BY_NAME.items() if pattern.search(label.lower())]
    return named[:1] or _sniffed(path)


def _sniffed(path: Path) -> Sequence[str]:
    for line in head(path).splitlines()[:20]:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict) and "query_name" in record:
            return ("dns",)
        if isinstance(record, dict) and "event" in record:
            return ("alert", "flow")
    return ()


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


def whole(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file as far as it can be read; a damaged gzip file ends where the damage begins.

    Of a line of more than a mebibyte, which is more than CloudWatch Logs accepts, comes the first mebibyte.
    """
    with opened(path) as file:
        while True:
            try:
                line = file.readline(LONGEST)
                if len(line) == LONGEST:
                    skip(file)
            except DAMAGE:
                return
            if not line:
                return
            yield line


def skip(file: IO[bytes]) -> None:
    """Read on to the end of the line."""
    while True:
        part = file.readline(LONGEST)
        if not part or part.endswith(b"\n"):
            return


def opened(path: Path) -> IO[bytes]:
    """Return the file's content for reading, decompressed if it starts like gzip."""
    with path.open("rb") as start:
        compressed = start.read(2) == GZIP
    return cast(IO[bytes], gzip.open(path, "rb")) if compressed else path.open("rb")
