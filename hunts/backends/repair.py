"""Makes readable for DuckDB what it gives up on: a gzip file that breaks off, a line of unbounded length."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hunts.backends.sources import LONGEST, LogFile, skip
from hunts.forms.content import DAMAGE, GZIP, opened


@dataclass(frozen=True, slots=True)
class Link:
    """A file as DuckDB sees it: `path` in the spool folder, under a name of ours, standing for `file`."""

    path: Path
    file: LogFile
    damage: str = ""
    broken: bool = False
    """Whether the damage is that the file breaks off, so that nobody knows how much is missing."""


def link(files: Sequence[LogFile], spool: Path, log: str) -> list[Link]:
    """Give each file a plain name in `spool`, with the ending that its content calls for.

    DuckDB takes `*` and `[` in a name for patterns and goes by the ending: names that others
    chose stay out of its sight.
    """
    links = []
    for number, file in enumerate(files):
        with file.path.open("rb") as content:
            compressed = content.read(2) == GZIP
        path = spool / f"{log}-{number:06d}.json{'.gz' if compressed else ''}"
        path.symlink_to(file.path.resolve())
        links.append(Link(path, file))
    return links


def mend(links: Sequence[Link], readable: Callable[[Path], bool]) -> list[Link]:
    """Return the links with a plain copy, as far as it goes, in place of each file that isn't `readable`."""
    return [item if readable(item.path) else _copy(item) for item in links]


def _copy(item: Link) -> Link:
    target = item.path.with_name(item.path.name.removesuffix(".gz") + ".mended.json")
    reader = _Lines(item.file.path)
    with target.open("wb") as copy:
        for line in reader:
            copy.write(line)
    return Link(target, item.file, reader.damage, reader.broken)


class _Lines:
    """The lines of a damaged file, each at most a mebibyte; `damage` says afterwards what was wrong."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.damage = ""
        self.broken = False

    def __iter__(self) -> Iterator[bytes]:
        with opened(self._path) as file:
            number = 0
            while True:
                number += 1
                try:
                    line = file.readline(LONGEST)
                except DAMAGE:
                    self.damage, self.broken = f"the file is cut short or damaged after line {number - 1}", True
                    return
                if not line:
                    return
                if len(line) == LONGEST:
                    self.damage = f"line {number} is longer than a mebibyte"
                    skip(file)
                    continue
                yield line if line.endswith(b"\n") else line + b"\n"
