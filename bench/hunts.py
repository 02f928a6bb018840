"""Each hunt's time and peak memory over millions of records, beside a bare count(*), `zcat | jq | sort` and Parquet."""

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
HUNTS = os.environ.get("BENCH_HUNTS", "").split()
"""The hunts that are measured, all where none is named."""
LOGS = os.environ.get("BENCH_LOGS", "")
"""A folder where the records are kept for another run; what lies there is taken as it is."""
IN_PARQUET = 1_000_000
"""FLOW records that are asked for as Security Lake has them, too."""

MEBIBYTE = 1 << 20


def run() -> None:
    """Print the tables. `BENCH_RECORDS` makes them smaller, or larger."""
    with tempfile.TemporaryDirectory(prefix="bench-hunts-") as name:
        folder = Path(LOGS or name)
        if not list(folder.rglob("*.gz")):
            began = time.monotonic()
            counts = generate(folder, RECORDS)
            listed = ", ".join(f"{count:,} {log}" for log, count in counts.items())
            print(f"{listed} records, made in {time.monotonic() - began:.0f} s")
        size = sum(path.stat().st_size for path in folder.rglob("*.gz")) / MEBIBYTE
        print(f"{size:,.0f} MiB gzipped, {os.cpu_count()} cores\n", flush=True)
        rows = []
        for hunt in _hunts():
            rows.append(_row(folder, hunt))
            print(" ".join(rows[-1]), file=sys.stderr, flush=True)
        print("bare count(*): `SELECT count(*) FROM read_ndjson_objects(FILES)`, which parses no field\n")
        print(markdown(["hunt", "reads", "seconds", "bare count(*)", "ratio", "of all cores", "peak MiB"], rows))
        print(flush=True)
        if ranked := [float(row[2]) for row in rows if row[0] == "top-sni"]:
            _beside_jq(folder, ranked[0])
        if not HUNTS:
            _in_parquet(folder)


def _hunts() -> list[tuple[str, str]]:
    from hunts.catalog import catalog

    return [(hunt.name, " ".join(hunt.reads)) for hunt in catalog().values() if hunt.name in HUNTS or not HUNTS]


def _row(folder: Path, hunt: tuple[str, str]) -> list[str]:
    """Measure bare scan and hunt one right after the other, so that whatever else the machine does hits both."""
    name, reads = hunt
    bare = _child(folder, "count", *reads.split())
    asked = _child(folder, "hunt", name)
    return [
        name,
        reads,
        f"{asked['seconds']:.1f}",
        f"{bare['seconds']:.1f}",
        f"{asked['seconds'] / bare['seconds']:.1f}",
        # What others do on the machine makes both wait, and not equally long; it makes neither work more.
        f"{asked['cpu'] / bare['cpu']:.1f}",
        f"{asked['peak'] / MEBIBYTE:.0f}",
    ]


def _in_parquet(folder: Path) -> None:
    """Ask the same FLOW records twice: as AWS's own, and as a table of Parquet of Security Lake (OCSF 4001)."""
    import duckdb

    from .log_generator import PER_FILE

    files = [str(path) for path in sorted(folder.rglob("*_flow_*.gz"))[: IN_PARQUET // PER_FILE]]
    with tempfile.TemporaryDirectory(prefix="bench-parquet-") as name:
        lake, plain = Path(name, "lake"), Path(name, "plain")
        lake.mkdir()
        plain.mkdir()
        for path in files:
            (plain / Path(path).name).symlink_to(path)
        select = (Path(__file__).parent / "ocsf.sql").read_text(encoding="utf-8")
        duckdb.execute(f"COPY ({select}) TO '{lake}/flow.parquet' (FORMAT parquet)", [files])
        rows = []
        for form, root in (("AWS's records, gzipped", plain), ("OCSF in Parquet", lake)):
            asked = _child(root, "hunt", "top-talkers")
            rows.append([form, f"{asked['seconds']:.1f}", f"{asked['cpu']:.1f}", f"{asked['peak'] / MEBIBYTE:.0f}"])
    print(f"\ntop-talkers of {len(files) * PER_FILE:,} FLOW records\n")
    print(markdown(["form", "seconds", "of all cores", "peak MiB"], rows), flush=True)


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
