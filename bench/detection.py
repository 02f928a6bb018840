"""Precision and recall of each hunt: on the set for tuning, on the one held out from it, on recorded scenarios.

`BENCH_CAPTURES` adds captures of others, see `bench.captures` and `bench.labelled_captures`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import captures, labelled_captures, sets
from .score import Score
from .table import markdown

RECORDED = Path(__file__).resolve().parents[1] / "examples" / "logs"
HOME = "10.1.0.0/16,10.2.0.0/16"
MARGIN = 900
BASELINES = {"lookalikes": 7200}
"""Scenario -> seconds from its start that are the baseline of hunts which have one; elsewhere all is the window."""
DNS_OVER_TLS = 853

Truth = Mapping[str, Any]
Row = Mapping[str, Any]
Pair = tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """What counts as one thing to find: `of` is true of the truth's entries to find, both keys name the thing."""

    of: Callable[[Truth], bool]
    true: Callable[[Truth], Pair]
    found: Callable[[Row], Pair]


def _labelled(label: str, what: str = "flow") -> Callable[[Truth], bool]:
    return lambda truth: truth["what"] == what and truth["label"] == label and truth.get("way") != "nowhere"


def _in_either(*labels: str) -> Callable[[Truth], bool]:
    return lambda truth: truth["what"] == "flow" and truth["label"] in labels


def _to_address(truth: Truth) -> Pair:
    return truth["source"], truth["address"]


def _by_address(row: Row) -> Pair:
    return row["src_ip"], row["dest_ip"]


MEASURES = {
    "stranger-on-443": Measure(_labelled("stranger-on-443"), _to_address, _by_address),
    "tls-without-sni": Measure(
        # Beacons and DNS over TLS to a bare address name nobody either.
        lambda truth: (
            (
                truth["what"] == "flow"
                and truth["label"] != "forged-sni"
                and (truth["kind"], truth["target"]) == ("https", truth["address"])
            )
            or truth.get("port") == DNS_OVER_TLS
        ),
        _to_address,
        _by_address,
    ),
    "new-destinations": Measure(
        # What is rare and falls behind the baseline is new as well.
        _in_either("new-destination", "rare-destination"),
        lambda truth: (truth["source"], captures.domain(truth["target"])),
        lambda row: (row["src_ip"], row["domain"]),
    ),
    "rare-destinations": Measure(
        _labelled("rare-destination"),
        lambda truth: (truth["source"], captures.domain(truth["target"])),
        lambda row: (row["src_ip"], row["domain"]),
    ),
    "s3-through-nat": Measure(
        lambda truth: truth["what"] == "flow" and truth["kind"] == "s3" and truth["way"] == "inspected",
        lambda truth: (truth["source"], truth["target"]),
        lambda row: (row["src_ip"], row["destination"]),
    ),
    "forged-sni": Measure(_labelled("forged-sni"), _to_address, _by_address),
    "dns-exfiltration": Measure(
        _labelled("dns-exfiltration", "lookup"),
        lambda truth: (truth["source"], captures.domain(truth["target"])),
        lambda row: (row["src_ip"], row["domain"]),
    ),
    "dns-blocked": Measure(
        lambda truth: truth["what"] == "lookup" and truth["outcome"] != "pass",
        lambda truth: (truth["source"], truth["target"].lower().rstrip(".")),
        lambda row: (row["src_ip"], row["name"]),
    ),
    "outside-resolvers": Measure(
        _labelled("outside-resolver"), _to_address, lambda row: (row["src_ip"], row["resolver"])
    ),
    "beacons": Measure(
        _labelled("beacon"),
        lambda truth: (truth["source"], truth["target"]),
        lambda row: (row["src_ip"], row["destination"]),
    ),
    "denied": Measure(
        lambda truth: truth["what"] == "flow" and truth["outcome"] in ("drop", "reject", "dropped", "rejected"),
        lambda truth: (truth["source"], truth["target"]),
        lambda row: (row["src_ip"], row["destination"]),
    ),
    "east-west": Measure(_labelled("east-west"), _to_address, _by_address),
    "rogue": Measure(
        lambda truth: truth["label"] != "benign",
        lambda truth: (truth["source"],),
        lambda row: (row["src_ip"],) if row["verdict"] == "rogue" else (),
    ),
}


