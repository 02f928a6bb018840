"""Records of TLS inspection: they have no event type, or `tls`, and name the site in a field of its own.

Source: "Contents of a firewall log" in the AWS Network Firewall developer guide (TLS logs).
"""

from hunts.forms import Record
from hunts.forms.flows import flow_id

_SIGNS = frozenset({"tls_inspected", "tls_error", "revocation_check"})


def is_inspected(record: Record) -> bool:
    """Tell whether a firewall's record is one of TLS inspection."""
    event = record["event"]
    return event.get("event_type") in (None, "tls") and not _SIGNS.isdisjoint(event)


def from_inspected(record: Record) -> Record:
    """Return the record as an alert that says which name was asked for: so the visibility rules do."""
    event = dict(record["event"])
    trouble = event.get("tls_error") or event.get("revocation_check")
    name = event.get("sni") or (trouble.get("sni") if isinstance(trouble, dict) else None)
    event |= {
        "event_type": "alert",
        "app_proto": event.get("app_proto") or "tls",
        "flow_id": event.get("flow_id") or flow_id(event, record.get("event_timestamp")),
        "tls": {"sni": name},
        "alert": {"action": "allowed", "signature_id": 0, "signature": "TLS inspection", "category": "", "severity": 3},
    }
    return {**record, "event": event}
