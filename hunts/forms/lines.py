"""Text in which records have something before them or around them: a time and a stream's name, or cells of CSV."""

import csv
from collections.abc import Iterable, Iterator

from hunts.forms import NotALogError, Record, UnreadableError, pieces
from hunts.forms.behind import behind
from hunts.forms.content import LONGEST, Content
from hunts.forms.envelopes import records
from hunts.forms.grids import unpacked

_MESSAGE = ("@message", "message", "_raw", "rawdata")
_COLUMNS = ({"firewall_name", "event"}, {"query_name", "query_timestamp"})
"""Columns of the tables that Athena has of the firewall's and the resolver's logs."""


def prefixed(content: Content) -> Iterator[Record | NotALogError]:
    """Yield the records of lines in which the first brace begins one (an export task, `aws logs tail`, syslog)."""
    lines = content.lines()
    for value in behind(pieces.lines(lines)):
        yield from records(value)


def delimiter(head: str) -> str | None:
    """Return what parts the cells of a text that begins with a head of CSV, of messages or of records; else None."""
    first = _head(head.splitlines(keepends=True))
    for each in ",;\t":
        names = {cell.strip(' "\r\n').lower() for cell in first.split(each)}
        if names & set(_MESSAGE) or any(known <= names for known in _COLUMNS):
            return each
    return None


def _head(lines: Iterable[str]) -> str:
    """Return the line that names the columns: Excel's own first line says only what parts them."""
    return next((line for line in lines if not line.lower().lstrip("\ufeff").startswith("sep=")), "")


def table(content: Content) -> Iterator[Record | NotALogError]:
    """Yield the records in the messages of CSV, as the console saves an answer of Logs Insights."""
    csv.field_size_limit(LONGEST)
    lines = content.lines()
    head = _head(lines).lower()
    parts = delimiter(head) or ","
    try:
        names = next(csv.reader([head], delimiter=parts, skipinitialspace=True))
        rows = csv.DictReader(lines, names, delimiter=parts, skipinitialspace=True)
        for cells in rows:
            message = next((cells[name] for name in _MESSAGE if cells.get(name)), None)
            if message is not None:
                yield from records({"message": message})
            elif any(known <= cells.keys() for known in _COLUMNS):
                yield from records({name: unpacked(name, cell) for name, cell in cells.items() if name and cell})
            else:
                yield NotALogError("a row without a message")
    except csv.Error as error:
        yield UnreadableError(f"CSV that can't be read: {error}")
