"""What stands behind the words at the start of lines: a time and a stream's name, then JSON or a flow log's row."""

from collections.abc import Iterable, Iterator
from typing import Any

from hunts.forms import NotALogError
from hunts.forms.json_values import values
from hunts.forms.vpc_flow_logs import nameless, rows

_LINES = 10_000
"""Lines of one value; `aws logs tail --format json` lays a record out over about fifty."""


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
            yield NotALogError(nameless(line) or f"a line without a record: {line[:40].strip()!r}")
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
