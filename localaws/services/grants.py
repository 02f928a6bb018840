"""Whether a service may publish to a topic: by the topic's policy, and by that of the key that encrypts it."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Mapping, Sequence
from typing import Any

from localaws.services.core import NotInLocalAws


def refusal(topic: Any, service: str, account: str, source_arn: str) -> str:
    """Say why a service may not publish to moto's `topic` on behalf of a resource; "" where it may."""
    context = {
        "aws:sourcearn": source_arn,
        "aws:sourceaccount": account,
        "aws:sourceowner": account,
        "aws:securetransport": "true",
    }
    statements = json.loads(topic.policy).get("Statement", [])
    effects = [
        statement["Effect"]
        for statement in statements
        if _principal(statement.get("Principal"), service)
        and _matches(statement.get("Action"), "sns:publish", lower=True)
        and _matches(statement.get("Resource"), topic.arn)
        and _holds(statement.get("Condition") or {}, context)
    ]
    if "Allow" not in effects or "Deny" in effects:
        return f"the policy of the topic does not let {service} publish"
    key = topic.kms_master_key_id
    if key and key != "alias/aws/sns" and not _key_lets(topic, key, service):
        return f"the policy of the topic's key {key} does not let {service} use it"
    # AWS's own key for SNS lets no other service use it.
    return f"the topic is encrypted with alias/aws/sns, which {service} cannot use" if key == "alias/aws/sns" else ""


def _key_lets(topic: Any, key: str, service: str) -> bool:
    from moto.kms.models import kms_backends

    keys = kms_backends[topic.account_id][topic.sns_backend.region_name]
    found = keys.keys.get(keys.get_key_id(key))
    return found is not None and found.key_state == "Enabled" and service in found.policy


def _listed(value: Any) -> Sequence[str]:
    return [value] if isinstance(value, str) else [str(item) for item in value or []]


def _principal(principal: Any, service: str) -> bool:
    if principal == "*":
        return True
    if not isinstance(principal, Mapping):
        return False
    return "*" in _listed(principal.get("AWS")) or service in _listed(principal.get("Service"))


def _matches(patterns: Any, text: str, *, lower: bool = False) -> bool:
    return any(fnmatch.fnmatchcase(text, item.lower() if lower else item) for item in _listed(patterns))


def _holds(conditions: Mapping[str, Mapping[str, Any]], context: Mapping[str, str]) -> bool:
    return all(
        _operator(name, context.get(key.lower()), _listed(values))
        for name, pairs in conditions.items()
        for key, values in pairs.items()
    )


def _operator(name: str, found: str | None, values: Sequence[str]) -> bool:
    match name:
        case "StringEquals" | "Bool":
            return found in values
        case "StringLike" | "ArnLike" | "ArnEquals":
            return found is not None and any(fnmatch.fnmatchcase(found, value) for value in values)
        case "StringNotEquals":
            return found not in values
    raise NotInLocalAws(f"the condition {name} of a topic's policy")
