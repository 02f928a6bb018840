"""Writes records into a folder of this machine, under the names that S3 objects have."""

import gzip
import json
from collections.abc import Callable, Iterable
from pathlib import Path

from traffic.log_locations import Origin, objects
from traffic.plan import Lookup
from traffic.records import Record
from traffic.resolver import Answer
from traffic.simulate import Result, Simulation


def write_folder(records: Iterable[Record], folder: Path, origin: Callable[[Record], Origin]) -> list[Path]:
    """Write records as gzipped objects below a folder; return the files. The same records give the same bytes."""
    by_origin: dict[Origin, list[Record]] = {}
    for record in records:
        by_origin.setdefault(origin(record), []).append(record)
    written = []
    for place, own in by_origin.items():
        for kind in ("ALERT", "FLOW", "QUERY"):
            for key, lines in objects((record for record in own if record.log == kind), place).items():
                path = folder / key
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(pack(lines))
                written.append(path)
    return written


def pack(records: Iterable[Record]) -> bytes:
    """Return the content of an object: one record a line, gzipped, without the time of packing."""
    return gzip.compress("".join(f"{record.line}\n" for record in records).encode(), mtime=0)


def write_truth(simulation: Simulation, path: Path) -> None:
    """Write what is true of each look-up and flow, one JSON object a line, to measure what a hunt finds against it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    truths = [_of_lookup(lookup, answer) for lookup, answer in simulation.answers]
    truths += [_of_flow(result) for result in simulation.results]
    path.write_text("".join(json.dumps(truth) + "\n" for truth in truths), encoding="utf-8")


def _of_lookup(lookup: Lookup, answer: Answer) -> dict[str, object]:
    return {
        "what": "lookup",
        "time": round(lookup.time, 3),
        "instance": lookup.source.instance.id,
        "source": lookup.source.instance.private_ip,
        "target": lookup.name,
        "type": lookup.type,
        "label": lookup.label,
        "outcome": answer.rule.action.lower() if answer.rule else "pass",
    }


def _of_flow(result: Result) -> dict[str, object]:
    flow = result.flow
    return {
        "what": "flow",
        "time": round(flow.time, 3),
        "instance": flow.source.instance.id,
        "source": flow.source.instance.private_ip,
        "kind": flow.kind,
        "target": flow.target,
        "address": flow.address,
        "port": flow.port,
        "label": flow.label,
        "outcome": result.outcome,
        "way": result.passage.way if result.passage else "",
        "flow_id": result.flow_id,
        "rule": result.rule,
    }
