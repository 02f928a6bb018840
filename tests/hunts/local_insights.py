"""The local AWS's Logs Insights over records in files, as CloudWatch Logs would have them."""

import gzip
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from hunts.model import LOGS
from localaws.services.logs.insights.run import Event, run

MILLISECONDS = 1000


def events(folder: Path) -> dict[str, list[Event]]:
    """The records below `folder`, by log."""
    found: dict[str, list[Event]] = {log: [] for log in LOGS}
    for log, line in _lines(folder):
        record = json.loads(line)
        written = record["query_timestamp"] if log == "dns" else record["event"]["timestamp"]
        at = round(datetime.fromisoformat(written).timestamp() * MILLISECONDS)
        found[log].append(Event(at, at, line.strip(), f"123456789012:{log}", "stream", str(len(found[log]))))
    return found


def _lines(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*.log.gz")):
        log = next((part for part in path.parts if part in LOGS), "dns")
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from ((log, line) for line in lines)


class LocalInsights:
    """CloudWatch Logs as far as hunts call it; log groups are named by their log."""

    def __init__(self, folder: Path) -> None:
        self.events = events(folder)
        self.answers: dict[str, Any] = {}

    def start_query(self, **asked: Any) -> Mapping[str, str]:
        since, until = asked["startTime"] * MILLISECONDS, (asked["endTime"] + 1) * MILLISECONDS
        inside = [event for event in self.events[asked["logGroupName"]] if since <= event.timestamp < until]
        identifier = str(len(self.answers))
        self.answers[identifier] = run(asked["queryString"], inside, asked["limit"])
        return {"queryId": identifier}

    def get_query_results(self, queryId: str) -> Mapping[str, Any]:  # noqa: N803 (boto3 names it so)
        rows = self.answers[queryId].rows
        cells = [[{"field": name, "value": value} for name, value in row] for row in rows]
        return {"status": "Complete", "results": cells}
