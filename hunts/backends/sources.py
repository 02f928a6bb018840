"""Where DuckDB gets its records from: files in a spool folder, however they came there."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from hunts.backends import Progress
from hunts.forms.content import DAMAGE, opened
from hunts.window import Window

CHANGED = "it was truncated or replaced while it was read: what was in it then may be missing"
LONGEST = 1 << 20
FIREWALL = "AWS Network Firewall"
"""Who saw what a file of AWS's own records tells."""


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file of records on this machine, and the name by which the user knows it.

    `left_out` is what else the user's file held, a text each, where this one was made from it; `faults` how much;
    `broken` says that it breaks off, so that nobody knows how much. `witnesses` are the tools, and their places, that
    saw what its records tell. `before` is how a file of the user's own was when it was found.
    """

    path: Path
    label: str
    left_out: Sequence[str] = ()
    faults: int = 0
    broken: bool = False
    witnesses: frozenset[str] = frozenset({FIREWALL})
    before: os.stat_result | None = None

    @property
    def changed(self) -> bool:
        """Whether the file has lost something, or is another one, since it was found; what only grows is whole."""
        return self.before is not None and is_changed(self.path, self.before)


def is_changed(path: Path, before: os.stat_result) -> bool:
    """Tell whether a file was truncated, replaced or taken away, as who rotates logs does."""
    try:
        now = path.stat()
    except OSError:
        return True
    return (now.st_dev, now.st_ino) != (before.st_dev, before.st_ino) or now.st_size < before.st_size


class LogSource(Protocol):
    """Brings the records of one log (see `hunts.model.LOGS`) to this machine."""

    def files(self, log: str, window: Window, spool: Path, progress: Progress) -> Sequence[LogFile]:
        """Return the files with all records of the window, and perhaps more; new ones lie in `spool`."""

    @property
    def not_read(self) -> Sequence[str]:
        """What was found and holds no records, each with the reason; known once `files` was asked for."""

    @property
    def lost(self) -> Sequence[str]:
        """Those of `not_read` that may well hold records, but can't be opened."""


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
