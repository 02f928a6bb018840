"""Finds the lines of a template's resources in its JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_BETWEEN = re.compile(r"[\s,:]*")
_DECODER = json.JSONDecoder()


def lines(text: str) -> dict[str, int]:
    """Return the line, from 1, on which each resource begins; ``text`` is a template's JSON."""
    found: dict[str, int] = {}
    for section, _start, at in _members(text, text.index("{")):
        if section == "Resources" and text[at] == "{":
            line, counted = 1, 0
            for logical, start, _value in _members(text, at):
                line, counted = line + text.count("\n", counted, start), start
                found[logical] = line
    return found


def _members(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """Yield each name of the object that begins at a position, where it stands, and where its value does."""
    at = _next(text, at + 1)
    while text[at] != "}":
        name, end = _DECODER.raw_decode(text, at)
        value = _next(text, end)
        yield name, at, value
        at = _next(text, _DECODER.raw_decode(text, value)[1])


def _next(text: str, at: int) -> int:
    between = _BETWEEN.match(text, at)
    return between.end() if between else at
