"""An edge table whose inline routes all look the one zone's endpoint up: preview sees one look-up for two routes.

igw -> fire-a [firewall] -> work-a     10.0.0.0/24, looked up by fire-a
igw -> fire-a [firewall] -> work-b     10.0.1.0/24, looked up by fire-a too
"""

import pulumi_aws as aws

from tests.scenarios.parts import endpoint, firewall, guard_dns, in_subnets, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = {zone: subnet(f"work-{zone}", vpc, f"10.0.{n}.0/24", zone) for n, zone in enumerate("ab")}
fire = {zone: subnet(f"fire-{zone}", vpc, f"10.0.2.{16 * n}/28", zone) for n, zone in enumerate("ab")}
fw = firewall("fw", **in_subnets(vpc, *fire.values()))
tables = {zone: table(f"work-{zone}", vpc, one) for zone, one in work.items()}
for zone, one in tables.items():
    route(f"work-{zone}-out", one, vpc_endpoint_id=endpoint(fw, fire[zone]))
    route(f"fire-{zone}-out", table(f"fire-{zone}", vpc, fire[zone]), gateway_id=igw.id)
edge = aws.ec2.RouteTable(
    "edge",
    vpc_id=vpc.id,
    routes=[
        {"cidr_block": "10.0.0.0/24", "vpc_endpoint_id": endpoint(fw, fire["a"])},
        {"cidr_block": "10.0.1.0/24", "vpc_endpoint_id": endpoint(fw, fire["a"])},
    ],
)
aws.ec2.RouteTableAssociation("edge", route_table_id=edge.id, gateway_id=igw.id)
s3("s3", vpc, *tables.values())
guard_dns(vpc=vpc.id)

PREVIEW = ["symmetric-return undecided work-b"]
UP = ["symmetric-return refuted work-b"]
