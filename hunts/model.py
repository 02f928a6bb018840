"""What a hunt, a question and an answer are: the vocabulary that catalogue, backends and presentation share."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from hunts.window import Window

Scalar = int | float | str
Kind = Literal["integer", "number", "duration", "networks", "text"]
Unit = Literal["bytes", "time", "usd", "seconds", "share", "lines"]

LOGS = ("alert", "flow", "dns")
"""The three logs: the firewall's ALERT and FLOW, and the resolver's queries."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number or text that the user may change, with the value it has otherwise."""

    name: str
    kind: Kind
    default: str
    help: str


@dataclass(frozen=True, slots=True)
class Hunt:
    """A question asked of the logs.

    `reads` names the logs, of which one is enough where `either` is set; `needs` has, by log, the columns of its view
    of which a record must have one to say anything here. `sql` is in Athena's dialect over the views of
    `hunts/views`, `insights` in that of
    CloudWatch Logs Insights. `fold` names a step in `hunts.folds` for what SQL has no words for. `instance` is the
    column with the address of the workload that a row speaks of, `about` the one with what it had to do with: what many
    workloads have in common counts for less. A hunt with a `weight` yields findings and counts
    in `rogue`; without one it is a ranking. `because` is the sentence about one row, a format string over columns.
    Columns that are `hidden` are for machines alone, `asides` show in a table that has something in them.
    """

    name: str
    title: str
    question: str
    why: str
    finding: str
    false_positives: Sequence[str]
    attack: Mapping[str, str]
    reads: Sequence[str]
    parameters: Sequence[Parameter]
    sql: str
    insights: str
    insights_log: str
    insights_note: str
    either: bool = False
    needs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    fold: str | None = None
    bar: str | None = None
    instance: str | None = None
    about: str | None = None
    weight: int = 0
    because: str = ""
    units: Mapping[str, Unit] = field(default_factory=dict)
    hidden: Sequence[str] = ()
    asides: Sequence[str] = ()

    @property
    def composed(self) -> bool:
        """True when the hunt has no query of its own and weighs the answers of others."""
        return not self.sql


@dataclass(frozen=True, slots=True)
class Question:
    """A hunt with its parameters bound and its window fixed; `since` lies before the window when it has a baseline."""

    hunt: Hunt
    values: Mapping[str, Scalar]
    window: Window
    since: int


@dataclass(frozen=True, slots=True)
class Unread:
    """What was left out of an answer.

    `counts` maps a file (or object, or log group) to its number of lines, `named` tells about the first ones; `files`
    are those that were not read at all, each with the reason. `lost` are those of which nobody knows how many records
    they hold: they can't be opened, or break off. `ahead` says, a text for each log, that records of a window up to now
    are dated later: in no such window they will ever be.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    named: Sequence[str] = ()
    files: Sequence[str] = ()
    lost: Sequence[str] = ()
    ahead: Sequence[str] = ()

    @property
    def total(self) -> int:
        """The number of lines left out."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Seen:
    """How many records of a log there were, in the window and in all, and when (epoch seconds) the first and last.

    Those are the first and last in the window, where one lies there. A baseline is no part of the window. `telling` is
    how many in the window have one of the columns that the hunt `needs`; None where it needs none. Where a hunt
    asks about the workloads' networks, and no record in the window has an end there, the log is `away`.
    """

    log: str
    inside: int
    count: int
    first: int | None = None
    last: int | None = None
    needs: Sequence[str] = ()
    telling: int | None = None
    away: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of an answer, in order, and what could not be read on the way to it.

    `answered_by` names the backend and why it was that one, where it was not the user's to say. `seen` says of how many
    records there were no rows, where the backend can tell; it is empty where there are rows, here or in an answer to a
    question that was put along with this one. `left_out` is how many rows more there would be, had the hunt not taken
    them for the fleet's own or for old habits.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    unread: Unread = field(default_factory=Unread)
    notes: Sequence[str] = ()
    answered_by: Sequence[str] = ()
    seen: Sequence[Seen] = ()
    left_out: int = 0

    def only(self, column: str | None, value: str) -> "Answer":
        """Return the rows with that value in a column, with a note of how many others there were."""
        if column is None or column not in self.columns:
            return self
        place = list(self.columns).index(column)
        kept = [row for row in self.rows if row[place] == value]
        notes = [*self.notes, f"{len(self.rows) - len(kept)} more about other instances"]
        return replace(self, rows=kept, notes=notes if len(kept) < len(self.rows) else self.notes)

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield each row as a mapping from column name to value."""
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))
