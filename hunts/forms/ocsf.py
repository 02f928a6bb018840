"""Security Lake as JSON: OCSF's classes 4001 (Network Activity, VPC Flow Logs) and 4003 (DNS Activity).

`hunts.forms.parquet` says the same of tables.
"""

from collections.abc import Iterator
from typing import Any

from hunts.forms import NotALogError, Record
from hunts.forms.eve import resolver_record
from hunts.forms.flows import both_ways, epoch, firewall_record, flow_id, number, size

_TOOL = "security-lake"
_NETWORK, _DNS = 4001, 4003


def from_ocsf(value: Record) -> Iterator[Record | NotALogError]:
    """Yield the AWS record that an event of Security Lake amounts to."""
    kind = value.get("class_uid")
    at = epoch(value.get("time_dt") or value.get("time"))
    if kind not in (_NETWORK, _DNS):
        yield NotALogError(f"an event of OCSF's class {kind}, which no hunt reads")
    elif at is None:
        yield NotALogError("its time is no time")
    elif kind == _DNS:
        query = _inner(value, "query")
        answers = [
            {"Rdata": each.get("rdata"), "Type": each.get("type"), "Class": each.get("class")}
            for each in value.get("answers") or []
            if isinstance(each, dict)
        ]
        name = query.get("hostname")
        if isinstance(name, str):
            asker = _inner(value, "src_endpoint")
            record = resolver_record(
                at,
                name,
                kind=query.get("type"),
                rcode=value.get("rcode"),
                source=(asker.get("ip"), asker.get("port")),
                answers=answers,
            )
            yield {
                **record,
                "vpc_id": _inner(value, "src_endpoint").get("vpc_uid"),
                "firewall_rule_action": _action(value),
            }
        else:
            yield NotALogError("a DNS event without a name")
    else:
        src, dest, traffic = (_inner(value, name) for name in ("src_endpoint", "dst_endpoint", "traffic"))
        event = {
            "src_ip": src.get("ip"),
            "src_port": src.get("port"),
            "dest_ip": dest.get("ip"),
            "dest_port": dest.get("port"),
            "proto": protocol(_inner(value, "connection_info").get("protocol_num")),
        }
        event["flow_id"] = flow_id(event)
        # The time of an event may be when its interval began; a FLOW record has when it was over.
        at = epoch(value.get("end_time")) or at
        if any(traffic.get(f"bytes_{way}") is not None for way in ("out", "in")):
            # Both directions in one event, as others than VPC Flow Logs have them.
            out, back = (
                (number(traffic.get(f"packets_{way}")), size(traffic.get(f"bytes_{way}"))) for way in ("out", "in")
            )
            yield from both_ways(_TOOL, at, event, out=out, back=back, age=_age(value))
            return
        netflow = {"pkts": traffic.get("packets"), "bytes": traffic.get("bytes"), "age": _age(value)}
        yield firewall_record(_TOOL, at, {**event, "event_type": "netflow", "netflow": netflow})


_PROTOCOLS = {1: "ICMP", 6: "TCP", 17: "UDP", 58: "IPv6-ICMP"}


def protocol(number: Any) -> str:
    """Return IANA's protocol number as the engine names it."""
    try:
        return _PROTOCOLS.get(int(number), str(number))
    except (TypeError, ValueError):
        return str(number)


def _inner(value: Record, name: str) -> Record:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _action(value: Record) -> str | None:
    action = str(value.get("action") or value.get("disposition") or "").upper()
    return {"DENIED": "BLOCK", "BLOCKED": "BLOCK"}.get(action)


def _age(value: Record) -> int:
    start, end = (epoch(value.get(name)) for name in ("start_time", "end_time"))
    return max(0, end - start) if start is not None and end is not None else 0
