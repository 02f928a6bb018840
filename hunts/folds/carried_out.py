"""From single names to what they carried: per instance and registered domain, one row a file."""

from collections.abc import Sequence
from typing import Any

from hunts.carried import Transfer, transfers
from hunts.folds.domains import domain_of
from hunts.folds.records import Batches
from hunts.model import Answer, Question

COLUMNS = (
    "src_ip",
    "domain",
    "encoding",
    "sure",
    "kind",
    "bytes",
    "content",
    "names",
    "ordered",
    "missing",
    "first_seen",
    "last_seen",
)
MOST_NAMES = 50_000
"""Names kept of one instance and domain: some two megabytes of what was carried; `ordered` says so of more."""


def carried_out(question: Question, columns: Sequence[str], batches: Batches) -> Answer:
    """Put together what the names of each instance below each registered domain carried; `domain` is where they are.

    Rows are what can be read: text, as it is, or a known type of file, in hex. Where the question names a `domain`,
    what can't be read is a row too.
    """
    wanted = str(question.values["domain"]).strip().strip(".").lower()
    at = {name: position for position, name in enumerate(columns)}
    asked: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for batch in batches:
        for row in batch:
            name = str(row[at["asked"]])
            domain = wanted if wanted and _is_below(name, wanted) else domain_of(name.lower())
            label = name[: -len(domain) - 1]
            if not label or (wanted and domain != wanted):
                continue
            names = asked.setdefault((str(row[at["src_ip"]]), domain), [])
            if len(names) < MOST_NAMES:
                names.append((int(row[at["first_seen"]]), label))
    rows = [
        _row(source, domain, transfer, full=len(names) == MOST_NAMES)
        for (source, domain), names in asked.items()
        if len(names) >= int(question.values["subdomains"])
        for transfer in transfers(names)
        if wanted or transfer.content.sure != "not at all"
    ]
    return Answer(COLUMNS, sorted(rows, key=lambda row: (row[0], row[1], row[-2])))


def _is_below(name: str, domain: str) -> bool:
    return name.lower().endswith(f".{domain}")


def _row(source: str, domain: str, transfer: Transfer, *, full: bool) -> Sequence[Any]:
    content = transfer.content
    return (
        source,
        f"{transfer.place}.{domain}".removeprefix("."),
        transfer.encoding,
        content.sure,
        content.kind,
        len(content.data),
        content.text if content.text is not None else content.data.hex(),
        transfer.names,
        transfer.ordered + (f", of the first {MOST_NAMES:,} names that were read" if full else ""),
        list(transfer.missing),
        transfer.first_seen,
        transfer.last_seen,
    )
