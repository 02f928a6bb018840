"""Two address families, two faults: IPv4's replies go to an endpoint known by its id alone, IPv6's skip the firewall.

work -> fire [firewall] -> igw
igw -> vpce-0123456789abcdef0 (?)     10.0.0.0/24
igw -> local                          2001:db8:1234:1a00::/64, for want of a route
"""

import pulumi_aws as aws

from tests.scenarios.parts import endpoint, firewall, guard_dns, in_subnets, route, s3, subnet, table

vpc = aws.ec2.Vpc(
    "vpc",
    cidr_block="10.0.0.0/16",
    ipv6_cidr_block="2001:db8:1234:1a00::/56",
    ipv6_ipam_pool_id="ipam-pool-0123456789abcdef0",
)
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = subnet("work", vpc, "10.0.0.0/24", ipv6_cidr_block="2001:db8:1234:1a00::/64")
fire = subnet("fire", vpc, "10.0.1.0/28", ipv6_cidr_block="2001:db8:1234:1a01::/64")
fw = firewall("fw", home=["10.0.0.0/8", "2001:db8:1234:1a00::/56"], **in_subnets(vpc, fire))
work_table = table("work", vpc, work)
fire_table = table("fire", vpc, fire)
edge = aws.ec2.RouteTable("edge", vpc_id=vpc.id)
aws.ec2.RouteTableAssociation("edge", route_table_id=edge.id, gateway_id=igw.id)
route("work-out", work_table, vpc_endpoint_id=endpoint(fw, fire))
route("fire-out", fire_table, gateway_id=igw.id)
route("edge-back", edge, "10.0.0.0/24", vpc_endpoint_id="vpce-0123456789abcdef0")
everything = "::/0"
aws.ec2.Route(
    "work-out-6",
    route_table_id=work_table.id,
    destination_ipv6_cidr_block=everything,
    vpc_endpoint_id=endpoint(fw, fire),
)
aws.ec2.Route("fire-out-6", route_table_id=fire_table.id, destination_ipv6_cidr_block=everything, gateway_id=igw.id)
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW = ["symmetric-return refuted work"]
UP = PREVIEW
