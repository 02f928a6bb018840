"""From what AWS's commands and services wrap around records, and from what other tools write, to the records."""

import base64
import gzip
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from hunts.forms import NotALogError, Record, carefully
from hunts.forms.behind import behind
from hunts.forms.content import DAMAGE, GZIP
from hunts.forms.eve import from_eve
from hunts.forms.flows import timed
from hunts.forms.grids import grid
from hunts.forms.inspected import from_inspected, is_inspected
from hunts.forms.ocsf import from_ocsf
from hunts.forms.vpc_flow_logs import from_flow_log, has_ends
from hunts.forms.zeek import from_zeek

_AROUND = (
    "events",
    "logEvents",
    "Records",
    "records",
    "results",
    "hits",
    "result",
    "_source",
    "Sns",
    "detail",
    "json",
    "Messages",
    "data",
    "@message",
    "message",
    "jsonPayload",
    "event",
)
_MESSAGES = (
    "message",
    "@message",
    "Message",
    "MESSAGE",
    "textPayload",
    "body",
    "Body",
    "_raw",
    "log",
    "line",
    "short_message",
)
_CARRIERS = {"recordId", "SequenceNumber", "rawData"}
"""Fields beside data in base64: of Firehose, of Kinesis, of what Firehose could not deliver."""
_DEPTH = 8


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
    elif isinstance(value, str) and depth:
        yield from _message(value, depth - 1)
    else:
        yield NotALogError(f"a value that is no record: {str(value)[:40]!r}")


def _record(value: Record, depth: int) -> Iterator[Record | NotALogError]:
    event = value.get("event")
    if isinstance(event, str) and "firewall_name" in value:
        # A table's column, or another tool, has it as a text.
        event = _json(event)
        value = {**value, "event": event}
        if event is None:
            yield NotALogError("an event that is no JSON: have Athena write json_format(CAST(event AS JSON))")
            return
    if isinstance(event, dict) and "event_timestamp" not in value and ("original" in event or "ecs" in value):
        # Elastic's own schema keeps what a tool said there, if it is told to.
        if isinstance(event.get("original"), str):
            yield from _message(event["original"], depth)
        else:
            yield NotALogError("a record in Elastic's fields (ECS): have event.original kept (preserve_original_event)")
    elif isinstance(event, dict) and ("event_timestamp" in value or "firewall_name" in value):
        yield from carefully(_firewalls, value)
    elif isinstance(value.get("query_name"), str):
        yield value
    elif (data := _data(value)) is not None:
        yield from _message(data, depth) if isinstance(data, str) else (data,)
    elif (rows := grid(value)) is not None:
        yield from _rows(rows, depth)
    elif (message := next((value[name] for name in _MESSAGES if isinstance(value.get(name), str)), None)) is not None:
        yield from _message(message, depth)
    elif has_ends(map(str, value)):
        yield from carefully(from_flow_log, value)
    elif "class_uid" in value:
        yield from carefully(from_ocsf, value)
    elif "id.orig_h" in value or "_path" in value:
        yield from carefully(from_zeek, value)
    elif isinstance(ends := value.get("id"), dict) and "orig_h" in ends:
        yield from carefully(from_zeek, {**value, **{f"id.{name}": end for name, end in ends.items()}})
    elif "event_type" in value and "timestamp" in value:
        yield from carefully(from_eve, value)
    elif (name := next((name for name in _AROUND if isinstance(value.get(name), list | dict)), None)) is not None:
        yield from records(value[name], depth)
    else:
        yield NotALogError(f"a record of another kind, with {', '.join(list(map(str, value))[:4]) or 'nothing in it'}")


def _rows(rows: Iterator[Record], depth: int) -> Iterator[Record | NotALogError]:
    """Read the records in the rows of an answer that was given as a table."""
    try:
        for row in rows:
            yield from records(row, depth)
    except (TypeError, KeyError, AttributeError):
        yield NotALogError("a query's answer whose rows are nothing like those of its kind")


def _firewalls(value: Record) -> Iterator[Record | NotALogError]:
    yield timed(from_inspected(value) if is_inspected(value) else value)


def _json(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _message(message: str, depth: int) -> Iterator[Record | NotALogError]:
    """Read the records that stand as a text in another."""
    for value in behind(io.StringIO(message)):
        yield from records(value, depth)


def _fields(row: list[Any]) -> Mapping[str, str] | None:
    """Return a row of a Logs Insights answer, which is a list of fields with their values."""
    if row and all(isinstance(each, dict) and each.keys() == {"field", "value"} for each in row):
        found = {str(each["field"]): str(each["value"]) for each in row}
        return found if "@message" in found else {"fields": " ".join(found)}
    return None


def _data(value: Record) -> str | NotALogError | None:
    """Open what a function or a stream is handed in base64, compressed or not; None where nothing was.

    Source: events of CloudWatch Logs, Kinesis and Firehose in the AWS Lambda developer guide; GetRecords of Kinesis.
    """
    inside = next((value[name] for name in ("awslogs", "kinesis") if isinstance(value.get(name), dict)), value)
    data = inside.get("data", inside.get("Data", inside.get("rawData")))
    if inside is value and not (isinstance(data, str) and value.keys() & _CARRIERS):
        return None
    try:
        content = base64.b64decode(str(data), validate=True)
        return (gzip.decompress(content) if content.startswith(GZIP) else content).decode()
    except (ValueError, *DAMAGE):
        return NotALogError("the data of a log subscription or a stream that can't be opened")
