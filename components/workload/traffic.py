"""What an instance needs to make the lab's traffic: two scripts, their lists, rights on the experiment's bucket."""

from collections.abc import Sequence
from typing import Any

import pulumi

from components.workload.cloud_config import CloudConfig, File, script

SITES_FILE = "/etc/inspected-egress/sites"
BUCKET_FILE = "/etc/inspected-egress/bucket"
SCRIPTS = ("visit-sites", "copy-s3")


def traffic_user_data(sites: Sequence[str], bucket_name: pulumi.Input[str]) -> pulumi.Output[CloudConfig]:
    """Return user data with ``visit-sites`` and ``copy-s3`` on the path, and what they visit and copy to."""
    return pulumi.Output.from_input(bucket_name).apply(
        lambda bucket: CloudConfig(
            files={
                **{f"/usr/local/bin/{name}": script(name) for name in SCRIPTS},
                SITES_FILE: File(content="".join(f"{site}\n" for site in sites)),
                BUCKET_FILE: File(content=f"{bucket}\n"),
            }
        )
    )


def bucket_statements(bucket_arn: pulumi.Input[str]) -> list[pulumi.Output[dict[str, Any]]]:
    """Return the IAM statements that let a role list one bucket and read, write and delete what is in it."""
    arn = pulumi.Output.from_input(bucket_arn)
    return [
        arn.apply(
            lambda bucket: {"Sid": "ListBucket", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": bucket}
        ),
        arn.apply(
            lambda bucket: {
                "Sid": "CopyFiles",
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
                "Resource": f"{bucket}/*",
            }
        ),
    ]
