"""IAM: AWS's own managed policies, each made known when somebody first names it, and names and trust as AWS takes them.

moto has the policies all, but loads either all of them for every account, which takes seconds, or none.
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any, Final

from localaws.services.core import AwsError
from localaws.services.quotas.table import POLICIES_PER_ROLE, ROLES, Quota

if TYPE_CHECKING:
    from collections.abc import Callable

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


LONGEST_NAMES: Final = {"create_role": ("RoleName", 64), "create_instance_profile": ("InstanceProfileName", 128)}
"""Operation: the parameter that names the thing, and how many characters it takes."""


def check_name(parameter: str, name: str, longest: int) -> None:
    """Refuse a name that is too long, in the words of AWS's validation."""
    if len(name) > longest:
        raise AwsError(
            "ValidationError",
            f"1 validation error detected: Value '{name}' at '{parameter}' failed to satisfy constraint: Member must "
            f"have length less than or equal to {longest}",
        )


def check_trust(document: str) -> None:
    """Refuse a role's trust that is no policy at all; what it says is not judged."""
    try:
        statements = json.loads(document)["Statement"]
    except (ValueError, KeyError, TypeError):
        raise AwsError("MalformedPolicyDocument", "This policy contains invalid Json") from None
    if not isinstance(statements, list | dict):
        raise AwsError("MalformedPolicyDocument", "Syntax errors in policy.")


def _policies_then(backend: Any, policy_arn: str, role_name: str) -> int:
    role = backend.get_role(role_name)
    return len({*role.managed_policies, policy_arn})


def install() -> None:
    """Have moto's IAM look there first, and check what it is given."""
    from moto.iam.models import IAMBackend
    from moto.iam.responses import IamResponse

    def checked(original: Any, parameter: str, longest: int) -> Any:
        @functools.wraps(original)
        def method(self: Any) -> Any:
            name = self._get_param(parameter)
            check_name(parameter[0].lower() + parameter[1:], name, longest)
            if parameter == "RoleName":
                check_trust(self._get_param("AssumeRolePolicyDocument"))
            return original(self)

        return method

    def unattached(original: Any) -> Any:
        @functools.wraps(original)
        def method(self: Any, policy_arn: str) -> None:
            if any(policy_arn in role.managed_policies for role in self.roles.values()):
                raise AwsError("DeleteConflict", "Cannot delete a policy attached to entities.")
            original(self, policy_arn)

        return method

    def counted(original: Any, quota: Quota, count: Callable[..., int]) -> Any:
        @functools.wraps(original)
        def method(self: Any, *arguments: Any, **named: Any) -> Any:
            quota.check(self, count(self, *arguments, **named))
            return original(self, *arguments, **named)

        return method

    IAMBackend.delete_policy = unattached(IAMBackend.delete_policy)
    IAMBackend.create_role = counted(IAMBackend.create_role, ROLES, lambda self, *_, **__: len(self.roles) + 1)
    IAMBackend.attach_role_policy = counted(IAMBackend.attach_role_policy, POLICIES_PER_ROLE, _policies_then)

    for operation, (parameter, longest) in LONGEST_NAMES.items():
        setattr(IamResponse, operation, checked(getattr(IamResponse, operation), parameter, longest))

    def looking(original: Any) -> Any:
        @functools.wraps(original)
        def method(self: Any, policy_arn: str, *arguments: Any, **named: Any) -> Any:
            make_known(self, policy_arn)
            return original(self, policy_arn, *arguments, **named)

        return method

    for name in TAKES_AN_ARN:
        setattr(IAMBackend, name, looking(getattr(IAMBackend, name)))
