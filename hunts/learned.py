"""From the names in the ALERT log to an allow list, and from an allow list to what today's traffic would lose by it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import yaml

from hunts.destinations import covers, domain_problem
from hunts.errors import HuntError
from hunts.folds.domains import domain_of, is_public_suffix
from hunts.model import Answer, Hunt

KEY = "allow_domains"

NAMES = Hunt(
    name="learn",
    title="Names that the workloads asked for",
    question="Which names do which instances ask for, by TLS, QUIC and HTTP?",
    why="An allow list starts from what is used.",
    finding="A list for a person to read.",
    false_positives=(),
    attack={"id": "T1071.001", "name": "Application Layer Protocol: Web Protocols"},
    reads=("alert",),
    parameters=(),
    sql="""
SELECT
  coalesce(sni, host) AS name,
  src_ip,
  count(DISTINCT flow_id) AS flows,
  count(DISTINCT CASE WHEN outcome <> 'pass' AND outcome <> 'alert' THEN flow_id END) AS dropped,
  min(ts) AS first_seen,
  max(ts) AS last_seen
FROM alert
WHERE coalesce(sni, host) IS NOT NULL
GROUP BY coalesce(sni, host), src_ip
ORDER BY name, src_ip
""",
    insights="",
    insights_log="",
    insights_note="",
)
"""The question, in the terms of the catalogue."""


@dataclass(slots=True)
class Name:
    """A name with its flows in all, those that were dropped, when it came first and last (epoch), and who asked.

    `callers` is how many did, where it isn't known who.
    """

    name: str
    flows: int = 0
    dropped: int = 0
    first: int = 2**63
    last: int = 0
    sources: set[str] = field(default_factory=set)
    callers: int = 0


def names(answer: Answer) -> list[Name]:
    """Return the answer's names, in lower case and without port, by name."""
    found: dict[str, Name] = {}
    for row in answer.records():
        text = str(row["name"]).lower()
        name = text.partition(":")[0] if text.count(":") == 1 else text
        item = found.setdefault(name, Name(name))
        item.flows += int(row["flows"])
        item.dropped += int(row["dropped"] or 0)
        item.first = min(item.first, int(row["first_seen"]))
        item.last = max(item.last, int(row["last_seen"]))
        item.sources.add(str(row["src_ip"]))
    return [found[name] for name in sorted(found)]


@dataclass(frozen=True, slots=True)
class Learned:
    """What goes on the list, each entry with its names, and what doesn't, with the reason."""

    entries: dict[str, list[Name]]
    left_out: list[tuple[Name, str]]


def learn(seen: Iterable[Name], wide: int = 0) -> Learned:
    """Return a list of the names that passed, and were not dropped in all their flows.

    :param wide: from how many names below one registered domain on its entry is the domain and all below it; 0: never.
    """
    left_out: list[tuple[Name, str]] = []
    kept: list[Name] = []
    for item in seen:
        if problem := domain_problem(item.name):
            left_out.append((item, problem))
        elif item.dropped == item.flows:
            left_out.append((item, "dropped"))
        else:
            kept.append(item)
    by_domain: dict[str, list[Name]] = {}
    for item in kept:
        by_domain.setdefault(domain_of(item.name), []).append(item)
    entries: dict[str, list[Name]] = {}
    for domain, items in by_domain.items():
        if wide and len(items) >= wide and not is_public_suffix(domain):
            entries[f".{domain}"] = items
        else:
            entries |= {item.name: [item] for item in items}
    return Learned(dict(sorted(entries.items())), left_out)


def read_list(text: str, where: str) -> list[str]:
    """Return the entries of a list: one a line, or YAML with a key that ends in `allow_domains`, as `learn` writes it.

    Raises HuntError that names every entry which is no domain.
    """
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise HuntError(f"{where}: no list of domains ({str(error).splitlines()[0]})") from None
    if isinstance(document, dict):
        found = next((value for key, value in _keys(document) if key.rpartition(":")[2] == KEY), None)
        entries = found if isinstance(found, list) else None
    elif isinstance(document, str):
        entries = document.split()
    else:
        entries = document if isinstance(document, list) else None
    if not entries:
        raise HuntError(f"{where}: no list of domains: write one a line, or a list under {KEY}")
    wrong = [f"{entry}: {problem}" for entry in entries if (problem := domain_problem(str(entry)))]
    if wrong:
        raise HuntError(f"{where}: " + "; ".join(wrong))
    return [str(entry).lower() for entry in entries]


def _keys(document: dict[object, object]) -> list[tuple[str, object]]:
    inner = document.get("config")
    both = {**document, **(inner if isinstance(inner, dict) else {})}
    return [(str(key), value) for key, value in both.items()]


def lost(seen: Iterable[Name], entries: Sequence[str]) -> list[Name]:
    """Return the names that passed and that no entry stands for, those with most flows first."""
    without = [
        item for item in seen if item.dropped < item.flows and not any(covers(entry, item.name) for entry in entries)
    ]
    return sorted(without, key=lambda item: (item.dropped - item.flows, item.name))
