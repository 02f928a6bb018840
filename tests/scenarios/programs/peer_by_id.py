"""A peering with a VPC that is known by id alone.

work -> peering -> vpc-elsewhere (?)           10.99.0.0/16
"""

import pulumi_aws as aws

from tests.scenarios.parts import guard_dns, route, s3, subnet, table

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
work = subnet("work", vpc, "10.0.0.0/24")
peering = aws.ec2.VpcPeeringConnection(
    "peering", vpc_id=vpc.id, peer_vpc_id="vpc-0123456789abcdef0", peer_owner_id="210987654321"
)
work_table = table("work", vpc, work)
route("there", work_table, "10.99.0.0/16", vpc_peering_connection_id=peering.id)
s3("s3", vpc, work_table)
guard_dns(vpc=vpc.id)

PREVIEW = [
    "east-west-through-firewall undecided work",
]
UP = PREVIEW
