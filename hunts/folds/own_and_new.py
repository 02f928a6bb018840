"""From connections that stand out to those that are one instance's own and new to it."""

from collections.abc import Sequence
from typing import Any

from hunts.folds.domains import domain_of
from hunts.folds.fleet import Visitors, common
from hunts.folds.records import Batches, records
from hunts.model import Question


def own_and_new(
    question: Question, columns: Sequence[str], batches: Batches
) -> tuple[Sequence[str], list[Sequence[Any]]]:
    """Keep rows whose registered domain is not the fleet's, and this instance's only since the window began.

    The last column, the size of the fleet, is left out; what the hunt's bar shows most of comes first.
    """
    rows = [*records(columns, batches)]
    holders, kept, share = Visitors(), [], float(question.values["shared"])
    for record in rows:
        holders.add(record["src_ip"], str(record["destination"]), record["first_seen"])
    for record in rows:
        domain = domain_of(str(record["destination"]))
        new = holders.since[record["src_ip"], domain] >= question.window.start
        if new and not common(len(holders.of[domain]), record["fleet"], share):
            kept.append(tuple(record.values())[:-1])
    most = list(columns).index(question.hunt.bar or "")
    return list(columns)[:-1], sorted(kept, key=lambda row: (-row[most], row[0], row[1]))
