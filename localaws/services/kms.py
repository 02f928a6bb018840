"""KMS: key policies that are policies at all; what they say is not judged."""

from __future__ import annotations

import functools
import json
from typing import Any

from localaws.services.core import AwsError

TAKES_A_POLICY = ("create_key", "put_key_policy")
"""Operations with a parameter `Policy`."""


def check_policy(document: str | None) -> None:
    """Refuse a text that is no policy."""
    if document is None:
        return
    try:
        statements = json.loads(document)["Statement"]
    except (ValueError, KeyError, TypeError):
        statements = None
    if not isinstance(statements, list | dict) or not statements:
        raise AwsError("MalformedPolicyDocumentException", "The policy is not a valid JSON document with statements")


def install() -> None:
    """Have moto's KMS look at the policies that it is given."""
    from moto.kms.responses import KmsResponse

    def checked(original: Any) -> Any:
        @functools.wraps(original)
        def method(self: Any) -> Any:
            check_policy(self._get_param("Policy"))
            return original(self)

        return method

    for operation in TAKES_A_POLICY:
        setattr(KmsResponse, operation, checked(getattr(KmsResponse, operation)))
