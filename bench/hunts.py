"""Each hunt's time and peak memory over millions of records, beside a bare count(*) and beside `zcat | jq | sort`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .log_generator import END, HOME, START, generate
from .table import markdown

RECORDS = int(os.environ.get("BENCH_RECORDS", "10000000"))
"""ALERT and FLOW records together; the resolver's log has a twentieth of that besides."""

MEBIBYTE = 1 << 20


def run() -> None:
    """Print the table. `BENCH_RECORDS` makes it smaller."""
    with tempfile.TemporaryDirectory(prefix="bench-hunts-") as name:
        folder = Path(name)
        began = time.monotonic()
        counts = generate(folder, RECORDS)
        size = sum(path.stat().st_size for path in folder.rglob("*.gz")) / MEBIBYTE
        listed = ", ".join(f"{count:,} {log}" for log, count in counts.items())
        print(f"{listed} records, {size:,.0f} MiB gzipped, made in {time.monotonic() - began:.0f} s\n", flush=True)
        rows = []
        for hunt in _hunts():
            rows.append(_row(folder, hunt))
            print(" ".join(rows[-1]), file=sys.stderr, flush=True)
        print("bare count(*): `SELECT count(*) FROM read_ndjson_objects(FILES)`, which parses no field\n")
        print(markdown(["hunt", "reads", "seconds", "bare count(*)", "ratio", "peak MiB"], rows), flush=True)
        print()
        _beside_jq(folder, float(next(row[2] for row in rows if row[0] == "top-sni")))


def _hunts() -> list[tuple[str, str]]:
    from hunts.catalog import catalog

    return [(hunt.name, " ".join(hunt.reads)) for hunt in catalog().values()]


def _row(folder: Path, hunt: tuple[str, str]) -> list[str]:
    """Measure bare scan and hunt one right after the other, so that whatever else the machine does hits both."""
    name, reads = hunt
    bare = _child(folder, "count", *reads.split())
    asked = _child(folder, "hunt", name)
    ratio = asked["seconds"] / bare["seconds"]
    return [
        name,
        reads,
        f"{asked['seconds']:.1f}",
        f"{bare['seconds']:.1f}",
        f"{ratio:.1f}",
        f"{asked['peak'] / MEBIBYTE:.0f}",
    ]


def _child(folder: Path, *arguments: str) -> dict[str, float]:
    """Run one measurement in a process of its own, whose peak memory is then its own, too."""
    command = [sys.executable, "-m", "bench.hunts_child", str(folder), str(START), str(END), HOME, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def _beside_jq(folder: Path, seconds: float) -> None:
    """Rank SNI the plain way."""
    if not shutil.which("jq"):
        print("jq is not on PATH: nothing to compare with")
        return
    pipe = "zcat $(find . -path '*/alert/*' -name '*.gz') | jq -r '.event.tls.sni // empty' | sort | uniq -c | sort -rn"
    began = time.monotonic()
    subprocess.run(["bash", "-c", f"{pipe} | head -20 > /dev/null"], cwd=folder, check=True)
    plain = time.monotonic() - began
    ratio = plain / seconds
    print(f"top-sni: {seconds:.1f} s; `zcat | jq | sort | uniq -c` on the same files: {plain:.0f} s, {ratio:.0f} times")
