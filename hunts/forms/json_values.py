"""JSON values however they lie: one a line, one behind the other, spread over lines, or in one large array."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from hunts.forms import NotALogError, UnreadableError

LONGEST = 1 << 26
"""Characters of one value; an answer of a command that is longer than this is better asked for in pages."""
_TOO_LONG = "one value of more than 64 MiB: have it written a record a line (jq -c), or in pages"
_BETWEEN = " \t\r\n,[]\x00\x1e"
_OPENS = '{["'
_DECODER = json.JSONDecoder()


def values(pieces: Iterator[str], words: Callable[[str], Iterator[Any]] | None = None) -> Iterator[Any]:
    """Yield every value of a text that comes in pieces; NotALogError for something that is none, up to its line's end.

    An array at the outermost level counts as its elements, so that no file has to fit into memory. What begins with no
    bracket between two values is `words`' to read, up to its line's end.
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
        if words and text[at] not in _OPENS:
            line_end = text.find("\n", at)
            if line_end < 0 and not ended and len(text) - at < LONGEST:
                text, at, ended = _more(pieces, text[at:])
                continue
            line_end = len(text) if line_end < 0 else line_end + 1
            yield from words(text[at:line_end])
            at = line_end
            continue
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            # Half a value may be whole with the next piece; a number is never known to be at its end.
            goes_on = not ended and isinstance(error, json.JSONDecodeError)
            if goes_on and len(text) - at < LONGEST:
                text, at, ended = _more(pieces, text[at:])
                continue
            line_end = text.find("\n", at)
            if goes_on:
                yield UnreadableError(_TOO_LONG)
                text, at = (text, line_end + 1) if line_end >= 0 else (_next_line(pieces), 0)
                continue
            yield NotALogError(_what(text[at:], error))
            at = len(text) if line_end < 0 else line_end + 1
            continue
        if end == len(text) and not ended:
            text, at, ended = _more(pieces, text[at:])
            continue
        yield value
        at = end


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


def _next_line(pieces: Iterator[str]) -> str:
    """Return what is behind the end of the line in the piece that has it."""
    return next((piece.partition("\n")[2] for piece in pieces if "\n" in piece), "")


def _what(text: str, error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if not isinstance(error, json.JSONDecodeError):
        return f"a number too long to be one: {error}".partition(";")[0]
    return "half a record: it breaks off" if text.startswith("{") else f"not JSON: {text[:40]!r}"
