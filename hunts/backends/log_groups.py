"""A CloudWatch log group as a source of records, read through boto3 page by page."""

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hunts.backends import Progress
from hunts.backends.aws import client, pages
from hunts.backends.sources import LogFile
from hunts.window import Window

_LATE = 900
"""Seconds by which an event may carry an earlier time in its record than in the log group, or a later one."""


class LogGroup:
    """Copies the events of a window into one compressed file; memory holds a page at a time."""

    def __init__(self, name: str, region: str | None = None, logs: Any = None) -> None:
        self._name = name
        self._region = region
        self._logs = logs

    lost: Sequence[str] = ()
    not_read: Sequence[str] = ()
    """A log group has records alone."""

    def files(self, log: str, window: Window, spool: Path, progress: Progress) -> Sequence[LogFile]:
        """Return one file with the events of the window, a margin on both sides included."""
        logs = self._logs or client("logs", self._region)
        target = spool / f"group-{log}.gz"
        events = pages(
            logs,
            "filter_log_events",
            "events",
            logGroupName=self._name,
            startTime=(window.start - _LATE) * 1000,
            endTime=(window.end + _LATE) * 1000,
        )
        with gzip.open(target, "wb", compresslevel=1) as copy:
            for number, event in enumerate(events):
                if number % 10_000 == 0:
                    progress(f"reading {self._name}: {number:,} events")
                copy.write(event["message"].replace("\n", " ").encode(errors="replace") + b"\n")
        return [LogFile(target, self._name)]
