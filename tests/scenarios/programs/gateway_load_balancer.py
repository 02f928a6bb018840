"""The next hop is a Gateway Load Balancer endpoint: somebody's appliance inspects, no Network Firewall.

work -> door [GWLB endpoint] -> igw
"""

import pulumi_aws as aws

from tests.scenarios.parts import guard_dns, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = subnet("work", vpc, "10.0.0.0/24")
door = subnet("door", vpc, "10.0.1.0/28")
service = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
appliance = aws.ec2.VpcEndpoint(
    "appliance", vpc_id=vpc.id, service_name=service, vpc_endpoint_type="GatewayLoadBalancer", subnet_ids=[door.id]
)
work_table, door_table = table("work", vpc, work), table("door", vpc, door)
route("work-out", work_table, vpc_endpoint_id=appliance.id)
route("door-out", door_table, gateway_id=igw.id)
s3("s3", vpc, work_table, door_table)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "egress-through-firewall refuted work",
]
UP = PREVIEW
