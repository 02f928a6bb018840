"""The Athena backend: moto's, with changes of workgroups, and saved queries that belong to one."""

from __future__ import annotations

from typing import Any, Final

from moto.athena.models import AthenaBackend, athena_backends
from moto.athena.responses import AthenaResponse

from localaws.services.core import AwsError
from localaws.services.operations import Shape, operation, responder

INVALID: Final = "InvalidRequestException"
_PLAIN: Final = (
    "EnforceWorkGroupConfiguration",
    "PublishCloudWatchMetricsEnabled",
    "BytesScannedCutoffPerQuery",
    "RequesterPaysEnabled",
)
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
