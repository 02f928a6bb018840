"""Text in which records have something before them or around them: a time and a stream's name, or cells of CSV."""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from hunts.forms import NotALogError, Record
from hunts.forms.content import text
from hunts.forms.envelopes import records

_MESSAGE = ("@message", "message")


def prefixed(path: Path) -> Iterator[Record | NotALogError]:
    """Yield the records of lines in which the first brace begins one (an export task, `aws logs tail`, syslog)."""
    with text(path) as lines:
        for line in lines:
            if not line.strip():
                continue
            start = line.find("{")
            if start < 0:
                yield NotALogError(f"a line without a record: {line[:40].strip()!r}")
                continue
            try:
                value = json.loads(line[start:])
            except (ValueError, RecursionError):
                yield NotALogError("half a record: it breaks off")
                continue
            yield from records(value)


def is_csv(head: str) -> bool:
    """Tell whether a text begins with a head of CSV that has a column of messages."""
    first = head.partition("\n")[0]
    return ("," in first and bool({cell.strip(' "\r') for cell in first.split(",")} & set(_MESSAGE))) or first.strip(
        ' "\r'
    ) in _MESSAGE


def table(path: Path) -> Iterator[Record | NotALogError]:
    """Yield the records in the messages of CSV, as the console saves an answer of Logs Insights."""
    csv.field_size_limit(sys.maxsize)
    with text(path) as lines:
        try:
            for row in csv.DictReader(lines, skipinitialspace=True):
                message = next((row[name] for name in _MESSAGE if row.get(name)), None)
                if message is None:
                    yield NotALogError("a row without a message")
                else:
                    yield from records({"message": message})
        except csv.Error as error:
            yield NotALogError(f"CSV that can't be read: {error}")
