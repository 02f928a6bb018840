"""A bucket and a role: nothing for these policies to say.

(no network)
"""

import pulumi_aws as aws

from tests.scenarios.parts import reads_s3, trusted_by

bucket = aws.s3.Bucket("bucket")
role = aws.iam.Role("role", assume_role_policy=trusted_by("lambda"))
aws.iam.RolePolicy("reads", role=role.name, policy=reads_s3())

PREVIEW: list[str] = []
UP = PREVIEW
