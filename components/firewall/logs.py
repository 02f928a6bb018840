"""Where a firewall's ALERT and FLOW records go: a CloudWatch log group, an S3 bucket, or nowhere, chosen separately."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws

from components.common.component import Component, refuse_unless
from components.common.environment import Environment
from components.common.log_target import LOG_DESTINATIONS, VENDED_LOGS, LogTarget
from components.common.private_bucket import PrivateBucket, PrivateBucketArgs
from components.common.safekeeping import Safekeeping

LogType = Literal["ALERT", "FLOW"]
_Config = aws.networkfirewall.LoggingConfigurationLoggingConfigurationLogDestinationConfigArgs


@dataclass(frozen=True, kw_only=True)
class Logging:
    """What happens to a firewall's records."""

    log_group_prefix: str
    """Unique in account and Region; log groups are called `/aws/vendedlogs/PREFIX/alert` and `…/flow`."""
    alert: str = "cloudwatch"
    """Where ALERT records go (what rules matched, TLS server names and HTTP hosts): `cloudwatch`, `s3` or `none`."""
    flow: str = "s3"
    """Where FLOW records go (one per flow and direction, with packets and bytes): `cloudwatch`, `s3` or `none`."""
    retention_days: int = 30
    """For both kinds of destination; one of the values that CloudWatch Logs offers."""
    kms_key_arn: pulumi.Input[str] | None = None
    """Key that CloudWatch Logs and log delivery may use (see `LogKey`); AWS-owned keys without it."""
    safekeeping: Safekeeping = field(default_factory=Safekeeping)
    """Whether records outlive the stack, and who may delete them before they expire."""
    monitoring_dashboard: bool = False
    """AWS's own dashboard of the firewall, in its console, which queries these records."""

    def __post_init__(self) -> None:
        refuse_unless(
            [("alert", self.alert, LOG_DESTINATIONS), ("flow", self.flow, LOG_DESTINATIONS)], of="a firewall's records"
        )

    def by_type(self) -> Mapping[LogType, str]:
        """Return the destination of each log type."""
        return {"ALERT": self.alert, "FLOW": self.flow}


@dataclass(frozen=True, kw_only=True)
class FirewallLoggingArgs:
    """Arguments of `FirewallLogging`: whose records, what happens to them, and where the program runs."""

    firewall_arn: pulumi.Input[str]
    logging: Logging
    environment: Environment


class FirewallLogging(Component):
    """The log groups and the bucket that the chosen destinations need, and the firewall's logging configuration.

    A switch of destination makes the new one first, then changes the configuration, and deletes the old destination
    with all its records last. While the configuration changes nothing is logged: the AWS provider takes all
    destinations off before it puts one on.
    """

    def __init__(self, name: str, args: FirewallLoggingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        destinations = args.logging.by_type()
        bucket = self._bucket(name, args) if "s3" in destinations.values() else None
        targets: dict[LogType, LogTarget] = {}
        configs = []
        for log_type, destination in destinations.items():
            if destination == "cloudwatch":
                group = self._group(name, log_type, args.logging)
                targets[log_type] = LogTarget(type="cloudwatch", name=group)
                configs.append(_config(log_type, "CloudWatchLogs", {"logGroup": group}))
            elif destination == "s3" and bucket is not None:
                targets[log_type] = LogTarget(type="s3", name=bucket.bucket_name)
                configs.append(_config(log_type, "S3", {"bucketName": bucket.bucket_name}))
        self.alert = targets.get("ALERT", LogTarget())
        self.flow = targets.get("FLOW", LogTarget())
        if configs:
            aws.networkfirewall.LoggingConfiguration(
                f"{name}-configuration",
                firewall_arn=args.firewall_arn,
                logging_configuration=aws.networkfirewall.LoggingConfigurationLoggingConfigurationArgs(
                    log_destination_configs=configs
                ),
                enable_monitoring_dashboard=args.logging.monitoring_dashboard or None,
                # AWS tries the delivery when it is configured: the bucket must let it in by then.
                opts=pulumi.ResourceOptions(parent=self, depends_on=[bucket] if bucket else []),
            )
        self.finish()

    def _bucket(self, name: str, args: FirewallLoggingArgs) -> PrivateBucket:
        return PrivateBucket(
            f"{name}-bucket",
            PrivateBucketArgs(
                expire_days=args.logging.retention_days,
                kms_key_arn=args.logging.kms_key_arn,
                log_delivery=True,
                environment=args.environment,
                safekeeping=args.logging.safekeeping,
            ),
            self._child,
        )

    def _group(self, name: str, log_type: LogType, logging: Logging) -> pulumi.Output[str]:
        return aws.cloudwatch.LogGroup(
            f"{name}-{log_type.lower()}",
            name=f"{VENDED_LOGS}/{logging.log_group_prefix}/{log_type.lower()}",
            retention_in_days=logging.retention_days,
            kms_key_id=logging.kms_key_arn,
            opts=logging.safekeeping.options(self),
        ).name


def _config(log_type: LogType, destination_type: str, destination: Mapping[str, pulumi.Input[str]]) -> _Config:
    return _Config(log_type=log_type, log_destination_type=destination_type, log_destination=destination)
