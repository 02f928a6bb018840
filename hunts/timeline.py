"""Everything about one instance from all logs, in order: one line a record, as a person reads a story."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from ipaddress import ip_address, ip_network
from typing import Any

from hunts.destinations import is_address
from hunts.model import Answer, Hunt, Parameter

_NAMELESS = "CAST(NULL AS varchar)"
_PARTS = {
    # What each log has for the columns of COLUMNS below.
    "alert": (
        "src_ip, src_port, dest_ip, dest_port",
        "coalesce(app_proto, proto)",
        "coalesce(sni, host)",
        "outcome",
        "signature",
        "CAST(NULL AS bigint)",
    ),
    "flow": (
        "src_ip, src_port, dest_ip, dest_port",
        "coalesce(app_proto, proto)",
        _NAMELESS,
        _NAMELESS,
        _NAMELESS,
        "bytes",
    ),
    "dns": (
        f"src_ip, CAST(NULL AS bigint) AS src_port, {_NAMELESS} AS dest_ip, CAST(NULL AS bigint) AS dest_port",
        "type",
        "asked",
        "coalesce(action, rcode)",
        "array_join(addresses, ', ')",
        "CAST(NULL AS bigint)",
    ),
}
COLUMNS = ("protocol", "name", "outcome", "detail", "bytes")
"""Beside ts, log and the two ends: `detail` is an alert's signature, or a resolver's answers."""


def timeline(logs: Sequence[str]) -> Hunt:
    """Return the question, in the terms of the catalogue, over the logs that are there."""
    selects = [_select(log) for log in _PARTS if log in logs]
    return Hunt(
        name="timeline",
        title="Timeline",
        question="What did one instance do, and what was done to it, in order?",
        why="A finding is a moment; what came before and after it says what it was.",
        finding="A story for a person to read.",
        false_positives=(),
        attack={"id": "TA0011", "name": "Command and Control"},
        reads=[log for log in _PARTS if log in logs],
        parameters=(Parameter("address", "text", "", "the instance's private address"),),
        sql="\nUNION ALL\n".join(selects) + "\nORDER BY ts, log, dest_ip, name, detail",
        insights="",
        insights_log="",
        insights_note="",
        either=True,
        instance="src_ip",
        units={"ts": "time", "bytes": "bytes"},
    )


def _select(log: str) -> str:
    ends, *values = _PARTS[log]
    columns = ", ".join(f"{value} AS {name}" for value, name in zip(values, COLUMNS, strict=True))
    wanted = "src_ip = :address" if log == "dns" else "(src_ip = :address OR dest_ip = :address)"
    return f"SELECT ts, '{log}' AS log, {ends}, {columns} FROM {log} WHERE {wanted}"  # noqa: S608 (no input)


def told(record: Mapping[str, Any], address: str) -> str:
    """Return a record in one line, without its time: which log, which way, who, what, and what became of it."""
    if record["log"] == "dns":
        answer = f" = {record['detail']}" if record["detail"] else ""
        return f"dns    {record['protocol']} {record['name']}{answer} ({record['outcome'] or 'no answer'})"
    out = record["src_ip"] == address
    peer, port = ("dest_ip", "dest_port") if out else ("src_ip", "src_port")
    what = [f"{record['log']:5}", "->" if out else "<-", f"{record[peer]}:{record[port]}", record["protocol"] or "-"]
    what += [record["name"]] if record["name"] else []
    what += [f"{record['bytes']:,} bytes"] if record["bytes"] is not None else []
    what += [record["outcome"]] if record["outcome"] else []
    what += [f'"{record["detail"]}"'] if record["detail"] else []
    return " ".join(str(part) for part in what)


def chosen(answer: Answer, *, logs: Sequence[str] = (), about: str = "", match: str = "") -> Iterator[dict[str, Any]]:
    """Yield the records of some logs (all if none is named), about a peer or a name, and with `match` in any field.

    `about` is an address or a range of them, a domain that stands for all names below it, too, a port, or a signature.
    """
    speaks, text = _about(about), match.lower()
    for record in answer.records():
        if logs and record["log"] not in logs:
            continue
        if about and not speaks(record):
            continue
        if text and not any(text in str(value).lower() for value in record.values()):
            continue
        yield record


def _about(about: str) -> Callable[[Mapping[str, Any]], bool]:
    """Return whether a record speaks of what a person, or a finding, names."""
    if is_address(about):
        network = ip_network(about, strict=False)
        return lambda record: any(
            is_address(str(end)) and ip_address(end) in network for end in (record["src_ip"], record["dest_ip"])
        )
    peer = about.lower().rstrip(".")

    def speaks(record: Mapping[str, Any]) -> bool:
        name = str(record["name"] or "").lower().rstrip(".")
        known = (name, str(record["dest_port"]), str(record["detail"] or "").lower())
        return peer in known or name.endswith(f".{peer}")

    return speaks
