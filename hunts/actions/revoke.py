"""Revokes the sessions of a role: credentials that were taken off the instance stop working, wherever they are used."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from hunts.actions.instance import Clients, Target
from hunts.actions.steps import Step, note
from hunts.backends.aws import code, messages, pages

POLICY = "AWSRevokeOlderSessions"
"""The name that IAM's own console gives to such a policy (IAM user guide, "Revoke IAM role temporary credentials").

A case's own has the case behind it: whoever revoked sessions before, and for whatever reason, keeps that.
"""


def policy(at: datetime) -> dict[str, Any]:
    """Return a policy that denies everything to sessions from before `at`."""
    until = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    condition = {"DateLessThan": {"aws:TokenIssueTime": until}}
    statement = {"Effect": "Deny", "Action": ["*"], "Resource": ["*"], "Condition": condition}
    return {"Version": "2012-10-17", "Statement": [statement]}


def revoke(clients: Clients, target: Target, profile: str, case: str, wanted: bool | None) -> Iterator[Step]:
    """Yield the step that revokes the sessions of a profile's role up to now; some slack covers clocks that differ.

    Where other instances use the role and it is not `wanted`, yields what it means to leave them.
    """
    iam, role = clients("iam"), _role_of(clients, profile)
    if not role:
        return
    shared = _others(clients, target, role)
    if wanted is False or (shared and wanted is None):
        why = f"{', '.join(shared)} would be interrupted, since they use it too" if shared else "as asked"
        yield note(
            "sessions",
            f"the sessions of role {role} are not revoked ({why}): credentials that were carried off work until they "
            "expire; --sessions revokes them",
        )
        return

    def act() -> dict[str, Any]:
        document = json.dumps(policy(datetime.now(UTC) + timedelta(minutes=1)))
        iam.put_role_policy(RoleName=role, PolicyName=f"{POLICY}-{case}", PolicyDocument=document)
        return {"role": role}

    text = f"revoke the sessions of role {role}"
    if shared:
        text += f"; {', '.join(shared)}, which use it too, are refused until their credentials are renewed"
    yield Step("sessions", text, not _there(iam, role, case), act)


def restore(clients: Clients, profile: str, case: str, *, asked: bool) -> Iterator[Step]:
    """Yield the step that takes this case's revocation off the role, if `asked`, or else a word that it stays."""
    iam, role = clients("iam"), _role_of(clients, profile)
    if not role or not _there(iam, role, case):
        return
    if not asked:
        yield note(
            "sessions",
            f"role {role} keeps the revocation of this case: it touches no session that begins from now on, and what "
            "was carried off stays dead; --sessions takes it off",
        )
        return

    def act() -> dict[str, Any]:
        iam.delete_role_policy(RoleName=role, PolicyName=f"{POLICY}-{case}")
        return {"role": role}

    yield Step("sessions back", f"take this case's revocation off role {role}", needed=True, act=act)


def _role_of(clients: Clients, profile: str) -> str:
    """Return the name of the role in an instance profile, given by its ARN; empty if it holds none."""
    with messages():
        answer = clients("iam").get_instance_profile(InstanceProfileName=profile.rsplit("/", 1)[-1])
    return next((role["RoleName"] for role in answer["InstanceProfile"]["Roles"]), "")


def _others(clients: Clients, target: Target, role: str) -> list[str]:
    """Return the other instances with the same role, by any profile: a revocation interrupts them, too."""
    listing = pages(clients("iam"), "list_instance_profiles_for_role", "InstanceProfiles", RoleName=role)
    profiles = {item["Arn"] for item in listing}
    associations = pages(clients("ec2"), "describe_iam_instance_profile_associations", "IamInstanceProfileAssociations")
    return sorted(
        {
            item["InstanceId"]
            for item in associations
            if item["IamInstanceProfile"]["Arn"] in profiles
            and item["InstanceId"] != target.id
            and item["State"] in ("associating", "associated")
        }
    )


def _there(iam: Any, role: str, case: str) -> bool:
    with messages():
        try:
            iam.get_role_policy(RoleName=role, PolicyName=f"{POLICY}-{case}")
        except ClientError as error:
            if code(error) == "NoSuchEntity":
                return False
            raise
    return True
