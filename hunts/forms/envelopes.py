"""From what AWS's commands and services wrap around records, and from what other tools write, to the records."""

import base64
import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from hunts.forms import NotALogError, Record
from hunts.forms.eve import from_eve
from hunts.forms.inspected import from_inspected, is_inspected
from hunts.forms.ocsf import from_ocsf
from hunts.forms.zeek import from_zeek

_LISTS = ("events", "logEvents", "Records", "records", "results", "hits")
_MESSAGES = ("message", "@message")
_DEPTH = 6


def records(value: Any, depth: int = _DEPTH) -> Iterator[Record | NotALogError]:
    """Yield the records in one value of a file."""
    if isinstance(value, NotALogError):
        yield value
    elif isinstance(value, list) and depth:
        if message := _fields(value):
            yield from records(message, depth - 1)
        else:
            for inner in value:
                yield from records(inner, depth - 1)
    elif isinstance(value, dict) and depth:
        yield from _record(value, depth - 1)
    else:
        yield NotALogError("JSON, but not a record")


def _record(value: Record, depth: int) -> Iterator[Record | NotALogError]:
    if isinstance(value.get("event"), dict):
        yield from_inspected(value) if is_inspected(value) else value
    elif isinstance(value.get("query_name"), str):
        yield value
    elif isinstance(value.get("awslogs"), dict):
        yield from records(_packed(value["awslogs"]), depth)
    elif (message := next((value[name] for name in _MESSAGES if isinstance(value.get(name), str)), None)) is not None:
        yield from _message(message, depth)
    elif "class_uid" in value:
        yield from from_ocsf(value)
    elif "id.orig_h" in value or "_path" in value:
        yield from from_zeek(value)
    elif "event_type" in value and "timestamp" in value:
        yield from from_eve(value)
    elif (name := next((name for name in _LISTS if isinstance(value.get(name), list)), None)) is not None:
        for inner in value[name]:
            yield from records(inner, depth)
    else:
        yield NotALogError(f"a record of another kind, with {', '.join(list(map(str, value))[:4]) or 'nothing in it'}")


def _message(message: str, depth: int) -> Iterator[Record | NotALogError]:
    """Read a record that stands as a text in another."""
    start = message.find("{")
    if start < 0:
        yield NotALogError(f"a message that is no record: {message[:40]!r}")
        return
    try:
        inner = json.loads(message[start:])
    except (ValueError, RecursionError):
        yield NotALogError("half a record: it breaks off")
        return
    yield from records(inner, depth)


def _fields(row: list[Any]) -> Mapping[str, str] | None:
    """Return a row of a Logs Insights answer, which is a list of fields with their values."""
    if row and all(isinstance(each, dict) and each.keys() == {"field", "value"} for each in row):
        found = {str(each["field"]): str(each["value"]) for each in row}
        return found if "@message" in found else {"fields": " ".join(found)}
    return None


def _packed(event: Mapping[str, Any]) -> Any:
    """Open what a subscription hands to a function: JSON, compressed, in base64."""
    try:
        return json.loads(gzip.decompress(base64.b64decode(str(event.get("data")))))
    except (ValueError, OSError, EOFError, zlib.error):
        return NotALogError("the data of a log subscription that can't be opened")
