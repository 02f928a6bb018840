"""An S3 bucket that nobody but its account can read, whose objects expire, and that goes with its stack."""

import json
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components.common.component import Component
from components.common.environment import Environment
from components.common.safekeeping import LOCK_MODES, Safekeeping


@dataclass(frozen=True, kw_only=True)
class PrivateBucketArgs:
    """Arguments of `PrivateBucket`."""

    environment: Environment
    expire_days: int
    """Days after which objects are deleted."""
    kms_key_arn: pulumi.Input[str] | None = None
    """Customer managed key; S3's own keys (AES256) without it."""
    log_delivery: bool = False
    """Let the log delivery service of this account and Region write here."""
    safekeeping: Safekeeping = field(default_factory=Safekeeping)
    """Whether it outlives its stack, and who may delete objects before they expire."""


class PrivateBucket(Component):
    """Bucket, public access block, encryption, expiry and a policy that refuses plain HTTP."""

    bucket_name: pulumi.Output[str]
    arn: pulumi.Output[str]
    """Known once the bucket's policy is there: AWS tries a delivery when it is set up, and writes a policy of its own
    into a bucket that does not let it in yet."""

    def __init__(self, name: str, args: PrivateBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        keeping = args.safekeeping
        # All of it stays or nothing: a bucket that is kept without its settings would be open.
        opts = keeping.options(self)
        # force_destroy: a bucket of a lab goes in the same `pulumi destroy`, with what is in it.
        bucket = aws.s3.Bucket(name, force_destroy=not keeping.retain, opts=opts)
        self.bucket_name = bucket.bucket
        access = aws.s3.BucketPublicAccessBlock(
            f"{name}-private",
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=opts,
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=bucket.bucket,
            rules=[_encryption_rule(args.kms_key_arn)],
            opts=opts,
        )
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-expiry",
            bucket=bucket.bucket,
            rules=[_expiry(args)],
            opts=opts,
        )
        if keeping.lock != "none":
            self._lock(name, bucket, args)
        policy = aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.bucket,
            policy=bucket.arn.apply(
                lambda arn: json.dumps(bucket_policy(arn, args.environment, log_delivery=args.log_delivery))
            ),
            # S3 answers OperationAborted when both are changed at the same time.
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[access])),
        )
        self.arn = pulumi.Output.all(bucket.arn, policy.id).apply(lambda made: str(made[0]))
        self.finish()

    def _lock(self, name: str, bucket: aws.s3.Bucket, args: PrivateBucketArgs) -> None:
        opts, lock = args.safekeeping.options(self), args.safekeeping.lock
        versioning = aws.s3.BucketVersioning(
            f"{name}-versions",
            bucket=bucket.bucket,
            versioning_configuration={"status": "Enabled"},
            opts=opts,
        )
        if lock in LOCK_MODES:
            aws.s3.BucketObjectLockConfiguration(
                f"{name}-lock",
                bucket=bucket.bucket,
                rule={"default_retention": {"mode": lock.upper(), "days": args.expire_days}},
                # S3 locks versions: without versioning it refuses.
                opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[versioning])),
            )


def _expiry(args: PrivateBucketArgs) -> aws.s3.BucketLifecycleConfigurationRuleArgs:
    old = aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(noncurrent_days=args.expire_days)
    return aws.s3.BucketLifecycleConfigurationRuleArgs(
        id="expire",
        status="Enabled",
        filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
        expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=args.expire_days),
        abort_incomplete_multipart_upload=aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
            days_after_initiation=1
        ),
        # Without a lock, too: versions outlive the lock that made them, and S3 takes the rule where there are none.
        noncurrent_version_expiration=old,
    )


def bucket_policy(arn: str, environment: Environment, *, log_delivery: bool) -> dict[str, Any]:
    """Return the policy of a private bucket: no plain HTTP, and log delivery for this account alone.

    The delivery statements are those that AWS asks for ("Logs sent to Amazon S3", CloudWatch Logs user guide), with
    the account conditions that keep others' logs out.
    """
    statements: list[dict[str, Any]] = [
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]
    if log_delivery:
        own = {
            "StringEquals": {"aws:SourceAccount": environment.account},
            "ArnLike": {"aws:SourceArn": environment.arn("logs", "*")},
        }
        delivery = {"Service": "delivery.logs.amazonaws.com"}
        statements += [
            {
                "Sid": "AWSLogDeliveryWrite",
                "Effect": "Allow",
                "Principal": delivery,
                "Action": "s3:PutObject",
                "Resource": f"{arn}/AWSLogs/{environment.account}/*",
                "Condition": {
                    **own,
                    "StringEquals": {**own["StringEquals"], "s3:x-amz-acl": "bucket-owner-full-control"},
                },
            },
            {
                "Sid": "AWSLogDeliveryAclCheck",
                "Effect": "Allow",
                "Principal": delivery,
                "Action": ["s3:GetBucketAcl", "s3:ListBucket"],
                "Resource": arn,
                "Condition": own,
            },
        ]
    return {"Version": "2012-10-17", "Statement": statements}


def _encryption_rule(kms_key_arn: pulumi.Input[str] | None) -> aws.s3.BucketServerSideEncryptionConfigurationRuleArgs:
    algorithm = "AES256" if kms_key_arn is None else "aws:kms"
    return aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
        apply_server_side_encryption_by_default=(
            aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                sse_algorithm=algorithm, kms_master_key_id=kms_key_arn
            )
        ),
        bucket_key_enabled=kms_key_arn is not None,
    )
