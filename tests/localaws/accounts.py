"""A second account of the local AWS, for what accounts have to do with each other."""

from __future__ import annotations

from dataclasses import replace

from tests.pulumi_cli import Account

SPOKE_ACCOUNT = "444455556666"


def role_in(account_id: str) -> str:
    """A role that opens another account, as `assume_roles` of a provider names it."""
    return f"arn:aws:iam::{account_id}:role/deployer"


def other_account(local_aws: Account, account_id: str = SPOKE_ACCOUNT) -> Account:
    """The same local AWS as seen with keys of another account."""
    keys = local_aws.client("sts").assume_role(RoleArn=role_in(account_id), RoleSessionName="test")["Credentials"]
    seen = {"AWS_ACCESS_KEY_ID": keys["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"]}
    return replace(local_aws, env={**local_aws.env, **seen}, _clients={})
