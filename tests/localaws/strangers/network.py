"""A VPC as most people write it: public and private subnets in two zones, look-ups, access lists, endpoints."""

import pulumi
import pulumi_aws as aws

zones = aws.get_availability_zones(state="available").names[:2]
region = aws.get_region().region
vpc = aws.ec2.Vpc("shop", cidr_block="10.20.0.0/16", enable_dns_hostnames=True, ipv6_ipam_pool_id="ipam-pool-1")
igw = aws.ec2.InternetGateway("shop", vpc_id=vpc.id)
group = aws.ec2.SecurityGroup(
    "web",
    vpc_id=vpc.id,
    ingress=[{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"]}],
    egress=[{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}],
)
public, private = [], []
public_table = aws.ec2.RouteTable("public", vpc_id=vpc.id, routes=[{"cidr_block": "0.0.0.0/0", "gateway_id": igw.id}])
for n, zone in enumerate(zones):
    one = aws.ec2.Subnet(f"public-{n}", vpc_id=vpc.id, cidr_block=f"10.20.{n}.0/24", availability_zone=zone)
    aws.ec2.RouteTableAssociation(f"public-{n}", route_table_id=public_table.id, subnet_id=one.id)
    nat = aws.ec2.NatGateway(f"nat-{n}", subnet_id=one.id, allocation_id=aws.ec2.Eip(f"nat-{n}", domain="vpc").id)
    other = aws.ec2.Subnet(f"private-{n}", vpc_id=vpc.id, cidr_block=f"10.20.{n + 10}.0/24", availability_zone=zone)
    table = aws.ec2.RouteTable(f"private-{n}", vpc_id=vpc.id)
    aws.ec2.Route(f"out-{n}", route_table_id=table.id, destination_cidr_block="0.0.0.0/0", nat_gateway_id=nat.id)
    aws.ec2.RouteTableAssociation(f"private-{n}", route_table_id=table.id, subnet_id=other.id)
    public.append(one)
    private.append(other)

# Their arguments aren't known at a preview, so nobody is asked; the second is.
of_private = aws.ec2.get_route_table_output(subnet_id=private[0].id)
home = aws.ec2.get_vpc(default=True)
aws.ec2.NetworkAcl("shop", vpc_id=vpc.id, subnet_ids=[one.id for one in private])
aws.ec2.VpcEndpoint("ssm", vpc_id=vpc.id, vpc_endpoint_type="Interface", service_name=f"com.amazonaws.{region}.ssm")
aws.ec2.VpcDhcpOptions("shop", domain_name="shop.internal", domain_name_servers=["AmazonProvidedDNS"])
aws.ec2.ManagedPrefixList("offices", address_family="IPv4", max_entries=2, entries=[{"cidr": "192.0.2.0/24"}])
aws.ec2.LaunchTemplate("worker", image_id="ami-0123456789abcdef0", vpc_security_group_ids=[group.id])
aws.ec2.Instance(
    "worker",
    ami="ami-0123456789abcdef0",
    instance_type="t3.micro",
    subnet_id=private[0].id,
    credit_specification={"cpu_credits": "unlimited"},
)
pulumi.export("routes", of_private.routes)
pulumi.export("default", home.cidr_block)
