"""A query that was started: its state, its answer, and the file that Athena writes it to."""

from __future__ import annotations

import csv
import io
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from localaws.services.athena.tables import QueryError
from localaws.services.core import NotInLocalAws


@dataclass
class Execution:
    """One query; it is over when `run` returns."""

    identifier: str
    sql: str
    group: str
    database: str | None
    output: str
    state: str = "QUEUED"
    reason: str = ""
    answer: Any = None
    began: float = field(default_factory=time.time)
    ended: float = 0.0

    def run(self, account: str, region: str, cutoff: Any) -> None:
        """Find the answer, or the reason why there is none, and write the answer to its file."""
        from moto.glue.models import glue_backends
        from moto.s3.models import s3_backends

        # Imported when first asked: they take longer to load than most commands take.
        from localaws.services.athena import execution

        glue, s3 = glue_backends[account][region], s3_backends[account]["aws"]

        def catalog(database: str, table: str) -> Any:
            found = glue.databases.get(database)
            described = found.tables.get(table) if found else None
            return described.as_dict() if described else None

        try:
            answer = execution.run(self.sql, self.database, catalog, s3)
            if cutoff and answer.scanned > int(cutoff):
                raise QueryError("Bytes scanned limit was exceeded")  # noqa: TRY301 — as any other reason
            self._write(answer, s3)
            self.state, self.answer = "SUCCEEDED", answer
        except QueryError as error:
            self.state, self.reason = "FAILED", str(error)
        except NotInLocalAws as missing:
            self.state, self.reason = "FAILED", missing.message
        self.ended = time.time()

    def described(self) -> dict[str, Any]:
        """Return the query as GetQueryExecution has it."""
        status = {
            "State": self.state,
            "SubmissionDateTime": datetime.fromtimestamp(self.began, UTC),
            "CompletionDateTime": datetime.fromtimestamp(self.ended, UTC),
            **({"StateChangeReason": self.reason} if self.reason else {}),
        }
        return {
            "QueryExecutionId": self.identifier,
            "Query": self.sql,
            "StatementType": "DML",
            "ResultConfiguration": {"OutputLocation": f"{self.output}{self.identifier}.csv"},
            "QueryExecutionContext": {"Database": self.database} if self.database else {},
            "Status": status,
            "Statistics": {
                "EngineExecutionTimeInMillis": int((self.ended - self.began) * 1000),
                "DataScannedInBytes": self.answer.scanned if self.answer else 0,
            },
            "WorkGroup": self.group,
        }

    def _write(self, answer: Any, s3: Any) -> None:
        bucket, _, prefix = self.output.removeprefix("s3://").partition("/")
        if bucket not in s3.buckets:
            raise QueryError(
                f"GENERIC_USER_ERROR: The S3 location provided to save your query results is invalid: {bucket}"
            )
        text = io.StringIO()
        writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow([name for name, _ in answer.columns])
        writer.writerows(answer.rows)
        s3.put_object(bucket, f"{prefix}{self.identifier}.csv", text.getvalue().encode())
