"""What a firewall's logs say that it saw: the traffic of the local AWS leaves no other trace."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any

from localaws.services.operations import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localaws.services.networkfirewall.store import Firewall, Store


def records(store: Store, firewall: Firewall, kind: str) -> Iterator[Shape]:
    """Yield the records of a log type (`ALERT`, `FLOW`) that the firewall's own log group or bucket has."""
    for config in firewall.logging:
        if config["LogType"] != kind:
            continue
        where = config["LogDestination"]
        if config["LogDestinationType"] == "CloudWatchLogs":
            lines = _of_group(store, where["logGroup"])
        elif config["LogDestinationType"] == "S3":
            lines = _of_bucket(store, where["bucketName"], kind, firewall.name)
        else:
            continue
        for line in lines:
            try:
                record = json.loads(line)
            except ValueError:
                continue
            if isinstance(record, dict) and record.get("firewall_name") == firewall.name:
                yield record


def moment(record: Shape) -> float:
    """Return the time of a record, in epoch seconds."""
    return float(record["event_timestamp"])


def _of_group(store: Store, name: str) -> Iterator[str]:
    from moto.logs.models import logs_backends

    group = logs_backends[store.account_id][store.region_name].groups.get(name)
    for stream in group.streams.values() if group is not None else ():
        for event in stream.events:
            yield str(event.message)


def _of_bucket(store: Store, name: str, kind: str, firewall: str) -> Iterator[str]:
    from moto.s3.models import s3_backends

    bucket = s3_backends[store.account_id][store.partition].buckets.get(name)
    if bucket is None:
        return
    part = f"/network-firewall/{kind.lower()}/{store.region_name}/{firewall}/"
    keys: Any = bucket.keys
    for key, found in keys.items():
        if part in f"/{key}":
            try:
                text = gzip.decompress(found.value).decode()
            except (OSError, EOFError, zlib.error, UnicodeDecodeError):
                continue
            yield from text.splitlines()
