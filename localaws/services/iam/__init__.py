"""IAM: AWS's own managed policies, each made known when somebody first names it.

moto has them all, but loads either all of them for every account, which takes seconds, or none.
"""

from __future__ import annotations

import functools
import json
from typing import Any, Final

TAKES_AN_ARN: Final = (
    "attach_role_policy",
    "attach_group_policy",
    "attach_user_policy",
    "get_policy",
    "get_policy_version",
)
"""Methods of moto's backend with a policy's ARN as first argument."""


@functools.cache
def managed_policies() -> dict[str, Any]:
    """Return what moto knows of AWS's managed policies, by name."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    found: dict[str, Any] = json.loads(aws_managed_policies_data)
    return found


def make_known(backend: Any, arn: str) -> None:
    """Give an account's backend the policy with this ARN, if it is one of AWS's and not there yet."""
    from moto.iam.models import AWSManagedPolicy

    path, _, name = arn.rpartition("/")
    if ":iam::aws:policy" not in path or arn in backend.managed_policies:
        return
    data = managed_policies().get(name)
    if data is None:
        return
    policy = AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, data)
    if policy.arn == arn:
        backend.managed_policies[arn] = policy
        backend.aws_managed_policies.append(policy)


def install() -> None:
    """Have moto's IAM look there first."""
    from moto.iam.models import IAMBackend

    def looking(original: Any) -> Any:
        @functools.wraps(original)
        def method(self: Any, policy_arn: str, *arguments: Any, **named: Any) -> Any:
            make_known(self, policy_arn)
            return original(self, policy_arn, *arguments, **named)

        return method

    for name in TAKES_AN_ARN:
        setattr(IAMBackend, name, looking(getattr(IAMBackend, name)))
