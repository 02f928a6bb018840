"""Suricata's own `eve.json`: the same events as AWS's, without the envelope, and some that AWS doesn't write."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hunts.forms import NotALogError, Record, lookups
from hunts.forms.flows import both_ways, epoch, firewall_record, named, number, size

_TOOL = "suricata"
_KEPT = ("timestamp", "flow_id", "src_ip", "src_port", "dest_ip", "dest_port", "proto", "app_proto")


def from_eve(value: Record) -> Iterator[Record | NotALogError]:
    """Yield the AWS records that an event of Suricata amounts to; nothing for what no hunt reads."""
    at, kind = epoch(value.get("timestamp")), value.get("event_type")
    if at is None:
        yield NotALogError("its timestamp is no time")
        return
    if kind in ("flow", "netflow"):
        yield from _flow(value, kind, at)
        return
    event = {name: value[name] for name in _KEPT if name in value}
    if kind == "alert":
        yield firewall_record(_TOOL, at, value)
    elif kind == "drop":
        yield _dropped(value, event, at)
    elif kind in ("tls", "quic", "http"):
        said = value.get(kind)
        yield named(_TOOL, at, {"app_proto": kind, **event}, **{kind: said if isinstance(said, dict) else {}})
    elif kind == "dns":
        yield from _query(value, at)
    elif not isinstance(kind, str):
        yield NotALogError(f"an event of unknown type {str(kind)[:40]!r}")


def _dropped(value: Record, event: Record, at: int) -> Record:
    """Return the alert on a packet that an inline engine dropped; an engine may be told to write no other."""
    drop = value.get("drop")
    reason = drop.get("reason") if isinstance(drop, dict) else None
    because = value.get("alert")
    said = because if isinstance(because, dict) else {"signature": f"{_TOOL}: dropped ({reason or 'no reason given'})"}
    alert = {"signature_id": 0, "category": "", "severity": 3, **said, "action": "blocked"}
    record = named(_TOOL, at, event)
    return {**record, "event": {**record["event"], "alert": alert, "verdict": {"action": "drop"}}}


def _flow(value: Record, kind: str, at: int) -> Iterator[Record]:
    """Yield the same records of a `flow` and of its two `netflow`, since an engine may write both: each counts once.

    Neither when each was written nor what a direction's protocol is called may tell them apart.
    """
    flow = value.get(kind)
    flow = flow if isinstance(flow, dict) else {}
    ended = epoch(flow.get("end"))
    if ended is not None:
        at, value = ended, {**value, "timestamp": flow["end"]}
    if kind == "netflow":
        yield firewall_record(_TOOL, at, value)
        return
    out, back = ((number(flow.get(f"pkts_to{end}")), size(flow.get(f"bytes_to{end}"))) for end in ("server", "client"))
    protocols = [_protocol(value, end) for end in ("ts", "tc")]
    event = {name: value[name] for name in _KEPT if name in value}
    ways = both_ways(_TOOL, at, event, out=out, back=back, age=number(flow.get("age")))
    for record, protocol in zip(ways, protocols, strict=False):
        yield {**record, "event": {**record["event"], **protocol}}


def _protocol(value: Record, end: str) -> Record:
    """Return what one direction speaks, where that is not what both do."""
    own = value.get(f"app_proto_{end}")
    return {} if own in (None, "unknown") else {"app_proto": own}


def _query(value: Record, at: int) -> Iterator[Record]:
    dns = value.get("dns")
    if not isinstance(dns, dict):
        return
    # Version 3 of the format has lists of queries and answers; before, one of each at the top.
    queries = dns.get("queries") or [dns]
    answered = dns.get("type") in ("answer", "response")
    asker = "dest" if answered and value.get("dest_port") != 53 else "src"  # noqa: PLR2004 - DNS's own port
    for query in queries:
        if isinstance(query, dict) and isinstance(name := query.get("rrname"), str):
            record = resolver_record(
                at,
                name,
                kind=query.get("rrtype"),
                rcode=dns.get("rcode") or "NOERROR",
                source=(value.get(f"{asker}_ip"), value.get(f"{asker}_port")),
                answers=_answers(dns),
            )
            half = lookups.ANSWERED if answered else lookups.ASKED
            key = (value.get("flow_id"), dns.get("id"), name.lower(), query.get("rrtype"))
            yield {**record, half: str(key)}


def _answers(dns: Record) -> list[dict[str, Any]]:
    listed = dns.get("answers")
    if not isinstance(listed, list) and dns.get("rdata"):
        # Version 1 of the format has a record for each answer.
        listed = [dns]
    if not isinstance(listed, list):
        # An engine may be told to write no more than what was answered, by type.
        grouped = dns.get("grouped")
        by_type = grouped.items() if isinstance(grouped, dict) else ()
        listed = [{"rdata": each, "rrtype": kind} for kind, all_ in by_type if isinstance(all_, list) for each in all_]
    return [
        {"Rdata": str(each.get("rdata")), "Type": each.get("rrtype"), "Class": "IN"}
        for each in listed
        if isinstance(each, dict) and each.get("rdata")
    ]


def resolver_record(
    at: int, name: str, *, kind: Any, rcode: Any, source: tuple[Any, Any], answers: list[dict[str, Any]]
) -> Record:
    """Return a query as VPC Resolver logs it; `source` is the asker's address and port."""
    address, port = source
    return {
        "query_timestamp": datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "query_name": name.rstrip(".") + ".",
        "query_type": kind,
        "query_class": "IN",
        "rcode": rcode,
        "answers": answers,
        "srcaddr": address,
        **({} if port is None else {"srcport": str(port)}),
        "srcids": {},
    }
