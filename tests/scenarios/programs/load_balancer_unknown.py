"""Whether a load balancer faces the internet comes from another resource: its subnets aren't taken for infrastructure.

front -> igw
"""

import pulumi
import pulumi_aws as aws

from tests.scenarios.parts import guard_dns, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
fronts = [subnet(f"front-{z}", vpc, f"10.0.{n}.0/24", z) for n, z in enumerate("ab")]
subnet("isolated", vpc, "10.0.8.0/24")
setting = aws.ssm.Parameter("internal", name="internal", type="String", value="no")
internal: pulumi.Output[bool] = setting.id.apply(lambda known: known == "internal")
aws.lb.LoadBalancer("front", subnets=[one.id for one in fronts], internal=internal)
outward = table("outward", vpc, *fronts)
route("out", outward, gateway_id=igw.id)
s3("s3", vpc, outward)
guard_dns(vpc=vpc.id)

PREVIEW = ["egress-through-firewall undecided front-a,front-b"]
UP: list[str] = []
