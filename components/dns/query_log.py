"""The resolver's query log: one configuration that all VPCs share, and the log group or bucket it writes to."""

from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.common.component import Component, TaggedArgs, refuse_unless
from components.common.environment import Environment
from components.common.log_target import VENDED_LOGS, LogTarget
from components.common.private_bucket import PrivateBucket, PrivateBucketArgs
from components.common.safekeeping import Safekeeping


@dataclass(frozen=True, kw_only=True)
class QueryLogArgs(TaggedArgs):
    """Arguments of `QueryLog`."""

    log_group_prefix: str
    """Unique in account and Region; the log group is called `/aws/vendedlogs/PREFIX/dns`."""
    destination: str = "cloudwatch"
    """`cloudwatch` or `s3`."""
    retention_days: int = 30
    """For both destinations."""
    kms_key_arn: pulumi.Input[str] | None = None
    """Key that CloudWatch Logs and log delivery may use (see `LogKey`); AWS-owned keys without it."""
    safekeeping: Safekeeping = field(default_factory=Safekeeping)
    """Whether records outlive the stack, and who may delete them before they expire."""
    environment: Environment | None = None
    """Where the program runs; looked up when left out."""

    def __post_init__(self) -> None:
        refuse_unless([("destination", self.destination, ("cloudwatch", "s3"))], of="a query log")


class QueryLog(Component):
    """A query logging configuration; `components.dns.firewall.DnsProtection` associates a VPC with it."""

    config_id: pulumi.Output[str]
    config_arn: pulumi.Output[str]
    log_name: pulumi.Output[str]
    """The log group or bucket that the log goes to."""

    def __init__(self, name: str, args: QueryLogArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        ready: list[pulumi.Resource] = []
        if args.destination == "cloudwatch":
            group = aws.cloudwatch.LogGroup(
                f"{name}-group",
                name=f"{VENDED_LOGS}/{args.log_group_prefix}/dns",
                retention_in_days=args.retention_days,
                kms_key_id=args.kms_key_arn,
                opts=args.safekeeping.options(self),
            )
            self.log_name, destination_arn = group.name, group.arn
        else:
            bucket = PrivateBucket(
                f"{name}-bucket",
                PrivateBucketArgs(
                    environment=Environment.given(args.environment, self),
                    expire_days=args.retention_days,
                    kms_key_arn=args.kms_key_arn,
                    log_delivery=True,
                    safekeeping=args.safekeeping,
                ),
                self._child,
            )
            # AWS tries the delivery when it is configured: the bucket must let it in by then.
            ready.append(bucket)
            self.log_name, destination_arn = bucket.bucket_name, bucket.arn
        self.target = LogTarget(type=args.destination, name=self.log_name)
        config = aws.route53.ResolverQueryLogConfig(
            f"{name}-config",
            destination_arn=destination_arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=ready),
        )
        self.config_id = config.id
        self.config_arn = config.arn
        self.finish()
