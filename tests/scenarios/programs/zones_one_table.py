"""Both zones' workloads share a table and its one endpoint; each NAT gateway answers by its own: some choice fits.

work-a, work-b -> fire-a [firewall] -> public-a [NAT] -> igw
"""

import pulumi_aws as aws

from tests.scenarios.by_zone import by_zone
from tests.scenarios.parts import firewall, guard_dns, in_subnets, nat, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = {z: subnet(f"work-{z}", vpc, f"10.0.{n}.0/24", z) for n, z in enumerate("ab")}
fire = {z: subnet(f"fire-{z}", vpc, f"10.0.{n}.0/28", z) for n, z in enumerate("ab", 100)}
public = {z: subnet(f"public-{z}", vpc, f"10.0.{n}.0/28", z) for n, z in enumerate("ab", 200)}
fw = firewall("fw", **in_subnets(vpc, *fire.values()))
work_table = table("work", vpc, *work.values())
route("work-out", work_table, vpc_endpoint_id=by_zone(fw, "a"))
for z in "ab":
    public_table = table(f"public-{z}", vpc, public[z])
    route(f"public-{z}-out", public_table, gateway_id=igw.id)
    route(f"public-{z}-back", public_table, "10.0.0.0/16", vpc_endpoint_id=by_zone(fw, z))
    route(f"fire-{z}-out", table(f"fire-{z}", vpc, fire[z]), nat_gateway_id=nat(f"nat-{z}", public[z]).id)
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "same-zone-endpoint undecided public-a-back,public-b-back,work-out",
]
UP = [
    "same-zone-endpoint refuted work-b",
]
