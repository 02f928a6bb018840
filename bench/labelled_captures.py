"""Hunts about port 443 on captures whose flows somebody else has labelled: nDPI's, with its results beside.

They are not part of this project: docs/hunts.md says where they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from .score import Score
from .table import markdown

# What was guessed by port or address, and not read in the packets (DPI), is no label.
_FLOW = re.compile(
    r"^\t\d+\t(?:TCP|UDP) (\S+):(\d+) (?:<->|->) (\S+):(\d+) \[proto: [\d.]+/([^\]]+)\].*?\[Confidence: DPI",
    re.MULTILINE,
)
PORT = "443"
BELONG = {"TLS", "QUIC", "Unknown"}
"""What belongs on the port, or what the one who labelled couldn't name either."""
RESOLVER = "DoH_DoT"


class Pair(NamedTuple):
    """Who spoke to whom on port 443 in a capture."""

    capture: str
    client: str
    server: str


def run(folder: Path) -> None:
    """Print what the hunts find in `folder/pcap`, against the labels in `folder/result`."""
    labels: dict[Pair, set[str]] = {}
    found: dict[str, set[Pair]] = {"stranger-on-443": set(), "dns-over-https": set()}
    for result in sorted((folder / "result").glob("*.out")):
        capture = folder / "pcap" / result.name.removesuffix(".out")
        labelled = labels_of(result) if capture.is_file() else {}
        if labelled:
            labels |= labelled
            for hunt, pairs in findings(capture, {pair.client for pair in labelled}).items():
                # A flow that the labels don't know can't be judged.
                found[hunt] |= pairs & labelled.keys()
    true = {
        "stranger-on-443": {
            pair for pair, of in labels.items() if any(name.split(".")[0] not in BELONG for name in of)
        },
        "dns-over-https": {pair for pair, of in labels.items() if any(RESOLVER in name for name in of)},
    }
    scores = {hunt: Score.of({*map(tuple, true[hunt])}, {*map(tuple, found[hunt])}) for hunt in found}
    print(f"{len({pair.capture for pair in labels})} captures with {len(labels):,} pairs on port {PORT}\n")
    rows = [
        [hunt, *map(str, (len(s.right) + len(s.missed), len(s.right), len(s.wrong), len(labels) - len(true[hunt])))]
        for hunt, s in scores.items()
    ]
    print(markdown(["hunt", "to find", "found", "false", "of others"], rows))
    for hunt, score in scores.items():
        for kind, items in (("missed", score.missed), ("false", score.wrong)):
            said = Counter(", ".join(sorted(labels[Pair(*pair)])) for pair in items)
            print(f"{hunt}, {kind}: {'; '.join(f'{name} {count}' for name, count in said.most_common()) or 'none'}")
        for pair in sorted(score.wrong):
            print(f"  {' '.join(pair)}: {', '.join(sorted(labels[Pair(*pair)]))}")


def labels_of(result: Path) -> dict[Pair, set[str]]:
    """Return the protocols by pair that nDPI's result file has for flows to port 443, in either direction."""
    capture, found = result.name.removesuffix(".out"), dict[Pair, set[str]]()
    for one, port, other, other_port, label in _FLOW.findall(result.read_text(encoding="utf-8", errors="replace")):
        ends = [one, other] if other_port == PORT else [other, one] if port == PORT else []
        try:
            client, server = (ip_address(end.strip("[]")).exploded for end in ends)
        except ValueError:
            # Of another port, or an address that nDPI wrote in a way that nobody can read.
            continue
        found.setdefault(Pair(capture, client, server), set()).add(label)
    return found


def findings(capture: Path, clients: set[str]) -> Mapping[str, set[Pair]]:
    """Return by hunt the pairs that it finds in the capture; of DNS over HTTPS by its shape alone, see the docs."""
    from hunts.backends import silent
    from hunts.backends.duck import DuckDB
    from hunts.backends.local_files import LocalFiles
    from hunts.catalog import hunt
    from hunts.model import LOGS
    from hunts.parameters import question
    from hunts.window import Window

    window, home = Window(0, 1 << 33), ",".join(sorted(clients))
    asked = {name: question(hunt(name), given, window, home) for name, given in _GIVEN.items()}
    answers = DuckDB(dict.fromkeys(LOGS, LocalFiles([capture]))).ask_all([*asked.values()], silent)
    return {
        name: {Pair(capture.name, row["src_ip"], row["dest_ip"]) for row in answer.records()}
        for name, answer in zip(asked, answers, strict=True)
    }


_GIVEN: Mapping[str, Mapping[str, str]] = {"stranger-on-443": {}, "dns-over-https": {"alone": "1", "shared": "1"}}
