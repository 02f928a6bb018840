"""Load balancers in front of a NAT gateway's route: one facing the internet makes infrastructure, an internal one not.

front [faces the internet], quiet [internal], work -> public [NAT] -> igw
"""

import pulumi_aws as aws

from tests.scenarios.parts import guard_dns, nat, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
fronts = [subnet(f"front-{z}", vpc, f"10.0.{n}.0/24", z) for n, z in enumerate("ab")]
quiets = [subnet(f"quiet-{z}", vpc, f"10.0.{n}.0/24", z) for n, z in enumerate("ab", 2)]
public = subnet("public", vpc, "10.0.9.0/28")
aws.lb.LoadBalancer("front", subnets=[one.id for one in fronts])
aws.lb.LoadBalancer("quiet", subnets=[one.id for one in quiets], internal=True)
route("public-out", table("public", vpc, public), gateway_id=igw.id)
outward = table("outward", vpc, *fronts, *quiets)
route("out", outward, nat_gateway_id=nat("nat", public).id)
s3("s3", vpc, outward)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "egress-through-firewall refuted quiet-a,quiet-b",
    "same-zone-endpoint refuted quiet-b",
]
UP = PREVIEW
