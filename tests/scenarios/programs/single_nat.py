"""Two zones, a NAT gateway in each downstream of its firewall endpoint, return routes by workload subnet: all sound.

work-a -> fire-a [firewall] -> public-a [NAT] -> igw -> internet
work-b -> fire-b [firewall] -> public-b [NAT] -> igw
"""

import pulumi_aws as aws

from tests.scenarios.parts import endpoint, firewall, guard_dns, in_subnets, nat, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = {z: subnet(f"work-{z}", vpc, f"10.0.{n}.0/24", z) for n, z in enumerate("ab")}
fire = {z: subnet(f"fire-{z}", vpc, f"10.0.{n}.0/28", z) for n, z in enumerate("ab", 100)}
public = {z: subnet(f"public-{z}", vpc, f"10.0.{n}.0/28", z) for n, z in enumerate("ab", 200)}
fw = firewall("fw", **in_subnets(vpc, *fire.values()))
for n, z in enumerate("ab"):
    gateway = nat(f"nat-{z}", public[z])
    work_table = table(f"work-{z}", vpc, work[z])
    route(f"work-{z}-out", work_table, vpc_endpoint_id=endpoint(fw, fire[z]))
    route(f"fire-{z}-out", table(f"fire-{z}", vpc, fire[z]), nat_gateway_id=gateway.id)
    public_table = table(f"public-{z}", vpc, public[z])
    route(f"public-{z}-out", public_table, gateway_id=igw.id)
    route(f"public-{z}-back", public_table, f"10.0.{n}.0/24", vpc_endpoint_id=endpoint(fw, fire[z]))
    s3(f"s3-{z}", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW: list[str] = []
UP = PREVIEW
