"""The endpoint of a firewall of another VPC, made by an association, in a secondary CIDR; S3 by separate association.

work 100.64.0.0/24 -> fire [association of fw] -> public [NAT] -> igw      home: fw
"""

import pulumi_aws as aws

from tests.scenarios.parts import firewall, guard_dns, in_subnets, nat, route, subnet, table

home = aws.ec2.Vpc("home", cidr_block="10.9.0.0/16")
home_fire = subnet("home-fire", home, "10.9.0.0/28")
fw = firewall("fw", home=["100.64.0.0/16"], **in_subnets(home, home_fire))
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
more = aws.ec2.VpcIpv4CidrBlockAssociation("more", vpc_id=vpc.id, cidr_block="100.64.0.0/16")
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
work = aws.ec2.Subnet("work", vpc_id=more.vpc_id, cidr_block="100.64.0.0/24", availability_zone="eu-west-1a")
fire = subnet("fire", vpc, "10.0.1.0/28")
public = subnet("public", vpc, "10.0.2.0/28")
here = aws.networkfirewall.VpcEndpointAssociation(
    "here", firewall_arn=fw.arn, vpc_id=vpc.id, subnet_mapping={"subnet_id": fire.id}
)
inspected = here.vpc_endpoint_association_statuses.apply(
    lambda statuses: statuses[0]["association_sync_states"][0]["attachments"][0]["endpoint_id"]
)
gateway = nat("nat", public)
work_table, public_table = table("work", vpc, work), table("public", vpc, public)
route("work-out", work_table, vpc_endpoint_id=inspected)
route("fire-out", table("fire", vpc, fire), nat_gateway_id=gateway.id)
route("public-out", public_table, gateway_id=igw.id)
route("public-back", public_table, "100.64.0.0/24", vpc_endpoint_id=inspected)
door = aws.ec2.VpcEndpoint("s3", vpc_id=vpc.id, service_name="com.amazonaws.eu-west-1.s3", vpc_endpoint_type="Gateway")
aws.ec2.VpcEndpointRouteTableAssociation("s3-work", vpc_endpoint_id=door.id, route_table_id=work_table.id)
guard_dns(vpc=vpc.id)

PREVIEW: list[str] = []
UP = PREVIEW
