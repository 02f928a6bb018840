"""What several forms need to make a record of a flow: an id where there is none, and AWS's envelope."""

import hashlib
import ipaddress
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hunts.forms import NotALogError, Record

_ENDS = ("src_ip", "src_port", "dest_ip", "dest_port", "proto")


def flow_id(event: Mapping[str, Any], *more: object) -> int:
    """Return an id below 2**53 that is the same for the same ends and whatever else is given, in either direction."""
    one, other = ((event.get(f"{side}_ip"), event.get(f"{side}_port")) for side in ("src", "dest"))
    ends = sorted((str(one), str(other)))
    digest = hashlib.sha256("|".join(map(str, (*ends, event.get("proto"), *more))).encode(errors="replace")).digest()
    return int.from_bytes(digest[:8], "big") >> 11


def number(value: Any) -> int:
    """Return a count as another tool wrote it; 0 where it is none."""
    try:
        return size(value)
    except (TypeError, ValueError, OverflowError):
        return 0


def size(value: Any) -> int:
    """Return bytes as another tool counted them, 0 where it wrote none. Raises ValueError for what is no count."""
    if value in (None, "", "-"):
        return 0
    count = int(value) if isinstance(value, int) or str(value).isdecimal() else int(float(value))
    if not 0 <= count < 1 << 63:
        raise ValueError(f"{value!r} is no count")
    return count


def epoch(moment: Any) -> int | None:
    """Return the epoch seconds of an ISO 8601 time, or of a number of seconds or of a finer unit; None for neither."""
    if isinstance(moment, bool):
        return None
    try:
        number = float(moment)
    except (TypeError, ValueError):
        number = None
    if number is not None:
        if not 0 <= number < 1e20:  # noqa: PLR2004 - nanoseconds of the year 5138
            return None
        while number > 1e11:  # noqa: PLR2004 - milliseconds, microseconds or nanoseconds since 1973
            number /= 1000
        return int(number)
    try:
        at = datetime.fromisoformat(str(moment))
    except ValueError:
        return None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())


def firewall_record(tool: str, at: int, event: Mapping[str, Any]) -> Record:
    """Return an event in AWS's envelope, `tool` in place of the firewall, with IPv6 in full as it is there."""
    full = {side: _full(event[side]) for side in ("src_ip", "dest_ip") if side in event}
    envelope = {"firewall_name": tool, "availability_zone": None, "event_timestamp": str(at)}
    # A firewall of AWS's may be called like a tool.
    return {**envelope, "seen_by": tool, "event": {**event, **full}}


def timed(record: Record) -> Record | NotALogError:
    """Return a firewall's record with the time as AWS writes it, where another tool turned it into another form."""
    at = epoch(record.get("event_timestamp"))
    return NotALogError("its event_timestamp is no time") if at is None else {**record, "event_timestamp": str(at)}


def is_timed(record: Record) -> bool:
    """Tell whether a firewall's record has its time as AWS writes it: the seconds of the epoch."""
    written = str(record.get("event_timestamp"))
    return written.isdecimal() and written == str(epoch(written))


def _full(address: object) -> object:
    if not isinstance(address, str) or ":" not in address:
        return address
    try:
        return ipaddress.ip_address(address).exploded
    except ValueError:
        return address


def named(tool: str, at: int, event: Mapping[str, Any], **said: Mapping[str, Any]) -> Record:
    """Return an alert that says no more than what was asked for: `tls={"sni": …}`, `http={"hostname": …}`."""
    alert = {"action": "allowed", "signature_id": 0, "signature": f"{tool}: name", "category": "", "severity": 3}
    return firewall_record(tool, at, {**event, "event_type": "alert", "alert": alert, **said})


def both_ways(
    tool: str, at: int, event: Mapping[str, Any], *, out: tuple[int, int], back: tuple[int, int], age: int
) -> tuple[Record, ...]:
    """Return the FLOW records of both directions; `out` and `back` are (packets, bytes), `age` in seconds.

    Where nothing came back there is no record of it, as in AWS's log.
    """
    ends = {name: event.get(name) for name in _ENDS}
    turned = {**ends, **{name: ends[other] for name, other in _TURNED.items()}}

    def way(sides: Mapping[str, Any], count: tuple[int, int]) -> Record:
        counted = {"pkts": count[0], "bytes": count[1], "age": age}
        return firewall_record(tool, at, {**event, **sides, "event_type": "netflow", "netflow": counted})

    return (way(ends, out), way(turned, back)) if any(back) else (way(ends, out),)


_TURNED = {"src_ip": "dest_ip", "dest_ip": "src_ip", "src_port": "dest_port", "dest_port": "src_port"}
