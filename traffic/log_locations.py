"""Names that AWS gives to what it delivers: log streams and S3 objects of firewall and resolver logs.

Sources: Network Firewall Developer Guide, "Logging destinations"; Route 53 Developer Guide, "Resolver query logging".
AWS does not document how the resolver's objects are called in their folders: that is as log forwarders have it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from traffic.records import Record

INTERVAL = 300  # both services write an object every five minutes


@dataclass(frozen=True)
class Origin:
    """What stands in the names: the account, the Region, and the firewall's name or the VPC's id."""

    account: str
    region: str
    name: str


def stream_name(record: Record, origin: Origin) -> str:
    """Return the CloudWatch log stream of a record: one an hour and firewall, one a VPC for queries."""
    if record.log == "QUERY":
        return f"{origin.name}_{origin.region}"
    hour = datetime.fromtimestamp(record.time, UTC).strftime("%Y-%m-%d-%H")
    return f"/aws/network-firewall/{record.log.lower()}/{origin.name}_{hour}"


def objects(records: Iterable[Record], origin: Origin, prefix: str = "") -> dict[str, list[Record]]:
    """Group records into the S3 objects that AWS would write, key to records in order of time."""
    found: dict[str, list[Record]] = defaultdict(list)
    for record in sorted(records, key=lambda item: item.time):
        found[object_key(record, origin, prefix)].append(record)
    return dict(found)


def object_key(record: Record, origin: Origin, prefix: str = "") -> str:
    """Return the key of the object that a record goes into: that of its five minutes."""
    time = datetime.fromtimestamp(record.time // INTERVAL * INTERVAL, UTC)
    stamp = time.strftime("%Y%m%dT%H%MZ")
    kind = "vpcdnsquerylogs" if record.log == "QUERY" else record.log.lower()
    digest = hashlib.blake2b(f"{origin}{kind}{stamp}".encode(), digest_size=4).hexdigest()
    start = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
    if record.log == "QUERY":
        folder = f"AWSLogs/{origin.account}/vpcdnsquerylogs/{origin.name}/{time:%Y/%m/%d}"
        return f"{start}{folder}/{origin.name}_vpcdnsquerylogs_{origin.account}_{stamp}_{digest}.log.gz"
    folder = f"AWSLogs/{origin.account}/network-firewall/{kind}/{origin.region}/{origin.name}/{time:%Y/%m/%d/%H}"
    file = f"{origin.account}_network-firewall_{kind}_{origin.region}_{origin.name}_{stamp}_{digest}.log.gz"
    return f"{start}{folder}/{file}"
