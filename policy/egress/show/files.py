"""Reads the files that a command names, as one network."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..sources.cloudformation.assembly import templates_in
from ..sources.cloudformation.exports import Exports
from ..sources.cloudformation.nested import Nested
from ..sources.formats import begin, parse
from ..sources.live import is_live, read_live
from ..sources.reading import StateError
from ..sources.together import Sources
from ..sources.unread import decoded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..sources.reading import Reading

_INPUT = "-"


class UsageError(Exception):
    """The command can't be carried out as it was given; the text says why, and what to do."""


def read_files(files: Sequence[str], source: str | None, parameters: Sequence[str]) -> Sources:
    """Read files, folders of `cdk synth`, standard input (-) and the live network, in their order.

    ``source`` is the folder of Terraform's program, ``parameters`` are texts NAME=VALUE for templates. What is named
    twice, or is the template of a stack that is nested in another one named, counts once, and a note says so. Raises
    UsageError and StateError.
    """
    if unequal := [each for each in parameters if "=" not in each]:
        raise UsageError(f"--parameter takes NAME=VALUE, found {unequal[0]}")
    named = [each for name in files for each in templates_in(name)]
    if named.count(_INPUT) > 1:
        raise UsageError("standard input can be read once, and it is named twice")
    times = Counter(map(_path, named))
    notes = [f"{path} is named {number} times, and counts once." for path, number in times.items() if number > 1]
    names = list(dict(zip(map(_path, named), named, strict=True)).values())
    nested = Nested(parse, [Path(name) for name in names if name != _INPUT and not is_live(name)])
    reader = _Reader(Path(source) if source else None, dict(each.split("=", 1) for each in parameters), nested)
    while True:
        begun = reader.begun(names)
        # What turned out to be a part of another one isn't one of its own.
        own = [name for name in names if Path(name).resolve() not in nested.taken]
        if own == names:
            return Sources([end() for end in begun], [*notes, *nested.taken.values()])
        names = own


def _path(name: str) -> str:
    """Return what two names of one file have in common."""
    return name if name == _INPUT or is_live(name) else str(Path(name).resolve())


@dataclass(frozen=True)
class _Reader:
    """Reads files in two steps: what one imports may be exported by one that is begun after it."""

    source: Path | None
    parameters: Mapping[str, str]
    nested: Nested

    def begun(self, names: Sequence[str]) -> list[Callable[[], Reading]]:
        """Return what ends the reading of each file, when all have been begun."""
        exports = Exports()
        return [self._begun(name, _label(name, names) if len(names) > 1 else "", exports) for name in names]

    def _begun(self, name: str, label: str, exports: Exports) -> Callable[[], Reading]:
        if is_live(name):
            return partial(read_live, name)
        text = self._input if name == _INPUT else text_of(name)
        beside = Path() if name == _INPUT else Path(name).parent
        above = frozenset[Path]() if name == _INPUT else frozenset({Path(name).resolve()})
        named = partial(_named, f"{name}: " if label else "")
        end = named(
            partial(
                begin,
                text,
                label,
                self.source,
                self.parameters,
                beside,
                exports=exports,
                nested=self.nested.below(beside, above),
            )
        )
        return lambda: _placed(named(end), "" if name == _INPUT else name)

    @cached_property
    def _input(self) -> str:
        if sys.stdin.isatty():
            raise UsageError("no file given; try: pulumi stack export | egress-proof check")
        return _decoded(sys.stdin.buffer.read(), "standard input")


def _label(name: str, names: Sequence[str]) -> str:
    stem = Path(name).stem
    return stem if sum(Path(each).stem == stem for each in names) == 1 else name


def _named(prefix: str, step: Callable[[], Any]) -> Any:
    """Take a step of reading a file, and let its errors begin with the file's name."""
    try:
        return step()
    except StateError as error:
        raise StateError(f"{prefix}{error}") from None


def _placed(reading: Reading, file: str) -> Reading:
    """Name the file of what was read, as the place of what has no other."""
    places = {urn: (where or file, line) for urn, (where, line) in reading.places.items() if where or file}
    return replace(reading, file=file, places=places)


def text_of(name: str) -> str:
    """Return the text of a file. Raises UsageError for one that can't be read."""
    try:
        return _decoded(Path(name).read_bytes(), name)
    except OSError as error:
        raise UsageError(f"{name} can't be read: {error.strerror}") from None


def _decoded(content: bytes, name: str) -> str:
    try:
        return decoded(content)
    except StateError as error:
        raise UsageError(f"{name} {error}") from None
