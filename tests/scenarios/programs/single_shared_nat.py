"""One NAT gateway for two zones: each workload subnet's replies have a route to its own endpoint.

work-a -> fire-a [firewall] -+
work-b -> fire-b [firewall] -+-> public [NAT] -> igw
"""

import pulumi_aws as aws

from tests.scenarios.parts import endpoint, firewall, guard_dns, in_subnets, nat, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
public = subnet("public", vpc, "10.0.200.0/28")
gateway = nat("nat", public)
public_table = table("public", vpc, public)
route("public-out", public_table, gateway_id=igw.id)
work = {z: subnet(f"work-{z}", vpc, f"10.0.{n}.0/24", z) for n, z in enumerate("ab")}
fire = {z: subnet(f"fire-{z}", vpc, f"10.0.{n}.0/28", z) for n, z in enumerate("ab", 100)}
fw = firewall("fw", **in_subnets(vpc, *fire.values()))
tables = []
for n, z in enumerate("ab"):
    tables.append(table(f"work-{z}", vpc, work[z]))
    route(f"work-{z}-out", tables[-1], vpc_endpoint_id=endpoint(fw, fire[z]))
    route(f"fire-{z}-out", table(f"fire-{z}", vpc, fire[z]), nat_gateway_id=gateway.id)
    route(f"public-back-{z}", public_table, f"10.0.{n}.0/24", vpc_endpoint_id=endpoint(fw, fire[z]))
s3("s3", vpc, *tables)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "same-zone-endpoint refuted work-b",
]
UP = PREVIEW
