"""S3 bucket policies whose Deny has a condition, such as "TLS only", which moto applies to every request."""

from __future__ import annotations

import functools
import json
from typing import Any


def applicable(policy: bytes) -> bytes:
    """Leave those denials out of a policy that do not concern the caller.

    A Deny on `aws:SecureTransport` false is for plain HTTP. The local AWS stands for one that is reached by TLS: on
    loopback there is none, and a stack with such a policy must work here as it does there. Other conditions of a Deny
    can't be judged by moto, which takes an unmet condition for a met one; they are left out as well.
    """
    document = json.loads(policy)
    statements = document.get("Statement", [])
    given = statements if isinstance(statements, list) else [statements]
    document["Statement"] = [s for s in given if not (s.get("Effect") == "Deny" and s.get("Condition"))]
    return json.dumps(document).encode()


def install() -> None:
    """Have moto's buckets judge requests by what applies of their policy."""
    from moto.s3.models import FakeBucket

    original = FakeBucket.get_permission

    @functools.wraps(original)
    def get_permission(self: Any, action: str, resource: str) -> Any:
        whole = self.policy
        if whole is None:
            return original(self, action, resource)
        try:
            # moto reads the attribute; one request is served at a time.
            self.policy = applicable(whole)
            return original(self, action, resource)
        finally:
            self.policy = whole

    FakeBucket.get_permission = get_permission