def run() -> None:
    """Print the tables, and what was wrong or missed."""
    _two_sets()
    scores = {name: Score() for name in MEASURES}
    scenarios = sorted(path.parent for path in RECORDED.glob("*/truth.jsonl"))
    for folder in scenarios:
        _measure(folder, scores)
    print(f"Scenarios: {', '.join(folder.name for folder in scenarios)}\n")
    rows = [_row(name, score) for name, score in scores.items()]
    print(markdown(["hunt", "what is counted", "to find", "found", "false", "precision", "recall"], rows))
    for name, score in scores.items():
        for kind, items in (("false", score.wrong), ("missed", score.missed)):
            for item in sorted(items):
                print(f"{name}, {kind}: {' '.join(item)}")
    public = os.environ.get("BENCH_CAPTURES")
    if public:
        print(f"\ndns-exfiltration on the captures in {public}:\n")
        captures.run(Path(public))
        labelled = Path(public) / "labelled"
        if labelled.is_dir():
            print("\nport 443 on labelled captures:\n")
            labelled_captures.run(labelled)


def _two_sets() -> None:
    from .sets.measure import measure

    scores = {name: measure(chosen) for name, chosen in sets.SETS.items()}
    rows = []
    for hunt in scores["tuning"]:
        each = [of[hunt] for of in scores.values()]
        unseen = Score()
        for number, score in enumerate(each[1:]):
            unseen.add(score.marked(str(number)))
        counts = [len(score.right) + len(score.missed) for score in (*each, unseen)]
        figures = [
            f"{value:.2f}" if count else "-"
            for score, count in zip((*each, unseen), counts, strict=True)
            for value in (score.precision, score.recall)
        ]
        rows.append([hunt, " / ".join(map(str, counts[:-1])), *figures])
    heads = [f"{figure}, {name}" for name in (*scores, "all but tuning") for figure in ("precision", "recall")]
    print(markdown(["hunt", f"to find, {' / '.join(scores)}", *heads], rows))
    for name, of in scores.items():
        for hunt, score in of.items():
            for kind, items in (("false", score.wrong), ("missed", score.missed)):
                if items:
                    print(f"{name}, {hunt}, {kind}: {', '.join(' '.join(item) for item in sorted(items)[:8])}")
    print()


def _measure(folder: Path, scores: Mapping[str, Score]) -> None:
    from hunts.backends import silent
    from hunts.backends.duck import DuckDB
    from hunts.backends.local_files import LocalFiles
    from hunts.catalog import catalog
    from hunts.hunting import Hunter
    from hunts.model import LOGS
    from hunts.window import Window

    truths = [json.loads(line) for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    window = Window(int(min(t["time"] for t in truths)) - MARGIN, int(max(t["time"] for t in truths)) + MARGIN)
    hunter = Hunter(DuckDB(dict.fromkeys(LOGS, LocalFiles([folder / "AWSLogs"]))), LOGS, HOME)
    late = Window(window.start + MARGIN + BASELINES.get(folder.name, -MARGIN), window.end)
    answers = {question.hunt.name: answer for question, answer in hunter.report(window, silent)}
    behind = {question.hunt.name: answer for question, answer in hunter.report(late, silent)}
    for name, measure in MEASURES.items():
        compares = catalog()[name].composed or any(item.name == "baseline" for item in catalog()[name].parameters)
        since = late.start if compares else window.start
        answers[name] = behind[name] if compares else answers[name]
        true = {(folder.name, *measure.true(item)) for item in truths if measure.of(item) and item["time"] >= since}
        if name == "rogue":
            # One technique alone convicts nobody, by design: two or more make a rogue.
            true = {key for key in true if len(_labels(truths, key[1])) > 1}
        found = {(folder.name, *key) for row in answers[name].records() if (key := measure.found(row))}
        scores[name].add(Score.of(true, found))


def _labels(truths: list[Truth], source: str) -> set[str]:
    return {item["label"] for item in truths if item["source"] == source} - {"benign", "s3"}


def _row(name: str, score: Score) -> list[str]:
    right, wrong, missed = len(score.right), len(score.wrong), len(score.missed)
    unit = {1: "instance"}.get(next(iter(_widths(score)), 2) - 1, "pair of instance and destination")
    return [
        name,
        unit,
        str(right + missed),
        str(right),
        str(wrong),
        f"{score.precision:.2f}" if right + wrong else "-",
        f"{score.recall:.2f}" if right + missed else "-",
    ]


def _widths(score: Score) -> Iterator[int]:
    yield from (len(item) for items in (score.right, score.wrong, score.missed) for item in items)
