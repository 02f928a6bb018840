"""DNS exfiltration measured on public captures, which are not part of this project: docs/hunts.md says where they are.

`BENCH_CAPTURES` names a folder: captures of tunnels below `tunnel/` and of ordinary traffic below `benign/`.
Their queries become records of the resolver's log.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .table import markdown

KINDS = ("tunnel", "benign")
HOME = "0.0.0.0/0"


def run(folder: Path) -> None:
    """Print per kind of capture how many there are, and in how many the hunt finds a domain."""
    rows = []
    for kind in KINDS:
        captures = sorted(path for path in (folder / kind).rglob("*") if path.suffix in (".pcap", ".pcapng", ".trace"))
        records = {path: list(queries(path)) for path in captures}
        asked = {path: found for path, found in records.items() if found}
        names = {(path, domain(record["query_name"])) for path, found in asked.items() for record in found}
        hits = {path: findings(found) for path, found in asked.items()}
        rows.append(
            [
                kind,
                str(len(asked)),
                f"{sum(map(len, asked.values())):,}",
                f"{len(names):,}",
                str(sum(1 for found in hits.values() if found)),
                str(sum(map(len, hits.values()))),
            ]
        )
        for path, found in hits.items():
            if bool(found) != (kind == "tunnel"):
                print(f"{kind}, {'false' if found else 'missed'}: {path.name} {' '.join(found)}")
    heads = ["captures", "with queries", "queries", "registered domains", "captures found", "domains found"]
    print(markdown(heads, rows))


def queries(capture: Path) -> Iterator[dict[str, Any]]:
    """Yield the queries to port 53 of a capture as records of the resolver's log, without what is no query."""
    logging.getLogger("scapy").setLevel(logging.ERROR)
    from scapy.error import Scapy_Exception
    from scapy.layers.dns import DNS, DNSQR
    from scapy.layers.inet import IP, UDP
    from scapy.utils import PcapReader

    try:
        with PcapReader(str(capture)) as packets:
            for packet in packets:
                if IP in packet and UDP in packet and packet[UDP].dport == 53 and DNSQR in packet:  # noqa: PLR2004
                    question = packet[DNS].qd[0] if packet[DNS].qd else None
                    if question is not None and not packet[DNS].qr:
                        yield _record(float(packet.time), packet[IP].src, question.qname)
    except Scapy_Exception as error:
        print(f"{capture.name}: can't be read ({error})")


def _record(time: float, source: str, name: bytes) -> dict[str, Any]:
    return {
        "query_timestamp": datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "query_name": name.decode("ascii", "backslashreplace"),
        "srcaddr": source,
    }


def findings(records: list[dict[str, Any]]) -> list[str]:
    """Return the registered domains that the hunt finds in the records."""
    from hunts.backends import silent
    from hunts.backends.duck import DuckDB
    from hunts.backends.local_files import LocalFiles
    from hunts.catalog import hunt
    from hunts.parameters import question
    from hunts.window import Window

    with TemporaryDirectory() as name:
        path = Path(name) / "dns.log"
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        asked = question(hunt("dns-exfiltration"), {}, Window(0, 1 << 33), HOME)
        answer = DuckDB({"dns": LocalFiles([path])}).ask(asked, silent)
    return [row["domain"] for row in answer.records()]


def domain(name: str) -> str:
    """Return the registered domain of a name as a log or a capture has it."""
    from hunts.folds.domains import domain_of

    return domain_of(name.lower().rstrip("."))
