"""CloudWatch Logs Insights: starts a query, waits for it, and takes it back when nobody waits any longer."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from hunts import insights
from hunts.backends import Progress
from hunts.backends.aws import client, code, messages
from hunts.errors import HuntError
from hunts.model import Answer, Question

_LIMIT = 10_000
"""Rows that Logs Insights returns at most (StartQuery, `limit`)."""

_BUSY = ("LimitExceededException", "ThrottlingException")


class Insights:
    """Runs the Logs Insights form of a hunt on the log group of the log that its sheet names."""

    name = "insights"

    def __init__(
        self,
        groups: Mapping[str, str],
        region: str | None = None,
        logs: Any = None,
        sleep: Callable[[float], None] = time.sleep,
        patience: float = 900,
    ) -> None:
        """Take log groups by log ("alert", "flow", "dns"), and the most seconds to wait for one query."""
        self._groups = groups
        self._logs = logs or client("logs", region)
        self._sleep = sleep
        self._patience = patience

    def ask_all(self, questions: Sequence[Question], progress: Progress) -> list[Answer]:
        """Return the answers, one query after the other: an account has few query slots."""
        return [self.ask(question, progress) for question in questions]

    def ask(self, question: Question, progress: Progress) -> Answer:
        """Return the answer of the Logs Insights form; its columns may be fewer than those of the SQL form."""
        hunt = question.hunt
        group = self._groups.get(hunt.insights_log)
        if group is None:
            raise HuntError(
                f"hunt {hunt.name} reads the {hunt.insights_log} log, which is not in CloudWatch: use duckdb"
            )
        query_id = self._start(question, group, progress)
        try:
            result = self._wait(hunt.name, query_id, progress)
        except BaseException:
            self._stop(query_id)
            raise
        return _answer(question, result)

    def _start(self, question: Question, group: str, progress: Progress) -> str:
        text = insights.statement(question)
        for attempt in range(8):
            try:
                with messages():
                    started = self._logs.start_query(
                        logGroupName=group,
                        startTime=question.since,
                        endTime=question.window.end - 1,
                        queryString=text,
                        limit=_LIMIT,
                    )
            except HuntError as error:
                if not isinstance(error.__cause__, ClientError) or code(error.__cause__) not in _BUSY:
                    raise
                progress(f"{question.hunt.name}: all query slots of the account are taken, waiting")
                self._sleep(2.0**attempt)
            else:
                return str(started["queryId"])
        raise HuntError("Logs Insights has no free query slot (30 run at once in an account): try again later")

    def _wait(self, name: str, query_id: str, progress: Progress) -> Mapping[str, Any]:
        waited, pause = 0.0, 0.5
        while True:
            with messages():
                result: Mapping[str, Any] = self._logs.get_query_results(queryId=query_id)
            status = result["status"]
            if status == "Complete":
                return result
            if status in ("Failed", "Cancelled", "Timeout"):
                raise HuntError(f"Logs Insights ended the query of {name} as {status}: choose a shorter window")
            scanned = result.get("statistics", {}).get("recordsScanned", 0)
            progress(f"{name}: {status.lower()}, {scanned:,.0f} records scanned")
            if waited >= self._patience:
                raise HuntError(
                    f"Logs Insights gave no answer to {name} in {self._patience:.0f} s: choose a shorter window"
                )
            self._sleep(pause)
            waited += pause
            pause = min(pause * 1.5, 5.0)

    def _stop(self, query_id: str) -> None:
        try:
            self._logs.stop_query(queryId=query_id)
        except ClientError:
            return  # it had ended by itself


def _answer(question: Question, result: Mapping[str, Any]) -> Answer:
    columns: list[str] = []
    records = []
    for row in result["results"]:
        record = {cell["field"]: _typed(cell.get("value")) for cell in row if not cell["field"].startswith("@ptr")}
        columns += [name for name in record if name not in columns]
        records.append(record)
    notes = [f"Logs Insights: {' '.join(question.hunt.insights_note.split())}"] if question.hunt.insights_note else []
    if len(records) == _LIMIT:
        notes.append(f"cut off at {_LIMIT:,} rows, the most that Logs Insights returns")
    return Answer(columns, [[record.get(name) for name in columns] for record in records], notes=notes)


def _typed(text: str | None) -> Any:
    """Return a number if the text is one: Logs Insights answers everything as text."""
    if text is None:
        return None
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
