"""Text in which records have something before them or around them: a time and a stream's name, or cells of CSV."""

import csv
import sys
from collections.abc import Iterator

from hunts.forms import NotALogError, Record
from hunts.forms.behind import behind
from hunts.forms.content import Content
from hunts.forms.envelopes import records

_MESSAGE = ("@message", "message")


def prefixed(content: Content) -> Iterator[Record | NotALogError]:
    """Yield the records of lines in which the first brace begins one (an export task, `aws logs tail`, syslog)."""
    with content.text() as lines:
        for value in behind(lines):
            yield from records(value)


def delimiter(head: str) -> str | None:
    """Return what parts the cells of a text that begins with a head of CSV that has a column of messages, else None."""
    first = head.partition("\n")[0]
    for each in ",;\t":
        if {cell.strip(' "\r').lower() for cell in first.split(each)} & set(_MESSAGE):
            return each
    return None


def table(content: Content) -> Iterator[Record | NotALogError]:
    """Yield the records in the messages of CSV, as the console saves an answer of Logs Insights."""
    csv.field_size_limit(sys.maxsize)
    with content.text() as lines:
        head = next(lines, "").lower()
        parts = delimiter(head) or ","
        try:
            names = next(csv.reader([head], delimiter=parts, skipinitialspace=True))
            rows = csv.DictReader(lines, names, delimiter=parts, skipinitialspace=True)
            for cells in rows:
                message = next((cells[name] for name in _MESSAGE if cells.get(name)), None)
                if message is None:
                    yield NotALogError("a row without a message")
                else:
                    yield from records({"message": message})
        except csv.Error as error:
            yield NotALogError(f"CSV that can't be read: {error}")
