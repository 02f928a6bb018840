"""The resolver's query log: one configuration that all VPCs share, and the log group or bucket it writes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.common.private_bucket import PrivateBucket, PrivateBucketArgs
from components.firewall.logs import VENDED_LOGS, LogTarget

if TYPE_CHECKING:
    from components.common.environment import Environment
    from components.firewall.logs import LogDestination


@dataclass(frozen=True, kw_only=True)
class QueryLogArgs:
    """Arguments of `QueryLog`.

    ``destination``: ``cloudwatch`` or ``s3``. ``log_group_prefix``: unique in account and Region; the log group is
    called ``/aws/vendedlogs/PREFIX/dns``. ``retention_days``: for both destinations.
    """

    environment: Environment
    destination: LogDestination
    log_group_prefix: str
    retention_days: int
    kms_key_arn: pulumi.Input[str] | None = None

    def __post_init__(self) -> None:
        if self.destination not in ("cloudwatch", "s3"):
            raise ValueError(f"a query log goes to cloudwatch or s3, not {self.destination}")


class QueryLog(pulumi.ComponentResource):
    """A query logging configuration; `components.dns.firewall.DnsProtection` associates a VPC with it."""

    config_id: pulumi.Output[str]
    config_arn: pulumi.Output[str]
    target: LogTarget

    def __init__(self, name: str, args: QueryLogArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("inspected-egress:components:QueryLog", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        ready: list[pulumi.Resource] = []
        if args.destination == "cloudwatch":
            group = aws.cloudwatch.LogGroup(
                f"{name}-group",
                name=f"{VENDED_LOGS}/{args.log_group_prefix}/dns",
                retention_in_days=args.retention_days,
                kms_key_id=args.kms_key_arn,
                opts=child,
            )
            destination_arn = group.arn
            self.target = LogTarget(type="cloudwatch", name=group.name)
        else:
            bucket = PrivateBucket(
                f"{name}-bucket",
                PrivateBucketArgs(
                    environment=args.environment,
                    expire_days=args.retention_days,
                    kms_key_arn=args.kms_key_arn,
                    log_delivery=True,
                ),
                child,
            )
            # AWS tries the delivery when it is configured: the bucket must let it in by then.
            ready.append(bucket)
            destination_arn = bucket.arn
            self.target = LogTarget(type="s3", name=bucket.bucket_name)
        config = aws.route53.ResolverQueryLogConfig(
            f"{name}-config",
            destination_arn=destination_arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=ready),
        )
        self.config_id = config.id
        self.config_arn = config.arn
        self.register_outputs({"configId": config.id, "configArn": config.arn})
