"""Finds the templates of nested stacks: beside the one that has them, or among the files that are given with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from ...program.snapshot import strings
from ..reading import StateError, mapping
from .templates import Template, is_template

Parse = Callable[[str], tuple[Any, Mapping[str, int]]]
Find = Callable[[Mapping[str, Any]], Template | None]
"""Gives the template of a nested stack, from how the stack is written; None where it isn't at hand."""


class Nested:
    """What is at hand of nested stacks' templates, in one check.

    ``given`` are the files that the command names, ``parse`` gives what a text holds, and its resources' lines. As
    templates are found, ``taken`` gains the given ones among them, each with a sentence that says so.
    """

    def __init__(self, parse: Parse, given: Iterable[Path] = ()) -> None:
        self.taken: dict[Path, str] = {}
        self._parse = parse
        self._given = list(given)
        self._read: dict[Path, tuple[Any, Mapping[str, int]]] = {}

    def below(self, folder: Path | None, above: frozenset[Path] = frozenset()) -> Find:
        """Return what finds the templates of stacks that a template in ``folder`` has.

        ``above`` are the templates that it is nested in, itself among them. What is returned raises StateError for one
        that is nested in itself, or can't be read.
        """

        def find(written: Mapping[str, Any]) -> Template | None:
            path = next(_written(written, folder), None)
            by_name = None if path else self._by_name(written, above)
            if not (path := path or by_name):
                return None
            own = path.resolve()
            if own in above:
                raise StateError(f"{path} is nested in itself")
            document, lines = self._content(path, own)
            if not is_template(document):
                return None
            if any(each.resolve() == own for each in self._given):
                self.taken[own] = (
                    f"{path} is taken for the template of a nested stack, whose address ends with its name; the "
                    "address itself isn't opened."
                    if by_name
                    else f"{path} is the template of a nested stack, and counts once, as a part of the one around it."
                )
            return Template(document, lines, str(path), self.below(path.parent, above | {own}))

        return find

    def _content(self, path: Path, own: Path) -> tuple[Any, Mapping[str, int]]:
        try:
            if own not in self._read:
                self._read[own] = self._parse(path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            raise StateError(f"{path}: {error}") from None
        return self._read[own]

    def _by_name(self, written: Mapping[str, Any], above: frozenset[Path]) -> Path | None:
        """Return the given file that has most of the end of a stack's address in its own path, if one alone has."""
        best = {0: [Path()]}
        for path in self._given:
            if path.resolve() not in above:
                alike = max((_alike(end, path) for end in _ends(written)), default=0)
                best.setdefault(alike, []).append(path)
        most = max(best)
        return best[most][0] if most and len(best[most]) == 1 else None


def _written(written: Mapping[str, Any], folder: Path | None) -> Iterator[Path]:
    """Yield the file that a stack's template is in, as its own template or `cdk synth` beside it says.

    That is what `cdk synth` notes, or what `TemplateURL` says as long as `aws cloudformation package` is still to
    upload it, or what is listed to be uploaded to the address that the stack has.
    """
    if folder is None:
        return
    names = [mapping(written.get("Metadata")).get("aws:asset:path"), _address(written)]
    ends = list(_ends(written))
    names += [file for key, file in _assets(folder) if any(end.endswith(f"/{key}") for end in ends)]
    for name in names:
        if isinstance(name, str) and name and "://" not in name and not Path(name).is_absolute():
            try:
                if (folder / name).is_file():
                    yield folder / name
            except (OSError, ValueError):
                continue


def _address(written: Mapping[str, Any]) -> Any:
    properties = mapping(written.get("Properties"))
    return properties.get("TemplateURL") or properties.get("Location")


def _ends(written: Mapping[str, Any]) -> Iterator[str]:
    """Yield the texts of a stack's address, however it is put together: one of them has the end of it."""
    for text in strings(_address(written)):
        yield text.partition("?")[0]


def _assets(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the key in its bucket, and the name here, of each file that `cdk synth` lists beside its templates.

    Source: https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib/cloud-assembly-schema
    """
    for path in sorted(folder.glob("*.assets.json")):
        try:
            listed = mapping(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, RecursionError):
            continue
        for file in map(mapping, mapping(listed.get("files")).values()):
            for destination in map(mapping, mapping(file.get("destinations")).values()):
                key, name = destination.get("objectKey"), mapping(file.get("source")).get("path")
                if isinstance(key, str) and isinstance(name, str):
                    yield key, name


def _alike(end: str, path: Path) -> int:
    """Return how many parts the ends of an address and of a path have in common."""
    count = 0
    for one, other in zip(reversed(PurePosixPath(end).parts), reversed(path.resolve().parts), strict=False):
        if one != other:
            break
        count += 1
    return count
