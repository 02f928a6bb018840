"""Buckets of others that workloads may reach past the firewall, as statements of the S3 endpoint's policy.

Names are exact, never patterns: anybody can make a bucket whose name begins like one of AWS's. Standard library only.
"""

from collections.abc import Mapping, Sequence
from typing import Any

ACCESS = ("read", "write")
AWS_BUCKETS: Mapping[str, Sequence[str]] = {
    # Amazon ECR User Guide, "Amazon ECR interface VPC endpoints": image layers come from it.
    "ECR": ("prod-{region}-starport-layer-bucket",),
    # Systems Manager User Guide, "SSM Agent communications with AWS managed S3 buckets". Those of Patch Manager end in
    # figures of the Region's own ("Amazon S3 buckets for patching operations"): they are named one by one.
    "SSM": (
        "aws-ssm-{region}",
        "amazon-ssm-{region}",
        "amazon-ssm-packages-{region}",
        "aws-ssm-document-attachments-{region}",
        "aws-windows-downloads-{region}",
        "{region}-birdwatcher-prod",
    ),
}
"""What stands for buckets of AWS's own, which can be read alone."""
MAX_BUCKETS = 80
"""Entries that a policy has room for, which may have 20,480 characters."""

_READ = ("s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket")
_WRITE = (*_READ, "s3:AbortMultipartUpload", "s3:PutObject")


def mistakes(buckets: Mapping[str, str]) -> list[str]:
    """Return what is wrong with buckets by access."""
    found = [
        f"{name} can be {' or '.join(ACCESS)}, not {access!r}"
        for name, access in buckets.items()
        if access not in ACCESS
    ]
    found += [
        f"{name} are AWS's own buckets, which can be read alone"
        for name, access in buckets.items()
        if name in AWS_BUCKETS and access == "write"
    ]
    # A bucket can be called `ssm`, and it would be somebody's.
    found += [f"{name} in capitals" for name in buckets if name not in AWS_BUCKETS and name.upper() in AWS_BUCKETS]
    return found


def statements(buckets: Mapping[str, str], *, partition: str, region: str) -> list[dict[str, Any]]:
    """Return the statements for buckets by access: none without buckets, one for each access otherwise."""
    own = {access: [name for name, wanted in buckets.items() if wanted == access] for access in ACCESS}
    names = {
        access: [real.format(region=region) for name in found for real in AWS_BUCKETS.get(name, (name,))]
        for access, found in own.items()
    }
    return [
        {
            "Sid": "OtherBuckets" if access == "read" else "OtherBucketsToWrite",
            "Effect": "Allow",
            "Principal": "*",
            "Action": list(_READ if access == "read" else _WRITE),
            "Resource": [f"arn:{partition}:s3:::{name}{part}" for name in found for part in ("", "/*")],
        }
        for access, found in names.items()
        if found
    ]
