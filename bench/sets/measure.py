"""Precision and recall of each hunt on one of the sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.score import Finding, Score
from hunts.backends import silent
from hunts.backends.duck import DuckDB
from hunts.backends.local_files import LocalFiles
from hunts.hunting import Hunter
from hunts.model import LOGS
from hunts.window import Window

from . import Set
from .fleet import END, HOME, START, Fleet

SUBJECTS = {
    "beacons": "destination",
    "dns-exfiltration": "domain",
    "dns-over-https": "dest_ip",
    "east-west": "dest_ip",
    "forged-sni": "dest_ip",
    "generated-names": None,
    "long-connections": "dest_ip",
    "new-destinations": "domain",
    "outside-resolvers": "resolver",
    "rare-clients": "client",
    "rare-destinations": "domain",
    "scans": "scanned",
    "stranger-on-443": "dest_ip",
    "tls-on-odd-ports": "dest_ip",
    "tls-without-sni": "dest_ip",
}
"""Hunt -> the column that, with the instance, says what a row is about."""


def measure(chosen: Set) -> dict[str, Score]:
    """Return the score of each hunt, `rogue` last, on the set."""
    fleet = chosen.fleet()
    with TemporaryDirectory(prefix="bench-sets-") as folder:
        fleet.write(Path(folder))
        hunter = Hunter(DuckDB(dict.fromkeys(LOGS, LocalFiles([Path(folder)]))), LOGS, HOME)
        answers = {q.hunt.name: [*a.records()] for q, a in hunter.report(Window(START, END), silent)}
    scores = {hunt: _score(fleet, hunt, answers[hunt], column) for hunt, column in SUBJECTS.items() if hunt in answers}
    return {**scores, "rogue": _rogue(fleet, answers["rogue"])}


def _score(fleet: Fleet, hunt: str, rows: Sequence[Mapping[str, Any]], column: str | None) -> Score:
    found: set[Finding] = {(row["src_ip"], str(row[column]) if column else "") for row in rows}
    true = fleet.truth.get(hunt, set())
    return Score.of(true, found, bearable=fleet.bad)


def _rogue(fleet: Fleet, rows: Sequence[Mapping[str, Any]]) -> Score:
    """Whoever had a single technique done on it may be called a rogue or not."""
    found: set[Finding] = {(row["src_ip"],) for row in rows if row["verdict"] == "rogue"}
    true: set[Finding] = {(source,) for source in fleet.rogues}
    return Score.of(true, found, bearable={(source,) for source, _ in fleet.bad})
