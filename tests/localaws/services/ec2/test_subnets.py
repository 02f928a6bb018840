"""Subnets with IPv6: which ranges AWS takes, what they give to those that start there, and when they can go."""

from __future__ import annotations

from ipaddress import IPv6Network

import pytest


@pytest.fixture
def vpc(ec2):
    return ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]["VpcId"]


@pytest.fixture
def ranges(ec2, vpc):
    """The /64s of the VPC's range."""
    (found,) = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]
    (block,) = found["Ipv6CidrBlockAssociationSet"]
    return [str(each) for each in IPv6Network(block["Ipv6CidrBlock"]).subnets(new_prefix=64)]


@pytest.fixture
def make(ec2, vpc):
    def subnet(six, four="10.0.0.0/24"):
        return ec2.create_subnet(VpcId=vpc, CidrBlock=four, Ipv6CidrBlock=six)["Subnet"]["SubnetId"]

    return subnet


def test_a_subnet_takes_a_64_of_its_vpc_that_no_other_has(make, ranges, refused):
    make(ranges[3])
    assert len(ranges) == 256
    with refused("InvalidSubnet.Conflict"):
        make(ranges[3], "10.0.1.0/24")
    with refused("InvalidSubnet.Range"):
        make("2001:db8::/64", "10.0.1.0/24")
    with refused("InvalidSubnet.Range"):
        make(ranges[4].replace("/64", "/65"), "10.0.1.0/24")
    with refused("InvalidParameterValue"):
        make("2001:db8::1/64", "10.0.1.0/24")


def test_what_starts_in_a_subnet_gets_an_address_where_the_subnet_says_so(ec2, make, ranges):
    def started():
        made = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]
        return [each["Ipv6Address"] for each in made["Ipv6Addresses"]]

    subnet = make(ranges[0])
    assert started() == []
    ec2.modify_subnet_attribute(SubnetId=subnet, AssignIpv6AddressOnCreation={"Value": True})
    assert len(started()) == 1


def test_an_instance_asks_for_addresses_only_where_there_are_some(ec2, vpc, image, refused):
    plain = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.9.0/24")["Subnet"]["SubnetId"]
    with refused("InvalidParameterValue"):
        ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=plain, Ipv6AddressCount=1)


def test_switches_of_a_subnet(ec2, vpc, make, ranges, refused):
    def told():
        (found,) = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"]
        return [found[name] for name in ("EnableDns64", "AssignIpv6AddressOnCreation")]

    subnet = make(ranges[0])
    assert told() == [False, False]
    ec2.modify_subnet_attribute(SubnetId=subnet, EnableDns64={"Value": True})
    assert told() == [True, False]
    with refused("InvalidParameterCombination"):
        ec2.modify_subnet_attribute(SubnetId=subnet, EnableDns64={"Value": True}, MapPublicIpOnLaunch={"Value": True})
    with refused("UnsupportedOperation"):
        ec2.modify_subnet_attribute(SubnetId=subnet, EnableLniAtDeviceIndex=1)
    plain = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.9.0/24")["Subnet"]["SubnetId"]
    for name in ("AssignIpv6AddressOnCreation", "EnableDns64"):
        with refused("InvalidParameterValue"):
            ec2.modify_subnet_attribute(SubnetId=plain, **{name: {"Value": True}})


def test_a_range_goes_only_when_nobody_has_an_address_of_it(ec2, vpc, make, ranges, refused):
    subnet = make(ranges[0])
    (found,) = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"]
    (association,) = (each["AssociationId"] for each in found["Ipv6CidrBlockAssociationSet"])
    (found,) = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]
    (whole,) = (each["AssociationId"] for each in found["Ipv6CidrBlockAssociationSet"])

    ec2.modify_subnet_attribute(SubnetId=subnet, AssignIpv6AddressOnCreation={"Value": True})
    with refused("InvalidCidrBlock.InUse", "assign-ipv6-address-on-creation"):
        ec2.disassociate_subnet_cidr_block(AssociationId=association)
    interface = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    ec2.modify_subnet_attribute(SubnetId=subnet, AssignIpv6AddressOnCreation={"Value": False})
    with refused("InvalidCidrBlock.InUse", "addresses in use"):
        ec2.disassociate_subnet_cidr_block(AssociationId=association)
    with refused("InvalidSubnet.Conflict"):
        ec2.associate_subnet_cidr_block(SubnetId=subnet, Ipv6CidrBlock=ranges[1])
    ec2.delete_network_interface(NetworkInterfaceId=interface)
    with refused("InvalidCidrBlock.InUse", "has a subnet within"):
        ec2.disassociate_vpc_cidr_block(AssociationId=whole)

    ec2.disassociate_subnet_cidr_block(AssociationId=association)
    ec2.associate_subnet_cidr_block(SubnetId=subnet, Ipv6CidrBlock=ranges[1])
    (found,) = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"]
    assert [each["Ipv6CidrBlock"] for each in found["Ipv6CidrBlockAssociationSet"]] == [ranges[1]]
    again = found["Ipv6CidrBlockAssociationSet"][0]["AssociationId"]
    ec2.disassociate_subnet_cidr_block(AssociationId=again)
    ec2.disassociate_vpc_cidr_block(AssociationId=whole)
