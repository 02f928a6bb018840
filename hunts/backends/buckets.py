"""An S3 bucket as a source of records: the objects under AWS's own names, as they are."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hunts.backends import Progress
from hunts.backends.aws import client, messages, pages
from hunts.backends.sources import LogFile
from hunts.window import Window

_BELOW = {"alert": "network-firewall/alert/", "flow": "network-firewall/flow/", "dns": "vpcdnsquerylogs/"}
_HOUR = re.compile(r"/\d{4}/\d{2}/\d{2}/(\d{2})/")
_MARGIN = timedelta(hours=1)


class Bucket:
    """Finds the window's objects by the date in their keys and brings them over one at a time, compressed as they are.

    Layout: `[prefix/]AWSLogs/ACCOUNT/SERVICE/…/YYYY/MM/DD/[HH/]` (Network Firewall and VPC Resolver developer guides).
    """

    def __init__(self, name: str, prefix: str = "", region: str | None = None, s3: Any = None) -> None:
        self._name = name
        self._prefix = prefix.strip("/")
        self._region = region
        self._s3 = s3

    lost: Sequence[str] = ()
    not_read: Sequence[str] = ()
    """Objects are found by the names that AWS gives them: nothing else is looked at."""

    def files(self, log: str, window: Window, spool: Path, progress: Progress) -> Sequence[LogFile]:
        """Return a file for each object that may hold records of the window."""
        s3 = self._s3 or client("s3", self._region)
        files = []
        for number, key in enumerate(self._keys(s3, log, window)):
            progress(f"fetching {log} objects: {number + 1:,}")
            target = spool / f"object-{log}-{number:06d}"
            with messages():
                s3.download_file(self._name, key, str(target))
            files.append(LogFile(target, f"s3://{self._name}/{key}"))
        return files

    def _keys(self, s3: Any, log: str, window: Window) -> Iterator[str]:
        first = datetime.fromtimestamp(window.start, UTC) - _MARGIN
        last = datetime.fromtimestamp(window.end, UTC) + _MARGIN
        root = "/".join(filter(None, [self._prefix, "AWSLogs/"]))
        for account in self._folders(s3, root):
            for folder in self._dated(s3, account + _BELOW[log]):
                for day in _days(first, last):
                    listing = pages(
                        s3, "list_objects_v2", "Contents", Bucket=self._name, Prefix=f"{folder}{day:%Y/%m/%d}/"
                    )
                    yield from (item["Key"] for item in listing if _within(item["Key"], day, first, last))

    def _dated(self, s3: Any, prefix: str, depth: int = 4) -> Iterator[str]:
        """Yield the folders below `prefix` whose children are years."""
        below = list(self._folders(s3, prefix))
        if any(re.fullmatch(r"\d{4}", name.removeprefix(prefix).strip("/")) for name in below):
            yield prefix
        elif depth:
            for folder in below:
                yield from self._dated(s3, folder, depth - 1)

    def _folders(self, s3: Any, prefix: str) -> Iterator[str]:
        listing = pages(s3, "list_objects_v2", "CommonPrefixes", Bucket=self._name, Prefix=prefix, Delimiter="/")
        return (item["Prefix"] for item in listing)


def _days(first: datetime, last: datetime) -> Iterator[datetime]:
    day = first.replace(hour=0, minute=0, second=0, microsecond=0)
    while day <= last:
        yield day
        day += timedelta(days=1)


def _within(key: str, day: datetime, first: datetime, last: datetime) -> bool:
    """Return whether the object's hour, if its key has one, touches the time between `first` and `last`."""
    match = _HOUR.search(key)
    if not match or int(match[1]) > 23:  # noqa: PLR2004 (hours of a day)
        return True
    hour = day + timedelta(hours=int(match[1]))
    return first - timedelta(hours=1) <= hour <= last
