"""Queries of Logs Insights: saved ones, and those that are asked, which `insights` answers at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from moto.logs.models import LogsBackend

from localaws.services.core import AwsError, NotInLocalAws
from localaws.services.operations import Shape, operation, page, refuse
from localaws.services.quotas import table as quotas

INVALID: Final = "InvalidParameterException"
MAX_GROUPS: Final = 50
"""Log groups that one query may name."""
MAX_LIMIT: Final = 10_000
SECOND: Final = 1000
"""Milliseconds: events have them, the time range of a query has seconds, its last one included."""


@dataclass(frozen=True)
class _Asked:
    groups: list[str]
    query: str
    at: int
    answer: Any


class QueriesBackend(LogsBackend):
    """What of CloudWatch Logs has to do with queries."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.query_definitions: dict[str, Shape] = {}

    @operation
    def answer_start_query(self, request: Shape) -> Shape:
        """StartQuery, in Logs Insights QL; the answer is there when this returns."""
        if request.get("queryLanguage") not in (None, "CWLI"):
            raise NotInLocalAws(f"logs:StartQuery with the language {request['queryLanguage']}")
        groups = self._queried(request)
        if request["startTime"] > request["endTime"]:
            raise AwsError(INVALID, "End time should not be less than start time")
        if request.get("limit") and request["limit"] > MAX_LIMIT:
            raise AwsError(INVALID, f"limit must be at most {MAX_LIMIT}")
        events = self._events(groups, request["startTime"] * SECOND, request["endTime"] * SECOND + SECOND)
        # Imported when first asked: DuckDB takes longer to load than most commands take.
        from localaws.services.logs.insights.run import run

        answer = run(request["queryString"], events, request.get("limit"))
        identifier = str(uuid.uuid4())
        self.queries[identifier] = _Asked(groups, request["queryString"], _now(), answer)
        return {"queryId": identifier}

    @operation
    def answer_get_query_results(self, request: Shape) -> Shape:
        """GetQueryResults; the statistics count what the query read."""
        refuse("logs:GetQueryResults", request, "nextToken")
        asked = self._asked(request["queryId"])
        rows = asked.answer.rows[: request.get("maxItems") or None]
        return {
            "queryLanguage": "CWLI",
            "results": [[{"field": name, "value": value} for name, value in row] for row in rows],
            "statistics": {
                "recordsMatched": float(asked.answer.matched),
                "recordsScanned": float(asked.answer.scanned),
                "bytesScanned": float(asked.answer.bytes),
                "logGroupsScanned": float(len(asked.groups)),
            },
            "status": "Complete",
        }

    @operation
    def answer_describe_queries(self, request: Shape) -> Shape:
        """DescribeQueries, newest first."""
        group, status = request.get("logGroupName"), request.get("status")
        found = [
            {
                "queryLanguage": "CWLI",
                "queryId": identifier,
                "queryString": asked.query,
                "status": "Complete",
                "createTime": asked.at,
                "logGroupName": asked.groups[0],
            }
            for identifier, asked in reversed(self.queries.items())
            if (group is None or group in asked.groups) and status in (None, "Complete")
        ]
        rows, token = page(found, request, INVALID, "nextToken", "maxResults")
        return {"queries": rows, "nextToken": token}

    @operation
    def stop_query(self, request: Shape) -> Shape:
        """StopQuery: queries end as soon as they start here, and one that has ended cannot be stopped."""
        self._asked(request["queryId"])
        raise AwsError(INVALID, f"Query {request['queryId']} is not running")

    @operation
    def put_query_definition(self, request: Shape) -> Shape:
        """PutQueryDefinition: creates, or replaces the one whose id is given; the log groups must exist."""
        identifier = request.get("queryDefinitionId")
        if identifier is not None and identifier not in self.query_definitions:
            raise AwsError("ResourceNotFoundException", f"The query definition does not exist: {identifier}")
        for group in request.get("logGroupNames") or []:
            self._group(group.rpartition(":log-group:")[2] or group)
        quotas.SAVED_QUERIES.check(self, len(self.query_definitions) + (identifier is None))
        identifier = identifier or str(uuid.uuid4())
        self.query_definitions[identifier] = {
            "queryDefinitionId": identifier,
            "name": request["name"],
            "queryString": request["queryString"],
            "queryLanguage": request.get("queryLanguage", "CWLI"),
            "lastModified": _now(),
            "logGroupNames": list(request.get("logGroupNames") or []),
        }
        return {"queryDefinitionId": identifier}

    @operation
    def describe_query_definitions(self, request: Shape) -> Shape:
        """DescribeQueryDefinitions, by name prefix and language, sorted by name."""
        prefix, language = request.get("queryDefinitionNamePrefix") or "", request.get("queryLanguage")
        found = sorted(
            (
                definition
                for definition in self.query_definitions.values()
                if definition["name"].startswith(prefix) and language in (None, definition["queryLanguage"])
            ),
            key=lambda definition: str(definition["name"]),
        )
        rows, token = page(found, request, INVALID, "nextToken", "maxResults")
        return {"queryDefinitions": rows, "nextToken": token}

    @operation
    def delete_query_definition(self, request: Shape) -> Shape:
        """DeleteQueryDefinition."""
        if request["queryDefinitionId"] not in self.query_definitions:
            raise AwsError(
                "ResourceNotFoundException", f"The query definition does not exist: {request['queryDefinitionId']}"
            )
        del self.query_definitions[request["queryDefinitionId"]]
        return {"success": True}

    def _asked(self, identifier: str) -> _Asked:
        if identifier not in self.queries:
            raise AwsError("ResourceNotFoundException", f"Query {identifier} does not exist")
        found: _Asked = self.queries[identifier]
        return found

    def _queried(self, request: Shape) -> list[str]:
        given = [name for name in ("logGroupName", "logGroupNames", "logGroupIdentifiers") if request.get(name)]
        if len(given) != 1:
            raise AwsError(INVALID, "exactly one of logGroupName, logGroupNames and logGroupIdentifiers is required")
        named = request[given[0]]
        names = [named] if isinstance(named, str) else list(named)
        if len(names) > MAX_GROUPS:
            raise AwsError(INVALID, f"a query can name at most {MAX_GROUPS} log groups")
        groups = [name.rpartition(":log-group:")[2].removesuffix(":*") or name for name in names]
        for group in groups:
            self._group(group)
        return groups

    def _events(self, groups: list[str], since: int, until: int) -> Iterator[Any]:
        from localaws.services.logs.insights.run import Event

        for group in groups:
            for stream in self.groups[group].streams.values():
                for event in stream.events:
                    if since <= event.timestamp < until:
                        yield Event(
                            timestamp=event.timestamp,
                            ingested=event.ingestion_time,
                            message=event.message,
                            log=f"{self.account_id}:{group}",
                            stream=stream.log_stream_name,
                            identifier=str(event.event_id),
                        )

    def _group(self, name: str) -> Any:
        if name not in self.groups:
            raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
        return self.groups[name]


def _now() -> int:
    return int(datetime.now(UTC).timestamp() * SECOND)
