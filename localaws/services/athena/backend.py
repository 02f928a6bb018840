"""The Athena backend: moto's, with queries that run, changes of workgroups, and saved queries that belong to one."""

from __future__ import annotations

import uuid
from typing import Any, Final

from moto.athena.models import AthenaBackend, athena_backends
from moto.athena.responses import AthenaResponse

from localaws.services.athena import executions
from localaws.services.core import AwsError, NotInLocalAws
from localaws.services.operations import Shape, operation, page, refuse, responder

INVALID: Final = "InvalidRequestException"
_PLAIN: Final = (
    "EnforceWorkGroupConfiguration",
    "PublishCloudWatchMetricsEnabled",
    "BytesScannedCutoffPerQuery",
    "RequesterPaysEnabled",
)
MOST_ROWS: Final = 1000
"""Rows of a page of results, the names of the columns among them."""
_RESULT: Final = ("OutputLocation", "EncryptionConfiguration")


class LocalAthenaBackend(AthenaBackend):
    """Athena in one account and Region."""

    @operation
    def update_work_group(self, request: Shape) -> Shape:
        """UpdateWorkGroup: description, state, and those settings that the updates name."""
        name = request["WorkGroup"]
        group = self._group(name)
        group.description = request.get("Description", group.description)
        group.state = request.get("State", group.state)
        updates: dict[str, Any] = request.get("ConfigurationUpdates") or {}
        group.configuration |= {key: updates[key] for key in _PLAIN if key in updates}
        if updates.get("RemoveBytesScannedCutoffPerQuery"):
            group.configuration.pop("BytesScannedCutoffPerQuery", None)
        results: dict[str, Any] = updates.get("ResultConfigurationUpdates") or {}
        kept = dict(group.configuration.get("ResultConfiguration") or {})
        for key in _RESULT:
            if results.get(f"Remove{key}"):
                kept.pop(key, None)
            elif key in results:
                kept[key] = results[key]
        group.configuration["ResultConfiguration"] = kept
        return {}

    @operation
    def answer_delete_work_group(self, request: Shape) -> Shape:
        """DeleteWorkGroup: one with saved queries goes only when it is told to take them along."""
        name = request["WorkGroup"]
        if name == "primary":
            raise AwsError(INVALID, "WorkGroup primary cannot be deleted.")
        self._group(name)
        held = [query.id for query in self.named_queries.values() if query.workgroup.name == name]
        if held and not request.get("RecursiveDeleteOption"):
            raise AwsError(INVALID, f"WorkGroup {name} is not empty")
        for query in held:
            del self.named_queries[query]
        self.delete_work_group(name)
        return {}

    @operation
    def answer_create_named_query(self, request: Shape) -> Shape:
        """CreateNamedQuery, in a workgroup that exists."""
        group = request.get("WorkGroup") or "primary"
        self._group(group)
        made = self.create_named_query(
            request["Name"], request.get("Description", ""), request["Database"], request["QueryString"], group
        )
        return {"NamedQueryId": made}

    @operation
    def answer_get_named_query(self, request: Shape) -> Shape:
        """GetNamedQuery."""
        query = self._query(request)
        return {
            "NamedQuery": {
                "Name": query.name,
                "Description": query.description,
                "Database": query.database,
                "QueryString": query.query_string,
                "NamedQueryId": query.id,
                "WorkGroup": query.workgroup.name,
            }
        }

    @operation
    def delete_named_query(self, request: Shape) -> Shape:
        """DeleteNamedQuery."""
        del self.named_queries[self._query(request).id]
        return {}

    @operation
    def answer_start_query_execution(self, request: Shape) -> Shape:
        """StartQueryExecution: one SELECT over tables of the catalogue; it has ended when this returns."""
        refuse("athena", request, "ResultReuseConfiguration", "ExecutionParameters")
        group = self._group(request.get("WorkGroup") or "primary")
        if group.state != "ENABLED":
            raise AwsError(INVALID, f"WorkGroup {group.name} is disabled")
        context = request.get("QueryExecutionContext") or {}
        if context.get("Catalog", "AwsDataCatalog").lower() != "awsdatacatalog":
            raise NotInLocalAws(f"athena: the catalogue {context['Catalog']}")
        location = self._output(group, request)
        asked = executions.Execution(
            str(uuid.uuid4()), request["QueryString"], group.name, context.get("Database"), location
        )
        asked.run(self.account_id, self.region_name, group.configuration.get("BytesScannedCutoffPerQuery"))
        self.executions[asked.identifier] = asked
        return {"QueryExecutionId": asked.identifier}

    @operation
    def answer_get_query_execution(self, request: Shape) -> Shape:
        """GetQueryExecution."""
        return {"QueryExecution": self._execution(request).described()}

    @operation
    def answer_get_query_results(self, request: Shape) -> Shape:
        """GetQueryResults; the first row has the columns' names."""
        asked = self._execution(request)
        if asked.answer is None:
            raise AwsError(INVALID, f"Query did not finish successfully. Final query state: {asked.state}")
        names = [name for name, _ in asked.answer.columns]
        rows, token = page([names, *asked.answer.rows], {"MaxResults": MOST_ROWS, **request}, INVALID)
        cells = [{"Data": [{} if cell is None else {"VarCharValue": cell} for cell in row]} for row in rows]
        columns = [{"Name": name, "Label": name, "Type": kind} for name, kind in asked.answer.columns]
        found: Shape = {"ResultSet": {"Rows": cells, "ResultSetMetadata": {"ColumnInfo": columns}}, "UpdateCount": 0}
        return {**found, "NextToken": token} if token else found

    @operation
    def answer_stop_query_execution(self, request: Shape) -> Shape:
        """StopQueryExecution: of one that has ended nothing is left to stop."""
        self._execution(request)
        return {}

    @operation
    def answer_list_query_executions(self, request: Shape) -> Shape:
        """ListQueryExecutions of a workgroup, newest first."""
        group = request.get("WorkGroup") or "primary"
        found = [key for key, asked in reversed(self.executions.items()) if asked.group == group]
        rows, token = page(found, request, INVALID)
        return {"QueryExecutionIds": rows, **({"NextToken": token} if token else {})}

    def _execution(self, request: Shape) -> Any:
        identifier = request["QueryExecutionId"]
        if identifier not in self.executions:
            raise AwsError(INVALID, f"QueryExecution {identifier} was not found")
        return self.executions[identifier]

    @staticmethod
    def _output(group: Any, request: Shape) -> str:
        own = (group.configuration.get("ResultConfiguration") or {}).get("OutputLocation")
        given = (request.get("ResultConfiguration") or {}).get("OutputLocation")
        enforced = str(group.configuration.get("EnforceWorkGroupConfiguration", True)).lower() == "true"
        location = own if own and (enforced or not given) else given
        if not location:
            raise AwsError(
                INVALID,
                "No output location provided. An output location is required either through the Workgroup "
                "result configuration setting or as an API input.",
            )
        return f"{location.rstrip('/')}/"

    def _group(self, name: str) -> Any:
        if name not in self.work_groups:
            raise AwsError(INVALID, f"WorkGroup {name} is not found.")
        return self.work_groups[name]

    def _query(self, request: Shape) -> Any:
        identifier = request["NamedQueryId"]
        if identifier not in self.named_queries:
            raise AwsError(INVALID, f"Query with queryId {identifier} was not found")
        return self.named_queries[identifier]


LocalAthenaResponse = responder("athena", athena_backends, LocalAthenaBackend, INVALID, base=AthenaResponse)
