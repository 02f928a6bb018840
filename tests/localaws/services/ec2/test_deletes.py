"""Deletes that are refused while something depends on the thing, and what goes along when they succeed."""

from __future__ import annotations

import pytest


@pytest.fixture
def group(ec2, network):
    return ec2.create_security_group(GroupName="own", Description="own", VpcId=network["vpc"])["GroupId"]


@pytest.fixture
def instance(ec2, image, group, network):
    answer = ec2.run_instances(
        ImageId=image,
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        SubnetId=network["subnets"]["a"],
        SecurityGroupIds=[group],
    )
    return answer["Instances"][0]["InstanceId"]


def test_an_instance_holds_its_subnet_and_group_until_it_is_terminated(ec2, instance, group, network, refused):
    subnet = network["subnets"]["a"]
    with refused("DependencyViolation"):
        ec2.delete_subnet(SubnetId=subnet)
    with refused("DependencyViolation", "dependent object"):
        ec2.delete_security_group(GroupId=group)
    ec2.terminate_instances(InstanceIds=[instance])
    ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_security_group(GroupId=group)
    assert subnet not in {item["SubnetId"] for item in ec2.describe_subnets()["Subnets"]}
    assert not [item for item in ec2.describe_network_interfaces()["NetworkInterfaces"] if item["SubnetId"] == subnet]


def test_a_group_that_a_rule_names_stays(ec2, group, network, refused):
    other = ec2.create_security_group(GroupName="other", Description="other", VpcId=network["vpc"])["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "UserIdGroupPairs": [{"GroupId": group}]}
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[rule])
    with refused("DependencyViolation", "dependent object"):
        ec2.delete_security_group(GroupId=group)
    ec2.revoke_security_group_ingress(GroupId=other, IpPermissions=[rule])
    ec2.delete_security_group(GroupId=group)
    assert group not in {item["GroupId"] for item in ec2.describe_security_groups()["SecurityGroups"]}


def test_the_default_group_and_the_main_table_stay(ec2, network, refused):
    of_vpc = [{"Name": "vpc-id", "Values": [network["vpc"]]}]
    (default,) = ec2.describe_security_groups(Filters=of_vpc)["SecurityGroups"]
    with refused("CannotDelete", "cannot be deleted by a user"):
        ec2.delete_security_group(GroupId=default["GroupId"])
    (main,) = ec2.describe_route_tables(Filters=of_vpc)["RouteTables"]
    with refused("DependencyViolation"):
        ec2.delete_route_table(RouteTableId=main["RouteTableId"])
    with refused("InvalidParameterValue", "main route table association"):
        ec2.disassociate_route_table(AssociationId=main["Associations"][0]["RouteTableAssociationId"])


def test_a_nat_gateway_holds_subnet_address_and_internet_gateway_until_it_is_gone(ec2, network, until, refused):
    subnet, gateway, vpc = network["subnets"]["public"], network["gateway"], network["vpc"]
    allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=allocation)["NatGateway"]["NatGatewayId"]
    with refused("DependencyViolation"):
        ec2.delete_subnet(SubnetId=subnet)
    with refused("InvalidIPAddress.InUse"):
        ec2.release_address(AllocationId=allocation)
    with refused("DependencyViolation", "mapped public address"):
        ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.delete_nat_gateway(NatGatewayId=nat)
    until(lambda: ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"][0]["State"] == "deleted")
    ec2.release_address(AllocationId=allocation)
    ec2.delete_subnet(SubnetId=subnet)
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    assert ec2.describe_addresses()["Addresses"] == []


@pytest.mark.parametrize("left", ["gateway", "group", "subnet", "table", "endpoint"])
def test_a_vpc_goes_last(ec2, network, refused, left):
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    if left == "gateway":
        made = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=made, VpcId=vpc)
    elif left == "group":
        ec2.create_security_group(GroupName="x", Description="x", VpcId=vpc)
    elif left == "subnet":
        ec2.create_subnet(VpcId=vpc, CidrBlock="10.8.0.0/24")
    elif left == "table":
        ec2.create_route_table(VpcId=vpc)
    else:
        ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.eu-west-1.s3")
    with refused("DependencyViolation", vpc):
        ec2.delete_vpc(VpcId=vpc)


def test_an_empty_vpc_takes_its_own_parts_along(ec2):
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    ec2.delete_vpc(VpcId=vpc)
    of_vpc = [{"Name": "vpc-id", "Values": [vpc]}]
    assert ec2.describe_network_acls(Filters=of_vpc)["NetworkAcls"] == []
    assert ec2.describe_route_tables(Filters=of_vpc)["RouteTables"] == []
    assert ec2.describe_security_groups(Filters=of_vpc)["SecurityGroups"] == []


def test_a_prefix_list_in_use_stays(ec2, network, refused):
    entries = [{"Cidr": "192.0.2.0/24"}]
    made = ec2.create_managed_prefix_list(PrefixListName="x", MaxEntries=2, AddressFamily="IPv4", Entries=entries)
    prefix_list = made["PrefixList"]["PrefixListId"]
    table = ec2.create_route_table(VpcId=network["vpc"])["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationPrefixListId=prefix_list, GatewayId=network["gateway"])
    with refused("DependencyViolation"):
        ec2.delete_managed_prefix_list(PrefixListId=prefix_list)
    ec2.delete_route(RouteTableId=table, DestinationPrefixListId=prefix_list)
    ec2.delete_managed_prefix_list(PrefixListId=prefix_list)
    names = {item["PrefixListName"] for item in ec2.describe_managed_prefix_lists()["PrefixLists"]}
    assert "x" not in names


def test_an_interface_in_use_stays(ec2, instance, refused):
    reservation = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]
    interface = reservation["Instances"][0]["NetworkInterfaces"][0]["NetworkInterfaceId"]
    with refused("InvalidParameterValue", "currently in use"):
        ec2.delete_network_interface(NetworkInterfaceId=interface)
