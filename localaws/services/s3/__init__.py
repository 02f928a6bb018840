"""S3: bucket policies whose Deny has a condition, such as "TLS only", which moto applies to every request; and names.

Source of the names: S3 User Guide, "General purpose bucket naming rules".
"""

from __future__ import annotations

import functools
import json
import re
from typing import Any, Final

NAME: Final = re.compile(
    r"(?!\d+\.\d+\.\d+\.\d+$)(?!xn--|sthree-|amzn-s3-demo-)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
)


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
    """Have moto's buckets judge requests by what applies of their policy, and have names that S3 takes."""
    from moto.s3.exceptions import InvalidBucketName
    from moto.s3.models import FakeBucket, S3Backend

    create = S3Backend.create_bucket

    @functools.wraps(create)
    def create_bucket(self: Any, bucket_name: str, *arguments: Any, **named: Any) -> Any:
        if NAME.fullmatch(bucket_name) is None:
            raise InvalidBucketName
        return create(self, bucket_name, *arguments, **named)

    S3Backend.create_bucket = create_bucket

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
