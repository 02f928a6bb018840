"""Zeek's conn, ssl, dns, quic and http logs, as JSON or as its own table."""

from collections.abc import Iterator
from typing import Any

from hunts.forms import NotALogError, Record, UnreadableError, carefully
from hunts.forms.content import Content
from hunts.forms.eve import resolver_record
from hunts.forms.flows import both_ways, epoch, flow_id, named, number, size

_TOOL = "zeek"


def from_zeek(value: Record) -> Iterator[Record | NotALogError]:
    """Yield the AWS records that a record of Zeek amounts to; `_path` names its log, else its fields do."""
    at = epoch(value.get("ts"))
    if at is None:
        yield NotALogError("its ts is no time")
        return
    event = _event(value)
    match value.get("_path") or _log(value):
        case "conn":
            out, back = (
                (number(value.get(f"{end}_pkts")), size(value.get(f"{end}_bytes"))) for end in ("orig", "resp")
            )
            age = number(value.get("duration"))
            # Zeek says when a connection began, a FLOW record when it was over.
            yield from both_ways(_TOOL, at + age, event, out=out, back=back, age=age)
        case "ssl":
            said = {"sni": value.get("server_name"), "version": value.get("version")}
            yield named(_TOOL, at, {**event, "app_proto": "tls"}, tls=said)
        case "quic":
            yield named(_TOOL, at, {**event, "app_proto": "quic"}, quic={"sni": value.get("server_name")})
        case "http":
            yield named(
                _TOOL, at, {**event, "app_proto": "http"}, http={"hostname": value.get("host"), "url": value.get("uri")}
            )
        case "dns" if value.get("query"):
            answers = [
                {"Rdata": str(each), "Type": _kind(str(each)), "Class": "IN"} for each in _list(value.get("answers"))
            ]
            yield resolver_record(
                at,
                str(value["query"]),
                kind=value.get("qtype_name"),
                rcode=value.get("rcode_name") or "NOERROR",
                source=(value.get("id.orig_h"), value.get("id.orig_p")),
                answers=answers,
            )
        case "dns":
            return
        case other:
            yield NotALogError(f"Zeek's log {other or 'of unknown kind'}, which no hunt reads")


def table(content: Content) -> Iterator[Record | NotALogError]:
    """Yield the AWS records of a log in Zeek's own form: a table, whose head names its fields."""
    fields: list[str] = []
    separator, empty, unset, name = "\t", "(empty)", "-", ""
    lines = content.lines()
    for line in lines:
        row = line.rstrip("\r\n")
        key, _, rest = row.partition(separator if row.startswith("#") and not row.startswith("#separator") else " ")
        match key:
            case "#separator":
                separator = _separator(rest.strip())
                if not separator:
                    yield UnreadableError(f"its head says that {rest.strip()!r} parts the cells")
                    return
            case "#fields":
                fields = rest.split(separator)
            case "#path":
                name = rest
            case "#empty_field":
                empty = rest
            case "#unset_field":
                unset = rest
            case _ if row and not row.startswith("#"):
                cells = row.split(separator)
                if len(cells) != len(fields):
                    yield NotALogError("half a row: it has another number of fields than the head")
                    continue
                found = {k: v for k, v in zip(fields, cells, strict=True) if v not in (unset, empty)}
                yield from carefully(from_zeek, {"_path": name, **found})


def _separator(written: str) -> str:
    """Return what parts the cells, which Zeek writes by its number in hex; nothing for what is no such notation."""
    try:
        return written.encode().decode("unicode_escape")
    except UnicodeDecodeError:
        return ""


def _event(value: Record) -> Record:
    event = {
        "src_ip": value.get("id.orig_h"),
        "src_port": number(value.get("id.orig_p")),
        "dest_ip": value.get("id.resp_h"),
        "dest_port": number(value.get("id.resp_p")),
        "proto": str(value.get("proto") or "tcp").upper(),
        "app_proto": _app(str(value.get("service") or "").lower()),
    }
    return {**event, "flow_id": flow_id(event, value.get("uid"))}


def _app(service: str) -> str | None:
    """Return what Suricata would call it: Zeek lists all that it saw, what it then gave up behind a dash."""
    seen = [name for name in service.split(",") if name and not name.startswith("-")]
    return "quic" if "quic" in seen else "tls" if "ssl" in seen else seen[0] if seen else None


def _log(value: Record) -> str:
    if "query" in value or "qtype" in value:
        return "dns"
    if "client_initial_dcid" in value:
        return "quic"
    if "method" in value or "uri" in value:
        return "http"
    if "server_name" in value or "cipher" in value:
        return "ssl"
    return "conn" if "conn_state" in value else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else str(value).split(",") if value else []


def _kind(answer: str) -> str:
    return "AAAA" if ":" in answer else "A" if answer.replace(".", "").isdigit() else "CNAME"
