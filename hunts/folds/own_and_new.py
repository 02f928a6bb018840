"""From connections that stand out to those that are of few instances, and to a place that is new to the fleet."""

from collections.abc import Sequence
from typing import Any

from hunts.folds.domains import place_of
from hunts.folds.fleet import common, habits_since
from hunts.folds.records import Batches, records
from hunts.model import Answer, Question

_OWN = ("since", "fleet", "oldest")
"""Columns for this step alone: since when the fleet goes there, how many instances it has, when its logs begin."""


def own_and_new(question: Question, columns: Sequence[str], batches: Batches) -> Answer:
    """Keep rows of the window whose place is neither a large part of the fleet's nor anybody's of old.

    A place is what lies under one registered domain, or in one network. Whose habit it is doesn't matter: instances
    come and go, and a new one does what its like have always done. What the hunt's bar shows most of comes first.
    """
    values, window = question.values, question.window
    about = question.hunt.about or ""
    rows = [*records(columns, batches)]
    visitors: dict[str, set[str]] = {}
    since: dict[str, int] = {}
    for record in rows:
        place = place_of(str(record[about]))
        visitors.setdefault(place, set()).add(record["src_ip"])
        since[place] = min(record["since"], since.get(place, record["since"]))
    kept: list[Sequence[Any]] = []
    left_out = 0
    shown = [name for name in columns if name not in _OWN]
    for record in rows:
        if record["last_seen"] < window.start:
            continue
        place = place_of(str(record[about]))
        known = since[place] < habits_since(window, record["oldest"]) and not values.get("habits")
        if known or common(len(visitors[place]), record["fleet"], float(values["shared"])):
            left_out += 1
        else:
            kept.append(tuple(record[name] for name in shown))
    most = shown.index(question.hunt.bar or "")
    return Answer(shown, sorted(kept, key=lambda row: (-row[most], row[0], row[1])), left_out=left_out)
