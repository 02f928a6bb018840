"""The CloudWatch Logs backend: moto's, with saved queries, keys and checks."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any, Final

from moto.logs.models import LogsBackend, logs_backends
from moto.logs.responses import LogsResponse

from localaws.services.core import AwsError, NotInLocalAws
from localaws.services.logs import patterns
from localaws.services.operations import Shape, operation, page, responder

__all__ = ["LocalLogsBackend", "LocalLogsResponse", "logs_backends"]

INVALID: Final = "InvalidParameterException"
MAX_QUERY_DEFINITIONS: Final = 1000
MAX_METRIC_FILTERS: Final = 100
RETENTIONS: Final = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)
"""Days that AWS accepts."""
MAX_POLICY_BYTES: Final = 5120
EVALUATED: Final = frozenset({"fields", "sort", "limit"})
"""Commands of Logs Insights that moto evaluates."""


class LocalLogsBackend(LogsBackend):
    """CloudWatch Logs in one account and Region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.query_definitions: dict[str, Shape] = {}

    @operation
    def put_query_definition(self, request: Shape) -> Shape:
        """PutQueryDefinition: creates, or replaces the one whose id is given; the log groups must exist."""
        identifier = request.get("queryDefinitionId")
        if identifier is not None and identifier not in self.query_definitions:
            raise AwsError("ResourceNotFoundException", f"The query definition does not exist: {identifier}")
        for group in request.get("logGroupNames") or []:
            self._group(group.rpartition(":log-group:")[2] or group)
        if identifier is None and len(self.query_definitions) >= MAX_QUERY_DEFINITIONS:
            raise AwsError(
                "LimitExceededException", f"You can have at most {MAX_QUERY_DEFINITIONS} saved queries per Region"
            )
        identifier = identifier or str(uuid.uuid4())
        self.query_definitions[identifier] = {
            "queryDefinitionId": identifier,
            "name": request["name"],
            "queryString": request["queryString"],
            "queryLanguage": request.get("queryLanguage", "CWLI"),
            "lastModified": int(datetime.now(UTC).timestamp() * 1000),
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

    @operation
    def associate_kms_key(self, request: Shape) -> Shape:
        """AssociateKmsKey: the key must exist and its policy must let the Region's Logs service use it."""
        group = self._group(_group_name(request))
        self.check_key(request["kmsKeyId"])
        group.kms_key_id = request["kmsKeyId"]
        return {}

    @operation
    def disassociate_kms_key(self, request: Shape) -> Shape:
        """DisassociateKmsKey."""
        self._group(_group_name(request)).kms_key_id = None
        return {}

    @operation
    def stop_query(self, request: Shape) -> Shape:
        """StopQuery: queries end as soon as they start here, and one that has ended cannot be stopped."""
        if request["queryId"] not in self.queries:
            raise AwsError("ResourceNotFoundException", f"Query {request['queryId']} does not exist")
        raise AwsError(INVALID, f"Query {request['queryId']} is not running")

    def start_query(self, log_group_names: list[str], start_time: int, end_time: int, query_string: str) -> str:
        """Refuse commands that moto's evaluator leaves out without a word: the answer would be a wrong one."""
        for command in query_string.split("|"):
            word = command.strip().split(" ", 1)[0].lower()
            if word and not word.startswith("#") and word not in EVALUATED:
                raise NotInLocalAws(f"logs:StartQuery with the command {word}")
        return str(super().start_query(log_group_names, start_time, end_time, query_string))

    def create_log_group(self, log_group_name: str, tags: dict[str, str], **kwargs: Any) -> Any:
        """Check the key of a new log group, then make it."""
        if kwargs.get("kmsKeyId"):
            self.check_key(kwargs["kmsKeyId"])
        return super().create_log_group(log_group_name, tags, **kwargs)

    def put_retention_policy(self, log_group_name: str, retention_in_days: str) -> None:
        """Refuse a number of days that AWS doesn't offer."""
        if int(retention_in_days) not in RETENTIONS:
            raise AwsError(
                INVALID,
                f"1 validation error detected: Value '{retention_in_days}' at 'retentionInDays' "
                "failed to satisfy constraint: "
                f"Member must satisfy enum value set: {sorted(RETENTIONS)}",
            )
        super().put_retention_policy(log_group_name, retention_in_days)

    def put_metric_filter(
        self, filter_name: str, filter_pattern: str, log_group_name: str, metric_transformations: Any
    ) -> None:
        """Check the pattern, the log group and the transformation; a filter of the same name is replaced."""
        self._group(log_group_name)
        found = patterns.problem(filter_pattern)
        if found is not None:
            raise AwsError(INVALID, f"Invalid metric filter pattern: {found}")
        for transformation in metric_transformations:
            self._check_transformation(filter_pattern, transformation)
        others = self.filters.get_matching_filters(log_group_name=log_group_name)
        same = [item for item in others if item["filterName"] == filter_name]
        if not same and len(others) >= MAX_METRIC_FILTERS:
            raise AwsError(
                "LimitExceededException", f"A log group can have at most {MAX_METRIC_FILTERS} metric filters"
            )
        if same:
            self.filters.delete_filter(filter_name, log_group_name)
        super().put_metric_filter(filter_name, filter_pattern, log_group_name, metric_transformations)

    def put_resource_policy(self, policy_name: str, policy_doc: str) -> Any:
        """Refuse a document that is no policy or too long; moto knows the limit of ten per Region."""
        try:
            document = json.loads(policy_doc)
        except ValueError:
            document = None
        if not isinstance(document, dict) or "Statement" not in document or len(policy_doc) > MAX_POLICY_BYTES:
            raise AwsError(
                INVALID, "Resource policy is invalid: it must be JSON with a Statement, of at most 5120 characters"
            )
        return super().put_resource_policy(policy_name, policy_doc)

    def delete_log_group(self, log_group_name: str) -> None:
        """Delete what belongs to the group as well, which moto would keep."""
        super().delete_log_group(log_group_name)
        for item in self.filters.get_matching_filters(log_group_name=log_group_name):
            self.filters.delete_filter(item["filterName"], log_group_name)

    def check_key(self, key_arn: str) -> None:
        """Refuse a key that Logs could not use.

        It must exist, be enabled, and name `logs.REGION.amazonaws.com` in its policy.
        """
        from moto.kms.models import kms_backends

        keys = kms_backends[self.account_id][self.region_name]
        key = keys.keys.get(keys.get_key_id(key_arn))
        if key is None or not key_arn.startswith("arn:") or key.key_state != "Enabled":
            raise AwsError(
                INVALID, f"The specified KMS key does not exist or is not allowed to be used with LogGroup: {key_arn}"
            )
        principal = f"logs.{self.region_name}.amazonaws.com"
        if principal not in key.policy and "logs.amazonaws.com" not in key.policy:
            raise AwsError(
                "AccessDeniedException",
                "The specified KMS key does not exist or is not allowed to be used with Arn: "
                f"its policy does not name {principal}",
            )

    def _group(self, name: str) -> Any:
        if name not in self.groups:
            raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
        return self.groups[name]

    @staticmethod
    def _check_transformation(pattern: str, transformation: Shape) -> None:
        dimensions = transformation.get("dimensions") or {}
        if dimensions and not pattern.strip().startswith(("{", "[")):
            raise AwsError(INVALID, "Dimensions are valid with a JSON or space-delimited pattern alone")
        if dimensions and transformation.get("defaultValue") is not None:
            raise AwsError(
                INVALID,
                "Invalid metric transformation: dimensions and default value are mutually exclusive properties.",
            )
        if len(dimensions) > 3:  # noqa: PLR2004 — quota of a metric filter
            raise AwsError(INVALID, "A metric filter can have at most 3 dimensions")
        for value in [*dimensions.values(), transformation["metricValue"]]:
            if value.startswith("$") and not pattern.strip().startswith(("{", "[")):
                raise AwsError(INVALID, f"{value} names a field, but the pattern has none")


def _group_name(request: Shape) -> str:
    name: str | None = request.get("logGroupName")
    if name is None:
        identifier = str(request.get("resourceIdentifier") or "")
        name = identifier.rpartition(":log-group:")[2].removesuffix(":*")
    if not name:
        raise AwsError(INVALID, "logGroupName or resourceIdentifier is required")
    return name


LocalLogsResponse = responder("logs", logs_backends, LocalLogsBackend, INVALID, base=LogsResponse)
