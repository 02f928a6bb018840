"""Athena: the same SQL over the stack's tables, for logs in S3 that are too many to fetch."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from hunts import stack
from hunts.athena_sql import statement
from hunts.backends import Progress
from hunts.backends.aws import client, messages
from hunts.errors import HuntError
from hunts.folds import fold
from hunts.model import Answer, Question


class Athena:
    """Runs the SQL form in the stack's workgroup, waits, and cancels it when nobody waits any longer."""

    name = "athena"

    def __init__(
        self,
        place: stack.Athena,
        region: str | None = None,
        athena: Any = None,
        sleep: Callable[[float], None] = time.sleep,
        patience: float = 1800,
    ) -> None:
        self._place = place
        self._athena = athena or client("athena", region)
        self._sleep = sleep
        self._patience = patience

    def ask_all(self, questions: Sequence[Question], progress: Progress) -> list[Answer]:
        """Return the answers, one query after the other."""
        return [self.ask(question, progress) for question in questions]

    def ask(self, question: Question, progress: Progress) -> Answer:
        """Return the answer, with the bytes that Athena scanned (and bills) as a note."""
        query_id = self._start(question)
        try:
            scanned = self._wait(question.hunt.name, query_id, progress)
            names, batches = self._rows(query_id)
            answer = fold(question, names, batches)
        except BaseException:
            self._stop(query_id)
            raise
        return replace(answer, notes=[f"Athena scanned {scanned / 1e6:,.1f} MB"])

    def _start(self, question: Question) -> str:
        request: dict[str, Any] = {
            "QueryString": statement(question, self._place.database),
            "WorkGroup": self._place.workgroup,
            "QueryExecutionContext": {"Database": self._place.database},
        }
        if self._place.output:
            request["ResultConfiguration"] = {"OutputLocation": self._place.output}
        with messages():
            return str(self._athena.start_query_execution(**request)["QueryExecutionId"])

    def _wait(self, name: str, query_id: str, progress: Progress) -> int:
        waited, pause = 0.0, 0.5
        while True:
            with messages():
                execution = self._athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
            status, scanned = execution["Status"], execution.get("Statistics", {}).get("DataScannedInBytes", 0)
            if status["State"] == "SUCCEEDED":
                return int(scanned)
            if status["State"] in ("FAILED", "CANCELLED"):
                raise HuntError(f"Athena ended the query of {name}: {status.get('StateChangeReason', status['State'])}")
            progress(f"{name}: {status['State'].lower()}, {scanned / 1e6:,.0f} MB scanned")
            if waited >= self._patience:
                raise HuntError(f"Athena gave no answer to {name} in {self._patience:.0f} s: choose a shorter window")
            self._sleep(pause)
            waited += pause
            pause = min(pause * 1.5, 5.0)

    def _rows(self, query_id: str) -> tuple[list[str], Iterator[list[list[Any]]]]:
        """Return the columns and the rows a page at a time; the first row of the first page repeats the columns."""
        results = self._athena.get_paginator("get_query_results").paginate(QueryExecutionId=query_id)
        pages = iter(results)
        with messages():
            first = next(pages)
        info = first["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]

        def batches() -> Iterator[list[list[Any]]]:
            yield [_row(row, info) for row in first["ResultSet"]["Rows"][1:]]
            while True:
                with messages():
                    page = next(pages, None)
                if page is None:
                    return
                yield [_row(row, info) for row in page["ResultSet"]["Rows"]]

        return [column["Name"] for column in info], batches()

    def _stop(self, query_id: str) -> None:
        try:
            self._athena.stop_query_execution(QueryExecutionId=query_id)
        except ClientError:
            return  # it had ended by itself


def _row(row: Mapping[str, Any], info: Sequence[Mapping[str, Any]]) -> list[Any]:
    return [_typed(cell.get("VarCharValue"), column["Type"]) for cell, column in zip(row["Data"], info, strict=True)]


def _typed(text: str | None, kind: str) -> Any:
    """Return Athena's text as a value of the column's type."""
    if text is None:
        return None
    match kind:
        case "bigint" | "integer":
            return int(text)
        case "double" | "float":
            return float(text)
        case "array":
            return _array(text)
    return text


def _array(text: str) -> list[str]:
    """Return the items of an array, which Athena writes as `[a, b]` without quotes."""
    inner = text.strip().removeprefix("[").removesuffix("]")
    try:
        return [str(item) for item in json.loads(text)]
    except ValueError:
        return [item.strip() for item in inner.split(",") if item.strip()]
