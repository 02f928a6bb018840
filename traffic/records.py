"""Events in AWS Network Firewall's own envelope: ALERT and FLOW records as they stand in a log.

Shape: Developer Guide, "Contents of a firewall log", and records that people have published.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from traffic.verdict import AlertRecord

LogType = Literal["ALERT", "FLOW", "QUERY"]

# What stock Suricata writes and AWS does not.
_NOT_IN_AWS = frozenset({"pcap_cnt", "pcap_filename", "in_iface", "metadata", "community_id", "flow", "ether", "vlan"})
_TIME = "%Y-%m-%dT%H:%M:%S.%f+0000"
# A flow is logged when the engine lets go of it: one minute after it closed or fell silent, here.
FLOW_LOG_DELAY = 60.0


@dataclass(frozen=True)
class Record:
    """One line of a log: which log, of which firewall (its ARN) or VPC (its id), when (epoch seconds), and the line."""

    log: LogType
    source: str
    time: float
    line: str


@dataclass(frozen=True)
class Place:
    """The firewall endpoint a record comes from."""

    firewall_arn: str
    firewall_name: str
    availability_zone: str


def alert_record(place: Place, alert: AlertRecord, flow_id: int) -> Record:
    """Return the ALERT record of a match."""
    event = {key: value for key, value in alert.event.items() if key not in _NOT_IN_AWS}
    rule = alert.rule.rule
    acted = rule.action in {"drop", "reject"}
    event |= {"flow_id": flow_id, "pkt_src": "geneve encapsulation"}
    event["alert"] = {
        "action": "blocked" if acted else "allowed",
        "signature_id": rule.sid or 0,
        "rev": int(rule.first("rev") or 0),
        "signature": rule.message,
        "category": alert.event["alert"].get("category", ""),
        # A rule's own priority is kept from the engine, which would order rules by it.
        "severity": int(rule.first("priority") or alert.event["alert"].get("severity", 3)),
    }
    metadata = alert.event["alert"].get("metadata")
    if metadata:
        event["alert"]["metadata"] = metadata
    event["verdict"] = _verdict(alert.packet_verdict)
    return Record("ALERT", place.firewall_arn, read_time(event["timestamp"]), envelope(place, event))


def flow_record(place: Place, netflow: Mapping[str, Any], flow_id: int, more: tuple[int, int], until: float) -> Record:
    """Return the FLOW record of one direction.

    ``more`` are packets and bytes of a bulk transfer that were counted and not built; ``until`` the flow's last packet.
    """
    event = {key: value for key, value in netflow.items() if key not in _NOT_IN_AWS and key != "pkt_src"}
    counts = dict(netflow["netflow"])
    counts["pkts"] += more[0]
    counts["bytes"] += more[1]
    written = until + FLOW_LOG_DELAY
    event |= {"flow_id": flow_id, "netflow": counts, "timestamp": write_time(written)}
    return Record("FLOW", place.firewall_arn, written, envelope(place, event))


def envelope(place: Place, event: Mapping[str, Any]) -> str:
    """Return the line of a log: the event with the firewall, the zone and the time in front of it."""
    record = {
        "firewall_name": place.firewall_name,
        "availability_zone": place.availability_zone,
        "event_timestamp": str(int(read_time(event["timestamp"]))),
        "event": event,
    }
    return json.dumps(record, separators=(",", ":"))


def flow_id(parts: Iterable[object]) -> int:
    """Return a flow id of AWS's size (below 2**53) that is the same for the same flow."""
    digest = hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 11


def read_time(text: str) -> float:
    """Return epoch seconds of an event's timestamp."""
    return datetime.strptime(text, _TIME).replace(tzinfo=UTC).timestamp()


def write_time(seconds: float) -> str:
    """Return an event's timestamp."""
    return datetime.fromtimestamp(seconds, UTC).strftime(_TIME)


def _verdict(packet_verdict: str) -> dict[str, Any]:
    if packet_verdict == "reject":
        return {"action": "drop", "reject-target": "to_client", "reject": ["tcp-reset"]}
    return {"action": packet_verdict}
