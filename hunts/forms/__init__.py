"""What a file of logs is: recognised by its content, never by its name, and brought to AWS's own records.

A form is one way in which people have logs. Files of AWS's records, one a line, stay as they are, since DuckDB reads
them itself; of every other form `records` yields AWS's records one by one, in memory that doesn't grow with the file,
or `table` has DuckDB write them.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hunts.forms.content import Content

Record = dict[str, Any]
"""A record as AWS writes it: of the firewall (with `event`), or of the resolver (with `query_name`)."""


class NotALogError(ValueError):
    """A file, or a part of one, holds no records that hunts could use; the text says what was found."""


class UnreadableError(NotALogError):
    """What may well hold records can't be opened: nobody knows what is in it."""


NAMED = 5
"""How many of a file's faults are told one by one."""


@dataclass(slots=True)
class Made:
    """What a file amounts to: how many records of AWS's by log, and who saw those of flows.

    `faults` are the first things in it that are none, `count` is their number, and `lost` says that there may have been
    records where it could not be read.
    """

    written: Counter[str] = field(default_factory=Counter)
    witnesses: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    count: int = 0
    lost: bool = False

    def fault(self, why: str, *, lost: bool = False) -> None:
        """Count what is no record."""
        self.count += 1
        self.lost |= lost
        if len(self.faults) < NAMED:
            self.faults.append(why)


@dataclass(frozen=True, slots=True)
class Form:
    """One way of keeping logs. With neither `records` nor `table` DuckDB reads the file as it is.

    `records` yields a record, or NotALogError for something in between that is none. `table` writes the records of a
    file to others, by log.
    """

    name: str
    records: Callable[[Content], Iterator[Record | NotALogError]] | None = None
    table: Callable[[Path, Mapping[str, Path]], Made] | None = None


def carefully(
    read: Callable[[Record], Iterator[Record | NotALogError]], value: Record
) -> Iterator[Record | NotALogError]:
    """Yield what a form makes of a record; NotALogError where its fields are nothing like those of that form."""
    try:
        yield from read(value)
    except (TypeError, ValueError, AttributeError, OverflowError):
        yield NotALogError("a record whose fields are nothing like those of its kind")


def log_of(record: Record) -> str | None:
    """Return which log a record belongs to (see `hunts.model.LOGS`), or None where no hunt reads it."""
    if isinstance(record.get("query_name"), str):
        return "dns"
    event = record.get("event")
    kind = event.get("event_type") if isinstance(event, dict) else None
    return {"alert": "alert", "netflow": "flow"}.get(kind if isinstance(kind, str) else "")
