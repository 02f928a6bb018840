"""Revokes the sessions of a role: credentials that were taken off the instance stop working, wherever they are used."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from hunts.actions.case import Journal
from hunts.actions.instance import Clients, Target
from hunts.actions.steps import Step
from hunts.backends.aws import code, messages, pages

POLICY = "AWSRevokeOlderSessions"
"""The name that IAM's own console gives to such a policy (IAM user guide, "Revoke IAM role temporary credentials")."""


def policy(at: datetime) -> dict[str, Any]:
    """Return a policy that denies everything to sessions from before `at`."""
    until = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    condition = {"DateLessThan": {"aws:TokenIssueTime": until}}
    statement = {"Effect": "Deny", "Action": ["*"], "Resource": ["*"], "Condition": condition}
    return {"Version": "2012-10-17", "Statement": [statement]}


def role_of(clients: Clients, profile: str) -> str:
    """Return the name of the role in an instance profile, given by its ARN; empty if it holds none."""
    with messages():
        answer = clients("iam").get_instance_profile(InstanceProfileName=profile.rsplit("/", 1)[-1])
    return next((role["RoleName"] for role in answer["InstanceProfile"]["Roles"]), "")


def others(clients: Clients, target: Target, profile: str) -> list[str]:
    """Return the other instances with the same instance profile: a revocation interrupts them, too."""
    listing = pages(clients("ec2"), "describe_iam_instance_profile_associations", "IamInstanceProfileAssociations")
    return sorted(
        item["InstanceId"]
        for item in listing
        if item["IamInstanceProfile"]["Arn"] == profile and item["InstanceId"] != target.id
    )


def revoke(clients: Clients, role: str, journal: Journal) -> Step:
    """Return the step that revokes the role's sessions up to now; some slack covers clocks that differ."""
    iam = clients("iam")

    def act() -> dict[str, Any]:
        document = json.dumps(policy(datetime.now(UTC) + timedelta(minutes=1)))
        iam.put_role_policy(RoleName=role, PolicyName=POLICY, PolicyDocument=document)
        return {"role": role}

    done = journal.steps.get("sessions", {}).get("state") == "done"
    return Step("sessions", f"revoke the sessions of role {role}", not done, act)


def restore(clients: Clients, role: str) -> Step:
    """Return the step that takes the revocation off the role again."""
    iam = clients("iam")

    def act() -> dict[str, Any]:
        iam.delete_role_policy(RoleName=role, PolicyName=POLICY)
        return {"role": role}

    return Step("sessions", f"take the revocation off role {role}", _there(iam, role), act)


def _there(iam: Any, role: str) -> bool:
    try:
        iam.get_role_policy(RoleName=role, PolicyName=POLICY)
    except ClientError as error:
        if code(error) == "NoSuchEntity":
            return False
        with messages():
            raise
    return True
