"""From moments of contacts to beacons: by the clock, to where hardly anybody else goes, and not ever since."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hunts.folds.domains import place_of
from hunts.folds.fleet import Visitors, common, habits_since
from hunts.folds.records import Batches
from hunts.model import Answer, Question
from hunts.rhythm import Rhythm, rhythm

COLUMNS = (
    "src_ip",
    "destination",
    "dest_port",
    "contacts",
    "every_seconds",
    "jitter",
    "skew",
    "bytes_each",
    "seen_in",
    "why",
    "first_seen",
    "last_seen",
)
_LIST = 5
"""Registered domains and networks from which on what an instance goes to by one clock is a list."""
_SAME = 0.02
"""How far, as a share, two gaps of one clock may be apart."""


@dataclass(frozen=True, slots=True)
class _Suspect:
    """One instance's contacts with one destination; `beside` is how many instances go to its domain or network.

    `habit` is whether this instance has gone there of old.
    """

    record: Mapping[str, Any]
    moments: Sequence[int]
    beside: int
    habit: bool

    def row(self, beat: Rhythm, of: int) -> Sequence[Any]:
        record = self.record
        size = record["bytes_each"]
        return (
            record["src_ip"],
            record["destination"],
            record["dest_port"],
            len(self.moments),
            beat.every,
            round(beat.jitter, 3),
            round(beat.skew, 3),
            None if size is None else round(size),
            {"alert": "ALERT", "flow": "FLOW alone", "dns": "DNS alone"}[record["log"]],
            ", ".join(self._reasons(beat, of)),
            self.moments[0],
            self.moments[-1],
        )

    def _reasons(self, beat: Rhythm, of: int) -> Iterator[str]:
        turn = f" with {of - 1} other destinations in turn" if of > 1 else ""
        yield f"most gaps within {beat.jitter:.0%} of {beat.every:.0f} s{turn}"
        yield "nobody else goes there" if self.beside <= 1 else f"{self.beside} instances go there"
        if self.record["oldest"] < self.record["first_seen"]:
            yield "not from the beginning of the logs"
        if self.record["log"] == "dns":
            yield "asked for and never visited"


def beacons(question: Question, columns: Sequence[str], batches: Batches) -> Answer:
    """Keep suspects whose contacts are steady, each by itself or all of an instance's taken together."""
    left_out = 0
    steady: list[tuple[_Suspect, Rhythm]] = []
    unsteady: dict[str, list[_Suspect]] = {}
    checked: dict[str, dict[str, Rhythm]] = {}
    for suspect in _suspects(question, columns, batches):
        beat, source = rhythm(suspect.moments), suspect.record["src_ip"]
        if suspect.habit:
            if _beats(question, beat):
                left_out += 1
                checked.setdefault(source, {})[place_of(str(suspect.record["destination"]))] = beat
        elif _beats(question, beat):
            steady.append((suspect, beat))
        elif suspect.record["log"] != "dns":
            unsteady.setdefault(source, []).append(suspect)
    rows = [
        suspect.row(beat, 1)
        for suspect, beat in steady
        if not _one_more(beat, checked.get(suspect.record["src_ip"], {}).values())
    ]
    left_out += len(steady) - len(rows)
    for together in unsteady.values():
        beat = rhythm(at for suspect in together for at in suspect.moments)
        if len(together) > 1 and _beats(question, beat):
            rows += [suspect.row(beat, len(together)) for suspect in together]
    return Answer(COLUMNS, sorted(rows, key=lambda row: (row[5], -row[3], row[0], row[1])), left_out=left_out)


def _one_more(beat: Rhythm, checked: Iterable[Rhythm]) -> bool:
    """Tell whether this is one more on a list that the instance goes through by its clock, as a monitor does.

    The list is what it has gone to of old with the same gap, and as exactly.
    """
    alike = [each for each in checked if abs(each.every - beat.every) <= _SAME * beat.every]
    return len(alike) >= _LIST and beat.jitter <= max(each.jitter for each in alike) + _SAME


def _beats(question: Question, beat: Rhythm) -> bool:
    values = question.values
    return (
        beat.contacts >= int(values["contacts"])
        and beat.every >= float(values["shortest"])
        and beat.steady(float(values["jitter"]))
    )


def _suspects(question: Question, columns: Sequence[str], batches: Batches) -> Iterator[_Suspect]:
    """Yield those that few share by registered domain or, of addresses, by network."""
    there, rows = _apart(columns, batches)
    share, shown = float(question.values["shared"]), bool(question.values["known"])
    for record in rows:
        place = place_of(str(record["destination"]))
        beside = len(there.of[place])
        habit = there.since[record["src_ip"], place] < habits_since(question.window, record["oldest"])
        if not common(beside, record["fleet"], share):
            # Of all unsteady ones they are kept to the end: eight bytes each, a list of Python's numbers has forty.
            moments = array("q", sorted({int(at) for at in record["times"].split()}))
            yield _Suspect(record, moments, beside, habit and not shown)


def _apart(columns: Sequence[str], batches: Batches) -> tuple[Visitors, list[Mapping[str, Any]]]:
    """Return who goes where, which is what most rows are for, and the few that have the moments of contacts."""
    at = {name: place for place, name in enumerate(columns)}
    source, destination, first, times = (at[name] for name in ("src_ip", "destination", "first_seen", "times"))
    there = Visitors()
    suspects: list[Mapping[str, Any]] = []
    for batch in batches:
        for row in batch:
            there.add(row[source], str(row[destination]), row[first])
            if row[times] is not None:
                suspects.append(dict(zip(columns, row, strict=True)))
    return there, suspects
