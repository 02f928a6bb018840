"""JSON values however they lie: one a line, one behind the other, spread over lines, or in one large array."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from hunts.forms import NotALogError
from hunts.forms.vpc_flow_logs import rows

LONGEST = 1 << 26
"""Characters of one value; an answer of a command that is longer than this is better asked for in pages."""
_LINES = 10_000
"""Lines of one value; `aws logs tail --format json` lays a record out over about fifty."""
_BETWEEN = " \t\r\n,[]\x00\x1e"
_DECODER = json.JSONDecoder()


def values(pieces: Iterator[str]) -> Iterator[Any]:
    """Yield every value of a text that comes in pieces; NotALogError for something that is none, up to its line's end.

    An array at the outermost level counts as its elements, so that no file has to fit into memory.
    """
    text, at, ended = "", 0, False
    while True:
        while at < len(text) and text[at] in _BETWEEN:
            at += 1
        if at == len(text):
            if ended:
                return
            text, at, ended = _more(pieces, "")
            continue
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError) as error:
            # Half a value may be whole with the next piece; a number is never known to be at its end.
            if not ended and len(text) - at < LONGEST and not isinstance(error, RecursionError):
                text, at, ended = _more(pieces, text[at:])
                continue
            line_end = text.find("\n", at)
            yield NotALogError(_what(text[at:], error))
            at = len(text) if line_end < 0 else line_end + 1
            continue
        if end == len(text) and not ended:
            text, at, ended = _more(pieces, text[at:])
            continue
        yield value
        at = end


def behind(lines: Iterable[str]) -> Iterator[Any]:
    """Yield what stands behind the words at the start of lines: JSON, maybe over several, or a flow log's row."""
    held: list[str] = []
    for line in lines:
        if held and len(held) < _LINES and _goes_on(held[-1], line):
            held.append(line)
        elif (start := line.find("{")) >= 0:
            yield from _held(held)
            held = [line[start:]]
        elif found := [*rows(line)]:
            yield from found
        elif line.strip():
            yield NotALogError(f"a line without a record: {line[:40].strip()!r}")
    yield from _held(held)


def _goes_on(before: str, line: str) -> bool:
    """Tell whether a line goes on with the value of the line before, as JSON that is laid out does."""
    return line.lstrip()[:1] in ("}", "]") or (before.rstrip()[-1:] in ("{", "[", ",") and line[:1] in (" ", "\t", '"'))


def _held(lines: list[str]) -> Iterator[Any]:
    """Yield the values of lines that belong together; what is left of one that breaks off is no value of its own."""
    for value in values(iter(lines)):
        yield value
        if isinstance(value, NotALogError):
            return


def _more(pieces: Iterator[str], text: str) -> tuple[str, int, bool]:
    """Return the text with as much again behind it, so that a long value is not looked at again for every piece."""
    found = [text]
    size = 0
    while size <= len(text):
        piece = next(pieces, None)
        if piece is None:
            return "".join(found), 0, True
        found.append(piece)
        size += len(piece)
    return "".join(found), 0, False


def _what(text: str, error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return "half a record: it breaks off" if text.startswith("{") else f"not JSON: {text[:40]!r}"
