"""The most that the role of a workload may ever do, whatever somebody writes into its policies later."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from components.workload.workload import ROLE_PATH, all_statements


def workload_boundary(
    name: str,
    statements: Sequence[pulumi.Input[Mapping[str, Any]]],
    *,
    session_manager: bool,
    opts: pulumi.ResourceOptions,
) -> pulumi.Output[str]:
    """Return the ARN of a permissions boundary that allows what these workloads' own policies do, and no more.

    Revoking sessions takes ``iam:PutRolePolicy``, and AWS cannot limit what such a policy says. It can ask for the
    role's boundary (condition key ``iam:PermissionsBoundary``), and within that a policy can only take rights away.
    """
    allowed = all_statements(statements, session_manager=session_manager)
    return aws.iam.Policy(
        f"{name}-boundary",
        path=ROLE_PATH,
        description="The most that a workload of this stack may do",
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": allowed}),
        opts=opts,
    ).arn
