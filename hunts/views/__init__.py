"""The three views that every hunt asks: flat columns over AWS's nested records, in Athena's dialect.

The only place that knows the envelope. Record formats: "Contents of a firewall log" in the AWS Network Firewall
developer guide and "Values that appear in VPC Resolver query logs" in the Route 53 developer guide.
"""

from collections.abc import Mapping
from pathlib import Path

RAW: Mapping[str, Mapping[str, object]] = {
    "alert": {
        "firewall_name": "string",
        "availability_zone": "string",
        "event_timestamp": "string",
        "event": {
            "event_type": "string",
            "flow_id": "bigint",
            "src_ip": "string",
            "src_port": "int",
            "dest_ip": "string",
            "dest_port": "int",
            "proto": "string",
            "app_proto": "string",
            "alert": {
                "action": "string",
                "signature_id": "bigint",
                "signature": "string",
                "category": "string",
                "severity": "int",
            },
            "verdict": {"action": "string"},
            "tls": {"sni": "string", "version": "string", "ja3": {"hash": "string"}, "ja4": "string"},
            "quic": {"sni": "string", "ja3": {"hash": "string"}, "ja4": "string"},
            "http": {"hostname": "string", "url": "string", "http_user_agent": "string"},
        },
    },
    "flow": {
        "firewall_name": "string",
        "availability_zone": "string",
        "event_timestamp": "string",
        "event": {
            "timestamp": "string",
            "event_type": "string",
            "flow_id": "bigint",
            "src_ip": "string",
            "src_port": "int",
            "dest_ip": "string",
            "dest_port": "int",
            "proto": "string",
            "app_proto": "string",
            "netflow": {"pkts": "bigint", "bytes": "bigint", "start": "string", "end": "string", "age": "bigint"},
        },
    },
    "dns": {
        "account_id": "string",
        "region": "string",
        "vpc_id": "string",
        "query_timestamp": "string",
        "query_name": "string",
        "query_type": "string",
        "rcode": "string",
        "answers": [{"Rdata": "string", "Type": "string", "Class": "string"}],
        "srcaddr": "string",
        "srcport": "string",
        "srcids": {"instance": "string"},
        "firewall_rule_action": "string",
        "firewall_domain_list_id": "string",
    },
}
"""Per log the fields that the views read, nested as in the record, with their types in Athena's words."""


def view_sql(log: str) -> str:
    """Return the view of `log` ("alert", "flow" or "dns") as Athena SQL over the table `raw`."""
    return (Path(__file__).parent / f"{log}.sql").read_text(encoding="utf-8")
