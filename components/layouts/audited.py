"""What a layout's scheduled audit is made from: the same for every layout that has a firewall."""

from collections.abc import Sequence
from typing import Protocol

import pulumi

from components.common.component import ArgumentError
from components.common.environment import Environment
from components.watch.scheduled_audit import ScheduledAuditArgs


class Audited(Protocol):
    """The arguments of a layout that say when it is audited."""

    @property
    def audit_schedule(self) -> str:
        """When, as EventBridge takes it."""

    @property
    def log_retention_days(self) -> int:
        """How long the audit's own log is kept."""


def audit_args(
    args: Audited,
    environment: Environment,
    vpc_ids: Sequence[pulumi.Input[str]],
    topic_arn: pulumi.Input[str] | None,
    kms_key_arn: pulumi.Input[str],
) -> ScheduledAuditArgs:
    """Return the arguments of the audit. Raises ArgumentError without a topic: nobody would be told."""
    if topic_arn is None:
        raise ArgumentError("audit_schedule: nobody would be told, unless alert_log is cloudwatch")
    return ScheduledAuditArgs(
        environment=environment,
        schedule=args.audit_schedule,
        vpc_ids=vpc_ids,
        topic_arn=topic_arn,
        kms_key_arn=kms_key_arn,
        log_retention_days=args.log_retention_days,
    )
