"""Long lines that a container's runtime splits: Docker by what has no end of a line, containerd and CRI-O by a tag.

Source: Docker's `json-file` driver (16 KiB a piece), its `partial_message` in the Fluentd driver; the log format of the
Container Runtime Interface, in which `P` is a piece and `F` the last one.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from hunts.forms import Record
from hunts.forms.content import LONGEST

_TAGGED = re.compile(r"\S+ (stdout|stderr) ([PF])(?::\S*)? ?")
_OF_THE_PIECE = {
    "log",
    "message",
    "logtag",
    "time",
    "timestamp",
    "@timestamp",
    "date",
    "partial_message",
    "partial_ordinal",
    "partial_last",
}
"""Fields in which the pieces of one line differ."""
_OPEN = 100
"""Lines of which pieces are awaited; of more, the oldest goes on as it is."""
_DECODER = json.JSONDecoder()


def is_piece(line: str) -> bool:
    """Tell whether a line is a piece of one that goes on."""
    tagged = _TAGGED.match(line)
    return bool(tagged and tagged[2] == "P")


def lines(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a container's log, those that were split as one each."""
    held: dict[str, str] = {}
    for piece in pieces:
        tagged = _TAGGED.match(piece)
        if not tagged:
            yield piece
            continue
        text = held.pop(tagged[1], "") + piece[tagged.end() :]
        if tagged[2] == "P" and len(text) < LONGEST:
            held[tagged[1]] = text.rstrip("\r\n")
        else:
            yield text
    yield from held.values()


def values(found: Iterable[Any]) -> Iterator[Any]:
    """Yield the values of a log, those whose text was split over several as one each."""
    held: dict[str, Record] = {}
    for value in found:
        name = _text_of(value)
        if not name or not (held or _is_half(value[name])):
            yield value
            continue
        line = json.dumps({key: said for key, said in value.items() if key not in _OF_THE_PIECE}, sort_keys=True)
        earlier = held.pop(line, None)
        together = {**value, name: earlier[name] + value[name]} if earlier else value
        if earlier and value[name].startswith("{") and _reads(value[name]) and not _reads(together[name]):
            yield earlier
            yield value
        elif _is_half(together[name]) and len(together[name]) < LONGEST:
            held[line] = together
        else:
            yield together
        if len(held) > _OPEN:
            yield held.pop(next(iter(held)))
    yield from held.values()


def _text_of(value: Any) -> str:
    """Return in which field a container's record has its line; nothing for another record."""
    name = "message" if isinstance(value, dict) and "logtag" in value and "log" not in value else "log"
    return name if isinstance(value, dict) and isinstance(value.get(name), str) else ""


def _is_half(text: str) -> bool:
    """Tell whether neither the line is at its end nor JSON in it."""
    return "{" in text and not text.endswith("\n") and not _reads(text)


def _reads(text: str) -> bool:
    """Tell whether the first JSON in a text is whole; what is wrong otherwise is for others to say."""
    try:
        _DECODER.raw_decode(text, text.find("{"))
    except json.JSONDecodeError:
        return False
    except (ValueError, RecursionError):
        return True
    return True
