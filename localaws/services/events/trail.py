"""Calls of an account's APIs as events on its bus, as CloudTrail tells EventBridge of them while a trail logs.

Source: EventBridge user guide, "AWS service events delivered via AWS CloudTrail"; CloudTrail user guide, "record
contents". A read-only call is told to nobody, as on AWS by default.
"""

from __future__ import annotations

import functools
import json
import re
import uuid
from datetime import UTC, datetime
from typing import Any, Final

READS: Final = re.compile(
    r"(Describe|Get|List|Head|Lookup|Search|Query|Scan|Batch[GD]et|Filter|Test|StartQuery|StopQuery)"
)
DATA: Final = frozenset({"s3", "sqs", "athena", "dynamodb"})
"""Services whose calls are mostly data events, which no trail logs unless told to, or of no interest here."""
DATA_CALLS: Final = frozenset({"Publish", "PublishBatch", "PutLogEvents", "PutMetricData", "PutEvents"})
"""Data events of the others."""


def told(original: Any) -> Any:
    """Tell the bus of what a call has changed, once moto's `original` has answered it."""

    @functools.wraps(original)
    def call_action(self: Any) -> Any:
        action = self._get_action()
        # Looked at beforehand: who stops a trail is still told of.
        heard = bool(action) and not _is_data(self.service_name, action) and _logs(self)
        answer = original(self)
        status = answer[0] if isinstance(answer, tuple) else 200
        if heard and status < 400:  # noqa: PLR2004 — HTTP
            _tell(self, action)
        return answer

    return call_action


def _is_data(service: str, action: str) -> bool:
    return service in DATA or action in DATA_CALLS or READS.match(action) is not None


def _logs(response: Any) -> bool:
    """Tell whether a trail logs what is done in this account and Region."""
    from moto.cloudtrail.models import cloudtrail_backends

    account, region = response.current_account, response.region
    return any(
        trail.status.is_logging and (trail.region_name == region or trail.is_multi_region)
        for backend in cloudtrail_backends[account].values()
        for trail in backend.trails.values()
    )


def _tell(response: Any, action: str) -> None:
    from moto.events.models import events_backends

    account, region = response.current_account, response.region
    # CloudTrail's name of CloudWatch is that of its endpoint.
    service = {"cloudwatch": "monitoring"}.get(response.service_name, response.service_name)
    detail = {
        "eventVersion": "1.11",
        "userIdentity": _identity(response),
        "eventTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": f"{service}.amazonaws.com",
        "eventName": action,
        "awsRegion": region,
        "sourceIPAddress": "127.0.0.1",
        "requestParameters": {f"{key[:1].lower()}{key[1:]}": value for key, value in _request(response).items()},
        "eventID": str(uuid.uuid4()),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": account,
    }
    event = {
        "Source": f"aws.{service}",
        "DetailType": "AWS API Call via CloudTrail",
        "Detail": json.dumps(detail, default=str),
    }
    events_backends[account][region].put_events([event])


def _request(response: Any) -> dict[str, Any]:
    if response.automated_parameter_parsing:
        return dict(response.params)
    if "json" in str(response.headers.get("Content-Type", "")):
        return dict(json.loads(response.body or "{}"))
    flat = response.querystring or {}
    return {
        key: value[0] if isinstance(value, list) and len(value) == 1 else value
        for key, value in flat.items()
        if key not in ("Action", "Version")
    }


def _identity(response: Any) -> dict[str, Any]:
    from moto.sts.models import sts_backends

    for backend in sts_backends[response.current_account].values():
        role = backend.get_assumed_role_from_access_key(response.access_key)
        if role is not None:
            issuer = {"type": "Role", "arn": role.role_arn, "userName": role.role_arn.rpartition("/")[2]}
            return {"type": "AssumedRole", "arn": role.arn, "sessionContext": {"sessionIssuer": issuer}}
    return {"type": "IAMUser", "accountId": response.current_account, "accessKeyId": response.access_key}
