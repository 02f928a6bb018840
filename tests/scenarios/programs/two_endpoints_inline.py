"""Inline routes merge their dependencies: at preview either endpoint may be the firewall's; at up one is not.

work -> fire [firewall] -> igw               0.0.0.0/0
work -> door [GWLB endpoint] -> igw          8.8.8.0/24
"""

import pulumi_aws as aws

from tests.scenarios.parts import ANY, endpoint, firewall, guard_dns, in_subnets, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = subnet("work", vpc, "10.0.0.0/24")
fire = subnet("fire", vpc, "10.0.1.0/28")
door = subnet("door", vpc, "10.0.2.0/28")
fw = firewall("fw", **in_subnets(vpc, fire))
service = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
appliance = aws.ec2.VpcEndpoint(
    "appliance", vpc_id=vpc.id, service_name=service, vpc_endpoint_type="GatewayLoadBalancer", subnet_ids=[door.id]
)
work_table = aws.ec2.RouteTable(
    "work",
    vpc_id=vpc.id,
    routes=[
        {"cidr_block": ANY, "vpc_endpoint_id": endpoint(fw, fire)},
        {"cidr_block": "8.8.8.0/24", "vpc_endpoint_id": appliance.id},
    ],
)
aws.ec2.RouteTableAssociation("work", route_table_id=work_table.id, subnet_id=work.id)
edge = aws.ec2.RouteTable("edge", vpc_id=vpc.id)
aws.ec2.RouteTableAssociation("edge", route_table_id=edge.id, gateway_id=igw.id)
route("edge-back", edge, "10.0.0.0/24", vpc_endpoint_id=endpoint(fw, fire))
route("fire-out", table("fire", vpc, fire), gateway_id=igw.id)
door_table = table("door", vpc, door)
route("door-out", door_table, gateway_id=igw.id)
s3("s3", vpc, work_table, door_table)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "egress-through-firewall undecided work",
]
UP = [
    "egress-through-firewall refuted work",
]
