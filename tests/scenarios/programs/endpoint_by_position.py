"""Endpoints are taken by their position in `sync_states`, whose order is AWS's own: the ways out are crossed over.

work-a -> firewall (some zone) -> NAT of that zone      work-b likewise
replies: by the right endpoint, which is the wrong one then
"""

import pulumi
import pulumi_aws as aws

from tests.scenarios.parts import endpoint, firewall, guard_dns, in_subnets, nat, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = {z: subnet(f"work-{z}", vpc, f"10.0.{n}.0/24", z) for n, z in enumerate("ab")}
fire = {z: subnet(f"fire-{z}", vpc, f"10.0.{n}.0/28", z) for n, z in enumerate("ab", 100)}
fw = firewall("fw", **in_subnets(vpc, *fire.values()))


def nth(n: int) -> pulumi.Output[str]:
    return fw.firewall_statuses.apply(lambda found: found[0]["sync_states"][n]["attachments"][0]["endpoint_id"])


tables = []
for n, z in enumerate("ab"):
    public = subnet(f"public-{z}", vpc, f"10.0.{200 + n}.0/28", z)
    public_table = table(f"public-{z}", vpc, public)
    route(f"public-{z}-out", public_table, gateway_id=igw.id)
    tables.append(table(f"work-{z}", vpc, work[z]))
    route(f"work-{z}-out", tables[-1], vpc_endpoint_id=nth(n))
    route(f"fire-{z}-out", table(f"fire-{z}", vpc, fire[z]), nat_gateway_id=nat(f"nat-{z}", public).id)
    route(f"public-back-{z}", public_table, f"10.0.{n}.0/24", vpc_endpoint_id=endpoint(fw, fire[z]))
s3("s3", vpc, *tables)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "same-zone-endpoint undecided work-a-out,work-b-out",
]
UP = [
    "symmetric-return refuted work-a,work-b",
    "same-zone-endpoint refuted work-a,work-b",
]
