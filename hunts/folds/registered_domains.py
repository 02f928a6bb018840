"""From single names to registered domains: how many distinct subdomains a source asked for, and how long they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from hunts.folds.domains import below, domain_of
from hunts.model import Question

COLUMNS = ("src_ip", "domain", "subdomains", "mean_length", "queries", "sample", "first_seen", "last_seen")


@dataclass(slots=True)
class _Seen:
    names: int = 0
    characters: int = 0
    queries: int = 0
    sample: str = ""
    first: int = 2**63
    last: int = 0


def registered_domains(
    question: Question, columns: Sequence[str], batches: Iterable[Sequence[Sequence[Any]]]
) -> tuple[Sequence[str], list[Sequence[Any]]]:
    """Count distinct names (rows are distinct by source and name) per source and registered domain.

    Memory grows with the number of registered domains, not of names. Kept are the domains above both thresholds of the
    question, `subdomains` and `length`.
    """
    seen: dict[tuple[str, str], _Seen] = {}
    at = {name: position for position, name in enumerate(columns)}
    for batch in batches:
        for row in batch:
            name = row[at["name"]]
            label = below(name)
            if not label:
                continue
            item = seen.setdefault((row[at["src_ip"]], domain_of(name)), _Seen())
            item.names += 1
            item.characters += len(label)
            item.queries += int(row[at["queries"]])
            item.sample = max(item.sample, name, key=lambda text: (len(text), text))
            item.first = min(item.first, int(row[at["first_seen"]]))
            item.last = max(item.last, int(row[at["last_seen"]]))
    rows = [
        (
            source,
            domain,
            item.names,
            round(item.characters / item.names, 1),
            item.queries,
            item.sample,
            item.first,
            item.last,
        )
        for (source, domain), item in seen.items()
        if item.names >= int(question.values["subdomains"])
        and item.characters >= float(question.values["length"]) * item.names
    ]
    return COLUMNS, sorted(rows, key=lambda row: (-row[2], row[0], row[1]))
