"""Puts records where the stack's logging sends them, as the services do: log streams, or gzipped objects."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from hunts.backends.aws import code, local_client, messages
from traffic.deployed import Target
from traffic.folder import pack
from traffic.log_locations import objects, stream_name
from traffic.records import LogType, Record

# PutLogEvents takes 10,000 events or 1,048,576 bytes, 26 of them for each event, within 24 hours.
_MOST_EVENTS, _MOST_BYTES, _EVENT_OVERHEAD, _MOST_SECONDS = 10_000, 1_048_576, 26, 86_400


@dataclass
class Delivered:
    """How many records went where (``log type, target`` to count), and what had nowhere to go."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


def deliver(
    records: Iterable[Record], targets: Mapping[tuple[LogType, str], Sequence[Target]], region: str
) -> Delivered:
    """Deliver records; ``targets`` by log type and source (firewall ARN or VPC id)."""
    delivered = Delivered()
    grouped: dict[tuple[LogType, str], list[Record]] = defaultdict(list)
    for record in records:
        grouped[record.log, record.source].append(record)
    for (log, source), own in grouped.items():
        found = targets.get((log, source), ())
        if not found:
            name = source.rsplit("/", 1)[-1]
            delivered.notes.append(f"{len(own)} {log} records of {name}: the stack sends that log nowhere")
        for target in found:
            _to_target(own, target, region, delivered)
            delivered.counts[log, f"{target.type} {target.name}"] += len(own)
    return delivered


def _to_target(records: list[Record], target: Target, region: str, delivered: Delivered) -> None:
    if target.type == "s3":
        _to_bucket(local_client("s3", region), records, target)
    elif target.type == "cloudwatch":
        rejected = _to_log_group(local_client("logs", region), records, target)
        if rejected:
            delivered.notes.append(f"{rejected} records were too old or too new for log group {target.name}")
    else:
        delivered.notes.append(
            f"{len(records)} records for {target.type} {target.name}: not delivered, no such service here"
        )


def _to_bucket(caller: Any, records: list[Record], target: Target) -> None:
    for key, lines in objects(records, target.origin, target.prefix).items():
        with messages():
            caller.put_object(Bucket=target.name, Key=key, Body=pack(lines), ContentType="application/x-gzip")


def _to_log_group(caller: Any, records: list[Record], target: Target) -> int:
    streams: dict[str, list[Record]] = defaultdict(list)
    for record in sorted(records, key=lambda item: item.time):
        streams[stream_name(record, target.origin)].append(record)
    rejected = 0
    for stream, own in streams.items():
        with messages():
            _ensure_stream(caller, target.name, stream)
            for batch in _batches(own):
                events = [{"timestamp": int(record.time * 1000), "message": record.line} for record in batch]
                answer = caller.put_log_events(logGroupName=target.name, logStreamName=stream, logEvents=events)
                rejected += _rejected(answer.get("rejectedLogEventsInfo", {}), len(batch))
    return rejected


def _ensure_stream(caller: Any, group: str, stream: str) -> None:
    try:
        caller.create_log_stream(logGroupName=group, logStreamName=stream)
    except ClientError as error:
        if code(error) != "ResourceAlreadyExistsException":
            raise


def _batches(records: Sequence[Record]) -> Iterator[list[Record]]:
    batch: list[Record] = []
    size = 0
    for record in records:
        length = len(record.line.encode()) + _EVENT_OVERHEAD
        too_long = batch and record.time - batch[0].time >= _MOST_SECONDS
        if batch and (len(batch) == _MOST_EVENTS or size + length > _MOST_BYTES or too_long):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += length
    if batch:
        yield batch


def _rejected(info: Mapping[str, int], count: int) -> int:
    old = max(info.get("tooOldLogEventEndIndex", 0), info.get("expiredLogEventEndIndex", 0))
    new = count - info["tooNewLogEventStartIndex"] if "tooNewLogEventStartIndex" in info else 0
    return old + new
