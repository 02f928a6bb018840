"""Two zones share the table of their NAT gateways: its one route back can't name the endpoints of both.

work-a -> fire-a [firewall] -> public-a [NAT] -+-> igw
work-b -> fire-b [firewall] -> public-b [NAT] -+
replies: 10.0.0.0/16 -> one endpoint, whichever
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
public_table = table("public", vpc, *public.values())
route("public-out", public_table, gateway_id=igw.id)
tables = []
for z in "ab":
    tables.append(table(f"work-{z}", vpc, work[z]))
    route(f"work-{z}-out", tables[-1], vpc_endpoint_id=by_zone(fw, z))
    route(f"fire-{z}-out", table(f"fire-{z}", vpc, fire[z]), nat_gateway_id=nat(f"nat-{z}", public[z]).id)
route("public-back", public_table, "10.0.0.0/16", vpc_endpoint_id=by_zone(fw, "a"))
s3("s3", vpc, *tables)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "same-zone-endpoint undecided public-back,work-a-out,work-b-out",
    "symmetric-return refuted work-b",
]
UP = [
    "symmetric-return refuted work-b",
]
