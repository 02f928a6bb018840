"""A VPC with nothing but a NAT gateway's subnet: there is nobody whose packets could be judged.

public [NAT] -> igw
"""

import pulumi_aws as aws

from tests.scenarios.parts import nat, route, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
public = subnet("public", vpc, "10.0.0.0/28")
nat("nat", public)
route("public-out", table("public", vpc, public), gateway_id=igw.id)

PREVIEW = ["egress-through-firewall undecided "]
UP = PREVIEW
