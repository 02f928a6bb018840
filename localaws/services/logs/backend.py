"""The CloudWatch Logs backend: moto's, with saved queries, keys and checks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from moto.logs.models import logs_backends
from moto.logs.responses import LogsResponse

from localaws.services.core import AwsError
from localaws.services.logs import metric_filters, patterns
from localaws.services.logs.queries import INVALID, QueriesBackend
from localaws.services.operations import Shape, operation, responder
from localaws.services.quotas import table as quotas

__all__ = ["LocalLogsBackend", "LocalLogsResponse", "logs_backends"]

RETENTIONS: Final = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)
"""Days that AWS accepts."""
MAX_POLICY_BYTES: Final = 5120


class LocalLogsBackend(QueriesBackend):
    """CloudWatch Logs in one account and Region."""

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
        quotas.METRIC_FILTERS.check(self, len(others) + (not same))
        if same:
            self.filters.delete_filter(filter_name, log_group_name)
        super().put_metric_filter(filter_name, filter_pattern, log_group_name, metric_transformations)

    def put_log_events(
        self, log_group_name: str, log_stream_name: str, log_events: list[dict[str, Any]]
    ) -> tuple[str, dict[str, Any]]:
        """Keep the events, make datapoints of them by the group's metric filters, and look at the alarms anew."""
        stream = self._group(log_group_name).streams.get(log_stream_name)
        before = len(stream.events) if stream else 0
        answer = super().put_log_events(log_group_name, log_stream_name, log_events)
        events = self.groups[log_group_name].streams[log_stream_name].events[before:]
        if events:
            self._react(log_group_name, events)
        return answer

    @operation
    def test_metric_filter(self, request: Shape) -> Shape:
        """TestMetricFilter: which messages the pattern lets through."""
        found = patterns.problem(request["filterPattern"])
        if found is not None:
            raise AwsError(INVALID, f"Invalid metric filter pattern: {found}")
        pattern = patterns.read(request["filterPattern"])
        matches = [
            {"eventNumber": number, "eventMessage": message, "extractedValues": {}}
            for number, message in enumerate(request["logEventMessages"], start=1)
            if pattern.fields(message) is not None
        ]
        return {"matches": matches}

    def _react(self, group: str, events: Sequence[Any]) -> None:
        from moto.cloudwatch.models import cloudwatch_backends

        from localaws.services.cloudwatch import watching

        filters = self.filters.get_matching_filters(log_group_name=group)
        cloudwatch = cloudwatch_backends[self.account_id][self.region_name]
        made = list(metric_filters.datapoints(filters, events))
        cloudwatch.metric_data += made
        # Contributor Insights rules read records themselves, and alarms those rules.
        if made or cloudwatch.insight_rules:
            times = [event.timestamp / 1000 for event in events]
            watching.arrived(cloudwatch, min(times), max(times))

    def put_resource_policy(self, policy_name: str, policy_doc: str) -> Any:
        """Refuse a document that is no policy or too long, and one too many."""
        try:
            document = json.loads(policy_doc)
        except ValueError:
            document = None
        if not isinstance(document, dict) or "Statement" not in document or len(policy_doc) > MAX_POLICY_BYTES:
            raise AwsError(
                INVALID, "Resource policy is invalid: it must be JSON with a Statement, of at most 5120 characters"
            )
        quotas.RESOURCE_POLICIES.check(self, len({*self.resource_policies, policy_name}))
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
