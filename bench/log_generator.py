"""Many records from few: the recorded scenarios, played over and over by ever other instances, in AWS's envelope."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from itertools import cycle, islice
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).resolve().parents[1] / "examples" / "logs"
SCENARIOS = ("quiet-day", "intruder", "visits")
HOME = "10.0.0.0/8"
START = 1_800_000_000
END = START + 86_400
PER_FILE = 100_000


def generate(folder: Path, records: int) -> dict[str, int]:
    """Write gzipped logs below `folder` under AWS's own names and return the number of records by log."""
    counts = {"alert": records // 2, "flow": records - records // 2, "dns": records // 20}
    for log, count in counts.items():
        service = "vpcdnsquerylogs/vpc-1" if log == "dns" else f"network-firewall/{log}/eu-west-1/hub"
        target = folder / f"AWSLogs/123456789012/{service}/2027/01/15/08"
        firewall = f"123456789012_network-firewall_{log}_eu-west-1_hub"
        named = "vpc-1_vpcdnsquerylogs_123456789012" if log == "dns" else firewall
        target.mkdir(parents=True)
        lines = islice(_lines(log), count)
        for number in range(-(-count // PER_FILE)):
            path = target / f"{named}_20270115T0800Z_{number:08x}.log.gz"
            with gzip.open(path, "wt", compresslevel=1, encoding="utf-8") as file:
                file.writelines(islice(lines, PER_FILE))
    return counts


def _lines(log: str) -> Iterator[str]:
    """Yield records without end, with flow, source and time their own for each turn through the recorded ones."""
    templates = [_template(record, log) for record in _recorded(log)]
    numbers = {flow: number for number, flow in enumerate(sorted({flow for _, flow, _ in templates}))}
    turn = 0
    for position, (parts, flow, offset) in enumerate(cycle(templates)):
        if position % len(templates) == 0:
            turn += 1
        values = {
            '"#FLOW#"': str(turn * 1_000_000 + numbers[flow]),
            "#TS#": str(START + (offset + turn * 61) % 86_400),
            "#SRC#": f"10.{turn % 200}.{flow % 7}.{flow % 11}",
        }
        yield "".join(values.get(part, part) for part in parts) + "\n"


def _recorded(log: str) -> Iterator[dict[str, Any]]:
    part = "vpcdnsquerylogs" if log == "dns" else f"/{log}/"
    for scenario in SCENARIOS:
        for path in sorted((RECORDED / scenario).rglob("*.gz")):
            if part in str(path):
                with gzip.open(path, "rt", encoding="utf-8") as file:
                    yield from (json.loads(line) for line in file)


def _template(record: dict[str, Any], log: str) -> tuple[list[str], int, int]:
    """Return the record's text split at what changes, its flow, and its place in the day in seconds."""
    if log == "dns":
        flow, offset = hash(record["query_name"]) % 1000, len(record["query_name"]) * 37
        changed: Mapping[str, Any] = {**record, "srcaddr": "#SRC#", "query_timestamp": "2027-01-15T10:00:00Z"}
    else:
        event = record["event"]
        flow, offset = int(event["flow_id"]), int(record["event_timestamp"]) % 86_400
        ends = {end: "#SRC#" for end in ("src_ip", "dest_ip") if str(event.get(end, "")).startswith("10.")}
        changed = {
            **record,
            "event_timestamp": "#TS#",
            "event": {**event, "flow_id": "#FLOW#", **dict(list(ends.items())[:1])},
        }
    text = json.dumps(changed, separators=(",", ":"))
    for mark in ('"#FLOW#"', "#TS#", "#SRC#"):
        text = text.replace(mark, f"\0{mark}\0")
    return text.split("\0"), flow, offset
