"""Calls of an account's APIs as events on its bus, as CloudTrail tells EventBridge of them while a trail logs.

Source: EventBridge user guide, "AWS service events delivered via AWS CloudTrail"; CloudTrail user guide, "record
contents". A read-only call is told to nobody, as on AWS by default.
"""

from __future__ import annotations

import functools
import json
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from werkzeug.datastructures import MultiDict

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
    from moto.core.utils import get_service_model
    from moto.events.models import events_backends

    account, region = response.current_account, response.region
    model = get_service_model(response.boto3_service_name)
    # CloudTrail calls a service by its endpoint: CloudWatch is "monitoring".
    service = model.endpoint_prefix
    detail = {
        "eventVersion": "1.11",
        "userIdentity": _identity(response),
        "eventTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": f"{service}.amazonaws.com",
        "eventName": action,
        "awsRegion": region,
        "sourceIPAddress": "127.0.0.1",
        "requestParameters": _request(response, model, action),
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


def _request(response: Any, service: Any, action: str) -> Any:
    """Return what a call asked for as CloudTrail writes it: what AWS's model of the call says that was sent.

    EC2's lists are an exception on AWS, which has them as sets of items under names of its own.
    """
    from moto.core.parse import PROTOCOL_PARSERS
    from moto.core.request import determine_request_protocol

    operation = service.operation_model(action)
    protocol = determine_request_protocol(service, response.headers.get("Content-Type"))
    sent = PROTOCOL_PARSERS[protocol](operation).parse(
        {
            "method": response.method,
            "headers": response.headers,
            "values": MultiDict(response.querystring or {}),
            "body": response.body,
            "url_path": response.path,
            "url_params": response.uri_match,
        }
    )
    return _written(operation.input_shape, sent)


def _written(shape: Any, value: Any) -> Any:
    """Write a structure's members with a small first letter; the keys of a map are the caller's own."""
    kind = getattr(shape, "type_name", "")
    if kind == "structure" and isinstance(value, Mapping):
        members = shape.members
        return {f"{key[:1].lower()}{key[1:]}": _written(members.get(key), inner) for key, inner in value.items()}
    if kind == "list" and isinstance(value, list):
        return [_written(shape.member, inner) for inner in value]
    if kind == "map" and isinstance(value, Mapping):
        return {key: _written(shape.value, inner) for key, inner in value.items()}
    return value


def _identity(response: Any) -> dict[str, Any]:
    from moto.sts.models import sts_backends

    for backend in sts_backends[response.current_account].values():
        role = backend.get_assumed_role_from_access_key(response.access_key)
        if role is not None:
            issuer = {"type": "Role", "arn": role.role_arn, "userName": role.role_arn.rpartition("/")[2]}
            return {"type": "AssumedRole", "arn": role.arn, "sessionContext": {"sessionIssuer": issuer}}
    return {"type": "IAMUser", "accountId": response.current_account, "accessKeyId": response.access_key}
