"""A small world whose truth is known: three quiet instances and a rogue, in the records that AWS would write."""

import gzip
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

NOON = 1_795_348_800
"""2026-11-22 12:00:00Z; the window of all tests is the hour after it."""

HOUR = 3600
WEB, APP, JOBS, ROGUE = "10.20.0.10", "10.20.1.10", "10.21.0.10", "10.22.0.66"
HOME = "10.20.0.0/16,10.21.0.0/16,10.22.0.0/16"
S3_HOST = "lab-bucket.s3.eu-west-1.amazonaws.com"

Record = Mapping[str, Any]


def stamp(ts: float) -> str:
    return datetime.fromtimestamp(ts, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+0000")


def firewall(ts: float, event: Record) -> Record:
    return {
        "firewall_name": "hub",
        "availability_zone": "eu-west-1a",
        "event_timestamp": str(int(ts)),
        "event": {"timestamp": stamp(ts), **event},
    }


def alert(
    ts: float,
    flow: int,
    src: str,
    dest: str,
    port: int = 443,
    *,
    app: str | None = "tls",
    sni: str | None = None,
    host: str | None = None,
    outcome: str | None = "alert",
    signature: str = "visibility: TLS client hello",
    proto: str = "TCP",
    severity: int = 3,
    agent: str | None = None,
) -> Record:
    """One ALERT record; `outcome` None gives the shape of before 2024, with no verdict."""
    event: dict[str, Any] = {
        "flow_id": flow,
        "event_type": "alert",
        "src_ip": src,
        "src_port": 40000 + flow % 20000,
        "dest_ip": dest,
        "dest_port": port,
        "proto": proto,
        "alert": {
            "action": "blocked" if outcome in ("drop", None) else "allowed",
            "signature_id": 1100001,
            "rev": 1,
            "gid": 1,
            "signature": signature,
            "category": "",
            "severity": severity,
        },
    }
    if app:
        event["app_proto"] = app
    if outcome:
        event["verdict"] = {"action": outcome}
    if app == "tls":
        event["tls"] = {"version": "TLS 1.3", **({"sni": sni} if sni else {})}
    if host:
        event["http"] = {
            "hostname": host,
            "url": "/",
            "http_method": "GET",
            **({"http_user_agent": agent} if agent else {}),
        }
    return firewall(ts, event)


def netflow(
    ts: float,
    flow: int,
    src: str,
    dest: str,
    port: int,
    out: int,
    back: int = 0,
    *,
    app: str | None = "tls",
    age: int = 5,
    packets: tuple[int, int] | None = None,
) -> list[Record]:
    """The FLOW records of one flow, one each way."""
    client = 40000 + flow % 20000

    def way(a: str, b: str, pa: int, pb: int, size: int, count: int | None) -> Record:
        event = {
            "flow_id": flow,
            "event_type": "netflow",
            "src_ip": a,
            "src_port": pa,
            "dest_ip": b,
            "dest_port": pb,
            "proto": "TCP",
            **({"app_proto": app} if app else {}),
            "netflow": {
                "pkts": count or 1 + size // 1400,
                "bytes": size,
                "start": stamp(ts - age),
                "end": stamp(ts),
                "age": age,
            },
        }
        return firewall(ts, event)

    there, here = packets or (None, None)
    return [way(src, dest, client, port, out, there), way(dest, src, port, client, back, here)]


def query(
    ts: float,
    src: str,
    name: str,
    *addresses: str,
    action: str | None = None,
    instance: str = "",
    kind: str = "A",
    rcode: str = "NOERROR",
) -> Record:
    """One record of the resolver's query log."""
    record: dict[str, Any] = {
        "version": "1.100000",
        "account_id": "123456789012",
        "region": "eu-west-1",
        "vpc_id": "vpc-1",
        "query_timestamp": datetime.fromtimestamp(ts, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "query_name": f"{name}.",
        "query_type": kind,
        "query_class": "IN",
        "rcode": rcode,
        "answers": [{"Rdata": item, "Type": kind, "Class": "IN"} for item in addresses],
        "srcaddr": src,
        "srcport": "40001",
        "transport": "UDP",
        "srcids": {"instance": instance or f"i-{src.replace('.', '')}"},
    }
    if action:
        record |= {
            "firewall_rule_action": action,
            "firewall_rule_group_id": "rslvr-frg-1",
            "firewall_domain_list_id": "rslvr-fdl-1",
        }
    return record


def alerts() -> list[Record]:
    """ALERT records: a day before as the baseline, then the hour."""
    t = NOON
    records = [
        # the baseline
        alert(t - 20 * HOUR, 1, WEB, "198.51.100.10", sni="www.example.com"),
        alert(t - 20 * HOUR, 2, APP, "198.51.100.10", sni="www.example.com"),
        alert(t - 20 * HOUR, 3, JOBS, "198.51.100.20", sni="api.example.org"),
        alert(t - 20 * HOUR, 4, WEB, "198.51.100.20", sni="api.example.org"),
    ]
    # daily work: irregular visits to two known sites, two alerts on one of the flows
    for n, (src, offset) in enumerate([(WEB, 5), (WEB, 61), (APP, 340), (APP, 1800), (JOBS, 3000)]):
        records.append(alert(t + offset, 100 + n, src, "198.51.100.10", sni="www.example.com"))
    records.append(alert(t + 5, 100, WEB, "198.51.100.10", sni="WWW.Example.com", signature="something else"))
    records += [alert(t + 70 * n * n + 11, 120 + n, WEB, "198.51.100.20", sni="api.example.org") for n in range(3)]
    records.append(alert(t + 30, 130, JOBS, "203.0.113.80", 80, app="http", host="mirror.example.com"))
    # S3 past the firewall
    records.append(alert(t + 100, 140, APP, "52.218.0.10", sni=S3_HOST))
    # the rogue: other protocols on 443, no name, a forged name, a denied site, a beacon, resolvers outside
    records += [
        alert(t + 200, 200, ROGUE, "203.0.113.66", app="ftp", signature="wrong protocol: not TLS on 443"),
        alert(t + 201, 200, ROGUE, "203.0.113.66", app="ftp", signature="wrong protocol: not TLS on 443"),
        alert(t + 210, 201, ROGUE, "203.0.113.66", app="ssh", signature="wrong protocol: not TLS on 443"),
        alert(t + 220, 202, ROGUE, "203.0.113.67", signature="TLS without SNI"),
        alert(t + 230, 203, ROGUE, "203.0.113.68", sni="www.example.com"),
        alert(t + 240, 204, ROGUE, "203.0.113.69", sni="denied.example.net", outcome="drop", signature="deny list"),
        alert(t + 250, 205, ROGUE, "203.0.113.69", sni="denied.example.net", outcome=None, signature="deny list"),
        alert(t + 260, 206, ROGUE, "203.0.113.53", 53, app="dns", proto="UDP", signature="outside resolver"),
        alert(t + 270, 207, ROGUE, "203.0.113.54", sni="dns.google"),
    ]
    trojan = "ET MALWARE command and control check-in"
    records.append(alert(t + 205, 200, ROGUE, "203.0.113.66", app="ftp", signature=trojan, severity=1))
    # A reply that was dropped: it is addressed to the instance, at the port that the instance called from.
    records.append(
        alert(t + 206, 220, "203.0.113.66", ROGUE, 40210, app="ftp", outcome="drop", signature=trojan, severity=1)
    )
    # Packages come by the fleet's own client, and once by another.
    for n, src in enumerate((WEB, APP, JOBS)):
        fetched = alert(
            t - 20 * HOUR, 6 + n, src, "203.0.113.80", 80, app="http", host="mirror.example.com", agent="pkg/1"
        )
        records.append(fetched)
    records.append(
        alert(t + 310, 230, ROGUE, "203.0.113.80", 80, app="http", host="mirror.example.com", agent="dropper/1")
    )
    records += [alert(t + 300 + 60 * n, 300 + n, ROGUE, "203.0.113.70", sni="c2.example.net") for n in range(20)]
    return records


def flows() -> list[Record]:
    """FLOW records for the flows above, and one to a neighbour."""
    t = NOON
    records = [
        *netflow(t - 20 * HOUR, 5, WEB, APP, 8080, 500, 700, app="http"),
        *netflow(t + 10, 100, WEB, "198.51.100.10", 443, 2_000, 40_000),
        *netflow(t + 70, 101, WEB, "198.51.100.10", 443, 3_000, 60_000),
        *netflow(t + 90, 105, WEB, APP, 8080, 900, 900, app="http"),
        *netflow(t + 160, 140, APP, "52.218.0.10", 443, 1_900_000_000, 100_000_000),
        *netflow(t + 205, 200, ROGUE, "203.0.113.66", 443, 50_000, 400, app="ftp"),
        *netflow(t + 215, 208, ROGUE, "203.0.113.66", 443, 700, 400, app="failed"),
        *netflow(t + 280, 209, ROGUE, WEB, 22, 4_000, 4_000, app="ssh"),
        *netflow(t + 290, 210, ROGUE, "203.0.113.53", 853, 300, 300, app="tls"),
        *netflow(t + 1500, 300, ROGUE, "203.0.113.70", 443, 9_000, 9_000, age=7200),
        *netflow(t + 320, 211, ROGUE, "203.0.113.71", 4444, 500, 500),
        # As one with DNS over HTTPS was measured, to an address that nobody asked for; and the same where somebody did.
        *netflow(t + 1600, 310, ROGUE, "203.0.113.72", 443, 5_381, 9_211, age=123, packets=(61, 59)),
        *netflow(t + 1700, 311, ROGUE, "198.51.100.20", 443, 5_381, 9_211, age=123, packets=(61, 59)),
        # Knocks that nobody answers have one record each.
        *(netflow(t + 330 + n, 400 + n, ROGUE, f"198.18.0.{n}", 6379, 60, app="failed")[0] for n in range(25)),
    ]
    return [item for item in records if item]


def queries() -> list[Record]:
    """Resolver records: honest answers, blocked names, and a tunnel beside long but honest names."""
    t = NOON
    records = [
        query(t - 19 * HOUR, WEB, "www.example.com", "198.51.100.10", "198.51.100.11"),
        query(t + 1, JOBS, "api.example.org", "198.51.100.20"),
        query(t + 20, APP, S3_HOST, "52.218.0.10", "52.218.0.11"),
        query(t + 25, WEB, "denied.example.net", "203.0.113.69"),
        query(t + 26, WEB, "ip-10-20-0-10.eu-west-1.compute.internal", WEB),
        query(t + 230, ROGUE, "bad.example.net", action="BLOCK", instance="i-rogue"),
        query(t + 232, ROGUE, "bad.example.net", action="BLOCK", instance="i-rogue"),
        query(t + 235, ROGUE, "qzkvjx.example.org", action="ALERT", instance="i-rogue"),
    ]
    records += [query(t + 400 + n, ROGUE, f"{n:02d}6f70656e736573616d65.x.tunnel.co.uk") for n in range(12)]
    made_up = ["qzkvjx", "xwpqtz", "vbkzqw", "jxqgzk", "zzqwvx", "kqjxwz", "wqzxkv", "pqxzjk", "gxqzwk", "hqzvxj"]
    records += [
        query(t + 700 + n, ROGUE, f"{a}{b}.test", rcode="NXDOMAIN")
        for n, (a, b) in enumerate(zip(made_up * 2, made_up[1:] + made_up[2:] + made_up[:3], strict=False))
    ]
    records += [query(t + 500 + n, WEB, f"img{n}.cdn.example.com", "198.51.100.30") for n in range(12)]
    records += [query(t + 600 + n, APP, f"d{n:013d}.cloudfront.net", "198.51.100.31") for n in range(12)]
    return records


def write(path: Path, records: Iterable[Record]) -> Path:
    """Write records as AWS does, one a line, gzipped if the name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = "".join(json.dumps(record, separators=(",", ":")) + "\n" for record in records).encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    return path


def world(folder: Path) -> Path:
    """Write all three logs below `folder` under AWS's own names and return it."""
    day, acct = "2026/11/22", "123456789012"
    for kind, records in (("alert", alerts()), ("flow", flows())):
        name = f"{acct}_network-firewall_{kind}_eu-west-1_hub_202611221300_0123abcd.log.gz"
        write(folder / f"AWSLogs/{acct}/network-firewall/{kind}/eu-west-1/hub/{day}/13/{name}", records)
    name = f"vpc-1_vpcdnsquerylogs_{acct}_20261122T1300Z_0123abcd.log.gz"
    write(folder / f"AWSLogs/{acct}/vpcdnsquerylogs/vpc-1/{day}/{name}", queries())
    return folder
