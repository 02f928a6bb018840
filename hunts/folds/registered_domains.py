"""From single names to registered domains: how many distinct subdomains a source asked for, and how long they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from publicsuffixlist import PublicSuffixList

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
            domain = registered(_parent(name))
            below = name[: -len(domain) - 1] if domain and len(name) > len(domain) else ""
            if not below:
                continue
            item = seen.setdefault((row[at["src_ip"]], domain), _Seen())
            item.names += 1
            item.characters += len(below)
            item.queries += int(row[at["queries"]])
            item.sample = max(item.sample, name, key=lambda text: (len(text), text))
            item.first = min(item.first, int(row[at["first_seen"]]))
            item.last = max(item.last, int(row[at["last_seen"]]))
    rows = [
        (source, domain, item.names, round(item.characters / item.names, 1), item.queries, item.sample, item.first, item.last)
        for (source, domain), item in seen.items()
        if item.names >= int(question.values["subdomains"])
        and item.characters >= float(question.values["length"]) * item.names
    ]
    return COLUMNS, sorted(rows, key=lambda row: (-row[2], row[0], row[1]))


def _parent(name: str) -> str:
    """Return the last labels of a name: no public suffix has more than six, and the cache below lives on few values."""
    return ".".join(name.rsplit(".", 7)[-7:])


@lru_cache(maxsize=65536)
def registered(name: str) -> str:
    """Return the registered domain of a name, such as `example.co.uk`; empty for a name that is a public suffix itself."""
    return _list().privatesuffix(name) or ""


@lru_cache(maxsize=1)
def _list() -> PublicSuffixList:
    return PublicSuffixList()
