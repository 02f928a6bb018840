"""What the local AWS's provider asked for while a stack was made, changed and destroyed, held against the document."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from components.deployer.document import Stack, document
from components.deployer.reading import registrations
from localaws.provider.calls import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SERVICES = {"monitoring": "cloudwatch"}
_ACTIONS = {
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:PutObjectLockConfiguration": "s3:PutBucketObjectLockConfiguration",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:DeleteBucketTagging": "s3:PutBucketTagging",
}
"""Operations of S3 whose right has a name of its own (Service Authorization Reference, Amazon S3)."""


def refused(*exported: Mapping[str, Any], region: str = "eu-west-1") -> tuple[int, list[str]]:
    """Return how many calls a stack took, and those that its deployer's documents would not have let through.

    A stack that turned from one thing into another has a document of each.
    """
    documents = [document(Stack(list(registrations(each)), region)) for each in exported]
    statements = [statement for each in documents for statement in each["Statement"]]
    name = exported[0]["deployment"]["resources"][0]["urn"].split("::")[0]
    told = [json.loads(line) for line in Path(os.environ[VARIABLE]).read_text().splitlines()]
    calls = [call for call in told if call["urn"].startswith(f"{name}::")]
    return len(calls), sorted({why for call in calls if (why := _refusal(call, statements))})


def _refusal(call: Mapping[str, Any], statements: list[dict[str, Any]]) -> str:
    service = _SERVICES.get(call["service"], call["service"])
    action = _ACTIONS.get(f"{service}:{call['operation']}", f"{service}:{call['operation']}")
    letting = [each for each in statements if action in each["Action"]]
    if not letting:
        return f"{action}, for {call['urn'].split('::')[2].split('$')[-1]}"
    texts = list(_texts(call["parameters"]))
    if any(_matches(pattern, text) for each in letting for pattern in each["Resource"] for text in texts or [""]):
        return ""
    return f"{action} of {texts}"


def _matches(pattern: str, text: str) -> bool:
    """Tell whether a text is an ARN that the pattern takes, or the name at the end of one."""
    if pattern == "*":
        return True
    whole = pattern.split(":", 5)[5]
    forms = {pattern, whole, whole.partition("/")[2], whole.partition(":")[2], whole.rpartition("/")[2]}
    return any(re.fullmatch(re.escape(form).replace(r"\*", ".*"), text) is not None for form in forms if form)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
