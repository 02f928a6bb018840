"""NAT gateways, and the addresses of interfaces."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError


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


def test_a_regional_nat_gateway_is_in_no_subnet_and_has_a_table_of_its_own(ec2, network, until):
    allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
    zones = [{"AvailabilityZone": "eu-west-1a", "AllocationIds": [allocation]}]
    made = ec2.create_nat_gateway(AvailabilityMode="regional", VpcId=network["vpc"], AvailabilityZoneAddresses=zones)
    identity = made["NatGateway"]["NatGatewayId"]

    def found():
        return ec2.describe_nat_gateways(NatGatewayIds=[identity])["NatGateways"][0]

    until(lambda: found()["State"] == "available")
    assert "SubnetId" not in found()
    (address,) = found()["NatGatewayAddresses"]
    assert (address["AllocationId"], address["AvailabilityZone"]) == (allocation, "eu-west-1a")
    (table,) = ec2.describe_route_tables(RouteTableIds=[found()["RouteTableId"]])["RouteTables"]
    assert network["gateway"] in [route.get("GatewayId") for route in table["Routes"]]
    with pytest.raises(ClientError, match=r"InvalidIPAddress\.InUse"):
        ec2.release_address(AllocationId=allocation)
    with pytest.raises(ClientError, match="mapped public address"):
        ec2.detach_internet_gateway(InternetGatewayId=network["gateway"], VpcId=network["vpc"])

    ec2.delete_nat_gateway(NatGatewayId=identity)
    until(lambda: found()["State"] == "deleted")
    ec2.release_address(AllocationId=allocation)
    with pytest.raises(ClientError, match="NotFound"):
        ec2.describe_route_tables(RouteTableIds=[table["RouteTableId"]])


def test_a_regional_nat_gateway_needs_a_vpc_and_addresses_and_takes_nothing_of_a_zonal_one(ec2, network, refused):
    allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
    regional = {"AvailabilityMode": "regional", "VpcId": network["vpc"]}
    with refused("UnsupportedOperation", "without AvailabilityZoneAddresses"):
        ec2.create_nat_gateway(**regional)
    with refused("InvalidParameterCombination", "SubnetId"):
        ec2.create_nat_gateway(**regional, SubnetId=network["subnets"]["public"])
    with refused("MissingParameter", "vpcId"):
        ec2.create_nat_gateway(AvailabilityMode="regional")
    nowhere = [{"AvailabilityZone": "eu-west-1x", "AllocationIds": [allocation]}]
    with refused("InvalidParameterValue", "eu-west-1x"):
        ec2.create_nat_gateway(**regional, AvailabilityZoneAddresses=nowhere)
    with refused("InvalidParameterCombination", "regional NAT gateway alone"):
        ec2.create_nat_gateway(VpcId=network["vpc"], SubnetId=network["subnets"]["public"], AllocationId=allocation)


def test_interfaces_get_different_addresses_past_those_that_aws_keeps(ec2, network):
    made = [
        ec2.create_network_interface(SubnetId=network["subnets"]["a"])["NetworkInterface"]["PrivateIpAddress"]
        for _ in range(3)
    ]
    assert made == ["10.0.0.4", "10.0.0.5", "10.0.0.6"]
