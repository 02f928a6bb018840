"""NAT gateways, and the addresses of interfaces."""

from __future__ import annotations


def test_a_nat_gateway_is_pending_and_then_available_with_an_address_of_its_subnet(ec2, network, until):
    allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(SubnetId=network["subnets"]["public"], AllocationId=allocation)["NatGateway"]
    assert made["State"] == "pending"
    assert made["NatGatewayAddresses"][0]["PrivateIp"] == "10.0.4.4"
    described = lambda: ec2.describe_nat_gateways(NatGatewayIds=[made["NatGatewayId"]])["NatGateways"][0]  # noqa: E731
    assert until(lambda: described()["State"] == "available")


def test_it_needs_an_internet_gateway_and_an_address_of_its_own(ec2, network, refused):
    allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    closed = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/24")["Subnet"]["SubnetId"]
    with refused("Gateway.NotAttached"):
        ec2.create_nat_gateway(SubnetId=closed, AllocationId=allocation)
    with refused("MissingParameter", "allocationId"):
        ec2.create_nat_gateway(SubnetId=network["subnets"]["public"])
    with refused("InvalidAllocationID.NotFound"):
        ec2.create_nat_gateway(SubnetId=network["subnets"]["public"], AllocationId="eipalloc-00000000000000000")
    ec2.create_nat_gateway(SubnetId=network["subnets"]["public"], AllocationId=allocation)
    with refused("Resource.AlreadyAssociated"):
        ec2.create_nat_gateway(SubnetId=network["subnets"]["a"], AllocationId=allocation)


def test_a_regional_nat_gateway_is_refused_by_name(ec2, network, refused):
    with refused("UnsupportedOperation", "CreateNatGateway:VpcId is not in the local AWS"):
        ec2.create_nat_gateway(AvailabilityMode="regional", VpcId=network["vpc"])


def test_interfaces_get_different_addresses_past_those_that_aws_keeps(ec2, network):
    made = [
        ec2.create_network_interface(SubnetId=network["subnets"]["a"])["NetworkInterface"]["PrivateIpAddress"]
        for _ in range(3)
    ]
    assert made == ["10.0.0.4", "10.0.0.5", "10.0.0.6"]
