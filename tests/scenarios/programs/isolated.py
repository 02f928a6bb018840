"""A VPC without any way out: nothing can leave, nothing needs inspecting.

work (no route but local)
"""

import pulumi_aws as aws

from tests.scenarios.parts import guard_dns, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
table("work", vpc, subnet("work", vpc, "10.0.0.0/24"))
guard_dns(vpc=vpc.id)

PREVIEW: list[str] = []
UP = PREVIEW
