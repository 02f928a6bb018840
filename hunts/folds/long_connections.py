"""From connections that were held to those that are one instance's own and new to it."""

from collections.abc import Iterable, Sequence
from typing import Any

from hunts.folds.domains import domain_of
from hunts.folds.fleet import common
from hunts.model import Question


def long_connections(
    question: Question, columns: Sequence[str], batches: Iterable[Sequence[Sequence[Any]]]
) -> tuple[Sequence[str], list[Sequence[Any]]]:
    """Keep rows whose registered domain is not the fleet's, and this instance's only since the window began.

    The last column, the size of the fleet, is left out.
    """
    records = [dict(zip(columns, row, strict=True)) for batch in batches for row in batch]
    holders: dict[str, set[str]] = {}
    since: dict[tuple[str, str], int] = {}
    for record in records:
        domain, source = domain_of(record["destination"]), record["src_ip"]
        holders.setdefault(domain, set()).add(source)
        since[source, domain] = min(since.get((source, domain), record["first_seen"]), record["first_seen"])
    kept = [
        tuple(record.values())[:-1]
        for record in records
        if not common(len(holders[domain_of(record["destination"])]), record["fleet"], float(question.values["shared"]))
        and since[record["src_ip"], domain_of(record["destination"])] >= question.window.start
    ]
    return list(columns)[:-1], sorted(kept, key=lambda row: (-row[5], row[0], row[1]))
