"""VPC Flow Logs: fields by spaces or commas, named by a head in S3 and by AWS's default order elsewhere.

Source: "Flow log records" in the Amazon VPC user guide: the default format, which is version 2, and what may be asked
for beside it. A log group keeps no head: of a format of one's own only what begins like the default one is known there.
"""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from hunts.destinations import is_address
from hunts.forms import NotALogError, Record, carefully
from hunts.forms.content import Content
from hunts.forms.flows import epoch, firewall_record, flow_id, size

DEFAULT = """version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action
    log-status""".split()  # noqa: SIM905 - as AWS prints it
_TOOL = "vpc-flow-log"
_NOTHING, _SKIPPED = "NODATA", "SKIPDATA"
_STATES = ("OK", _NOTHING, _SKIPPED)
_PAIRS = ({"srcaddr", "dstaddr"}, {"pkt-srcaddr", "pkt-dstaddr"})
"""Fields with the ends of a flow, as the interface has them and as the packet does; a head names one pair at least."""


def is_head(line: str) -> bool:
    """Tell whether a line names the fields of a flow log."""
    return "{" not in line and has_ends(_cells(line))


def has_ends(names: Iterable[str]) -> bool:
    """Tell whether fields of these names say whose the flow is, however they are written (`pkt_srcaddr` in Athena)."""
    known = {name.replace("_", "-").lower() for name in names}
    return any(pair <= known for pair in _PAIRS)


def rows(line: str) -> Iterator[Record]:
    """Yield the fields of each record in AWS's default format, whatever stands before it or between two."""
    cells = line.split()
    for at in range(len(cells) - len(DEFAULT) + 1):
        found = dict(zip(DEFAULT, cells[at:], strict=False))
        if found["version"].isdecimal() and found["log-status"] in _STATES and found["end"].isdecimal():
            yield found


def nameless(line: str) -> str:
    """Say what a row of a flow log lacks whose format is not AWS's default one; nothing for what is no such row."""
    cells = line.split()
    # A number alone would be taken for a range of addresses.
    ends = [cell for cell in cells if ("." in cell or ":" in cell) and is_address(cell)]
    if len(ends) < 2 or not any(map(str.isdecimal, cells)):  # noqa: PLR2004 - two ends
        return ""
    return "rows of a flow log of a format of its own: put a line with the names of its fields above them"


def _cells(line: str) -> list[str]:
    return next(csv.reader([line.strip()]), []) if "," in line else line.split()


def table(content: Content) -> Iterator[Record | NotALogError]:
    """Yield the AWS FLOW records of a flow log."""
    fields = list(DEFAULT)
    lines = content.lines()
    for line in lines:
        cells = _cells(line)
        if not cells:
            continue
        if is_head(line):
            fields = cells
        elif len(cells) != len(fields):
            yield NotALogError("half a row: it has another number of fields than the head")
        else:
            yield from carefully(from_flow_log, dict(zip(fields, cells, strict=True)))


def from_flow_log(row: Record) -> Iterator[Record | NotALogError]:
    """Yield the FLOW record of one direction; nothing for an interval without data."""
    from hunts.forms.ocsf import protocol

    row = {name.replace("_", "-").lower(): value for name, value in row.items()}
    if row.get("log-status") == _NOTHING:
        return
    if row.get("log-status") == _SKIPPED:
        yield NotALogError("an interval of which AWS could not keep all records (SKIPDATA)")
        return
    start, end = epoch(row.get("start")), epoch(row.get("end", row.get("start")))
    source, destination = (_end(row, side) for side in ("src", "dst"))
    if end is None or not source or not destination:
        yield NotALogError("a flow log record without time or addresses")
        return
    try:
        carried = None if row.get("bytes") is None else size(row["bytes"])
    except (TypeError, ValueError, OverflowError):
        yield NotALogError("a flow log record whose bytes are no number")
        return
    event: dict[str, Any] = {
        "src_ip": source,
        "src_port": _number(row.get("srcport")),
        "dest_ip": destination,
        "dest_port": _number(row.get("dstport")),
        "proto": protocol(row.get("protocol")),
        "event_type": "netflow",
        "netflow": {
            "pkts": _number(row.get("packets")),
            "bytes": carried,
            "age": end - start if start is not None else 0,
        },
    }
    record = firewall_record(_TOOL, end, {**event, "flow_id": flow_id(event)})
    yield {**record, "seen_at": row.get("interface-id")}


def _end(row: Record, side: str) -> str | None:
    """Return who sent or gets the packet: at a NAT gateway or of a pod that isn't the interface's own address."""
    return next(
        (own for name in (f"pkt-{side}addr", f"{side}addr") if (own := row.get(name)) not in (None, "", "-")), None
    )


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
