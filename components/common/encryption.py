"""The key that a stack's logs and alarm topic are encrypted with, and who may use it."""

import json
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.common.component import Component
from components.common.environment import Environment

DELETION_DAYS = 7
"""The shortest wait that KMS allows. A key that waits costs nothing and cannot be used."""


@dataclass(frozen=True, kw_only=True)
class LogKeyArgs:
    """Arguments of `LogKey`: where the program runs."""

    environment: Environment
    events: bool = False
    """Let EventBridge publish to a topic that is encrypted with it."""
    retain: bool = False
    """Keep it when the stack is destroyed: nobody reads records without it."""


class LogKey(Component):
    """A customer managed key, rotated yearly, for log groups, log delivery to S3 and an alarm topic of one account."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: LogKeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        opts = pulumi.ResourceOptions(parent=self, retain_on_delete=True if args.retain else None)
        key = aws.kms.Key(
            name,
            description=f"Logs and alarm topic of {name}",
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_DAYS,
            policy=json.dumps(key_policy(args.environment, events=args.events)),
            opts=opts,
        )
        aws.kms.Alias(f"{name}-alias", name=f"alias/{name}", target_key_id=key.key_id, opts=self._child)
        self.arn = key.arn
        self.finish()


def key_policy(environment: Environment, *, events: bool = False) -> dict[str, Any]:
    """Return the key's policy: the account decides by IAM, and three services may use it for what is this account's."""
    use = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AccountDecidesByIam",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{environment.partition}:iam::{environment.account}:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
            {
                # "Encrypt log data in CloudWatch Logs using AWS KMS": the log group's ARN is the encryption context.
                "Sid": "LogGroupsOfThisAccount",
                "Effect": "Allow",
                "Principal": {"Service": f"logs.{environment.region}.{_dns_suffix(environment)}"},
                "Action": use,
                "Resource": "*",
                "Condition": {
                    "ArnLike": {"kms:EncryptionContext:aws:logs:arn": environment.arn("logs", "log-group:*")}
                },
            },
            {
                # "Logs sent to Amazon S3", CloudWatch Logs user guide: delivery to a bucket with SSE-KMS.
                "Sid": "LogDeliveryOfThisAccount",
                "Effect": "Allow",
                "Principal": {"Service": "delivery.logs.amazonaws.com"},
                "Action": use,
                "Resource": "*",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": environment.account},
                    "ArnLike": {"aws:SourceArn": environment.arn("logs", "*")},
                },
            },
            {
                # Alarms cannot publish to a topic that is encrypted with the AWS managed key, whose policy lacks this.
                # Whose alarms and rules may publish is the topic's policy to say.
                "Sid": "AlarmsPublish",
                "Effect": "Allow",
                "Principal": {"Service": ["cloudwatch.amazonaws.com", "events.amazonaws.com"]}
                if events
                else {"Service": "cloudwatch.amazonaws.com"},
                "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
                "Resource": "*",
            },
        ],
    }


def _dns_suffix(environment: Environment) -> str:
    return "amazonaws.com.cn" if environment.partition == "aws-cn" else "amazonaws.com"
