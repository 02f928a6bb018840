"""VPC Flow Logs: fields by spaces, named by a head in S3 and by AWS's default order elsewhere.

Source: "Flow log records" in the Amazon VPC user guide (version 2, the default format).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hunts.forms import NotALogError, Record
from hunts.forms.content import text
from hunts.forms.flows import epoch, firewall_record, flow_id

DEFAULT = """version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action
    log-status""".split()  # noqa: SIM905 - as AWS prints it
_TOOL = "vpc-flow-log"


def is_head(line: str) -> bool:
    """Tell whether a line names the fields of a flow log."""
    words = set(line.replace("_", "-").split())
    return {"srcaddr", "dstaddr"} <= words and not any(char in line for char in "{,")


def is_row(line: str) -> bool:
    """Tell whether a line is a record in AWS's default format."""
    cells = line.split()
    return len(cells) == len(DEFAULT) and cells[0] == "2" and cells[-1] in ("OK", "NODATA", "SKIPDATA")


def table(path: Path) -> Iterator[Record | NotALogError]:
    """Yield the AWS FLOW records of a flow log."""
    fields = list(DEFAULT)
    with text(path) as lines:
        for line in lines:
            cells = line.split()
            if not cells:
                continue
            if is_head(line):
                fields = [each.replace("_", "-") for each in cells]
            elif len(cells) != len(fields):
                yield NotALogError("half a row: it has another number of fields than the head")
            else:
                yield from from_flow_log(dict(zip(fields, cells, strict=True)))


def from_flow_log(row: Record) -> Iterator[Record | NotALogError]:
    """Yield the FLOW record of one direction; nothing for an interval without data, or what was not let through."""
    from hunts.forms.ocsf import protocol

    row = {name.replace("_", "-"): value for name, value in row.items()}
    if row.get("log-status") in ("NODATA", "SKIPDATA"):
        return
    start, end = epoch(row.get("start")), epoch(row.get("end"))
    if end is None or row.get("srcaddr") in (None, "-"):
        yield NotALogError("a flow log record without time or addresses")
        return
    event: dict[str, Any] = {
        "src_ip": row.get("srcaddr"),
        "src_port": _number(row.get("srcport")),
        "dest_ip": row.get("dstaddr"),
        "dest_port": _number(row.get("dstport")),
        "proto": protocol(row.get("protocol")),
        "event_type": "netflow",
        "netflow": {
            "pkts": _number(row.get("packets")),
            "bytes": _number(row.get("bytes")),
            "age": end - start if start is not None else 0,
        },
    }
    yield firewall_record(_TOOL, end, {**event, "flow_id": flow_id(event)})


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
