"""Where a firewall's ALERT and FLOW records go: a CloudWatch log group, an S3 bucket, or nowhere, chosen separately."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pulumi
import pulumi_aws as aws

from components.common.private_bucket import PrivateBucket, PrivateBucketArgs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.common.environment import Environment

LogDestination = Literal["cloudwatch", "s3", "none"]
LogType = Literal["ALERT", "FLOW"]

VENDED_LOGS = "/aws/vendedlogs"
"""Log groups below this name are covered by one resource policy that AWS keeps itself; any other name would take one
of the ten resource policies that a Region allows."""


@dataclass(frozen=True, kw_only=True)
class LoggingArgs:
    """What happens to a firewall's records.

    :param alert: destination of what rules matched, TLS server names and HTTP hosts included.
    :param flow: destination of one record per flow and direction, with packets and bytes.
    :param log_group_prefix: unique in account and Region; log groups are called ``/aws/vendedlogs/PREFIX/alert``.
    :param retention_days: for both kinds of destination; one of the values that CloudWatch Logs offers.
    :param kms_key_arn: key that CloudWatch Logs and log delivery may use (see ``LogKey``); AWS-owned keys without it.
    """

    log_group_prefix: str
    alert: LogDestination = "cloudwatch"
    flow: LogDestination = "s3"
    retention_days: int = 30
    kms_key_arn: pulumi.Input[str] | None = None

    def by_type(self) -> Mapping[LogType, LogDestination]:
        """Return the destination of each log type."""
        return {"ALERT": self.alert, "FLOW": self.flow}


@dataclass(frozen=True, kw_only=True)
class LogTarget:
    """Where records of one type can be read: ``name`` is a log group or a bucket, empty where nothing is logged."""

    type: LogDestination
    name: pulumi.Input[str] = ""
    prefix: str = ""

    def output(self) -> dict[str, pulumi.Input[str]]:
        """Return it as a stack output."""
        return {"type": self.type, "name": self.name, "prefix": self.prefix}


class FirewallLogging(pulumi.ComponentResource):
    """The log groups and the bucket that the chosen destinations need, and the firewall's logging configuration.

    A switch of destination makes the new one first, then changes the configuration, and deletes the old destination
    with all its records last.
    """

    alert: LogTarget
    flow: LogTarget

    def __init__(
        self,
        name: str,
        args: LoggingArgs,
        *,
        firewall_arn: pulumi.Input[str],
        environment: Environment,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("inspected-egress:components:FirewallLogging", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        destinations = args.by_type()

        self.bucket: PrivateBucket | None = None
        if "s3" in destinations.values():
            self.bucket = PrivateBucket(
                f"{name}-bucket",
                PrivateBucketArgs(
                    expire_days=args.retention_days,
                    kms_key_arn=args.kms_key_arn,
                    log_delivery=True,
                    environment=environment,
                ),
                opts=child,
            )

        targets: dict[LogType, LogTarget] = {}
        configs = []
        for log_type, destination in destinations.items():
            if destination == "cloudwatch":
                group = aws.cloudwatch.LogGroup(
                    f"{name}-{log_type.lower()}",
                    name=f"{VENDED_LOGS}/{args.log_group_prefix}/{log_type.lower()}",
                    retention_in_days=args.retention_days,
                    kms_key_id=args.kms_key_arn,
                    opts=child,
                )
                targets[log_type] = LogTarget(type="cloudwatch", name=group.name)
                configs.append(_config(log_type, "CloudWatchLogs", {"logGroup": group.name}))
            elif destination == "s3" and self.bucket is not None:
                targets[log_type] = LogTarget(type="s3", name=self.bucket.bucket_name)
                configs.append(_config(log_type, "S3", {"bucketName": self.bucket.bucket_name}))
            else:
                targets[log_type] = LogTarget(type="none")
        self.alert = targets["ALERT"]
        self.flow = targets["FLOW"]

        if configs:
            aws.networkfirewall.LoggingConfiguration(
                f"{name}-configuration",
                firewall_arn=firewall_arn,
                logging_configuration=aws.networkfirewall.LoggingConfigurationLoggingConfigurationArgs(
                    log_destination_configs=configs
                ),
                # AWS tries the delivery when it is configured: the bucket must let it in by then.
                opts=child.merge(pulumi.ResourceOptions(depends_on=[self.bucket] if self.bucket else [])),
            )
        self.register_outputs({})


def _config(
    log_type: LogType, destination_type: str, destination: Mapping[str, pulumi.Input[str]]
) -> aws.networkfirewall.LoggingConfigurationLoggingConfigurationLogDestinationConfigArgs:
    return aws.networkfirewall.LoggingConfigurationLoggingConfigurationLogDestinationConfigArgs(
        log_type=log_type,
        log_destination_type=destination_type,
        log_destination=destination,
    )
