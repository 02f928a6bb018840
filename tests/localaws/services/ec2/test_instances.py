"""Instances: groups, interfaces, addresses."""

from __future__ import annotations

import pytest


@pytest.fixture
def groups(ec2, network):
    return [
        ec2.create_security_group(GroupName=name, Description=name, VpcId=network["vpc"])["GroupId"]
        for name in ("one", "two")
    ]


@pytest.fixture
def launch(ec2, network, image):
    def run(**more):
        place = {} if "NetworkInterfaces" in more else {"SubnetId": network["subnets"]["a"]}
        answer = ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, **place, **more)
        return answer["Instances"][0]["InstanceId"]

    return run


def described(ec2, instance):
    return ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]


def shown(ec2, instance):
    """Groups of an instance as it tells them, as its interface does, and as the interface's own description does."""
    found = described(ec2, instance)
    (interface,) = found["NetworkInterfaces"]
    (own,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface["NetworkInterfaceId"]])["NetworkInterfaces"]
    return [
        [group["GroupId"] for group in item] for item in (found["SecurityGroups"], interface["Groups"], own["Groups"])
    ]


def test_groups_of_an_instance_are_its_interfaces_however_they_are_changed(ec2, launch, groups):
    one, two = groups
    instance = launch(SecurityGroupIds=[one])
    assert shown(ec2, instance) == [[one]] * 3
    ec2.modify_instance_attribute(InstanceId=instance, Groups=[two])
    assert shown(ec2, instance) == [[two]] * 3
    interface = described(ec2, instance)["NetworkInterfaces"][0]["NetworkInterfaceId"]
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[one])
    assert shown(ec2, instance) == [[one]] * 3


def test_an_instance_without_groups_has_the_default_one(ec2, launch, network):
    (default,) = {group for found in shown(ec2, launch()) for group in found}
    (found,) = ec2.describe_security_groups(GroupIds=[default])["SecurityGroups"]
    assert (found["GroupName"], found["VpcId"]) == ("default", network["vpc"])


def test_an_interface_of_ones_own_outlives_the_instance(ec2, launch, network):
    interface = ec2.create_network_interface(SubnetId=network["subnets"]["a"])["NetworkInterface"]["NetworkInterfaceId"]
    instance = launch(NetworkInterfaces=[{"DeviceIndex": 0, "NetworkInterfaceId": interface}])
    ec2.terminate_instances(InstanceIds=[instance])
    (found,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"]
    assert found["Status"] == "available"


def test_a_zone_that_does_not_offer_the_type_refuses_the_launch(aws, refused):
    ec2 = aws("ec2", "us-east-1")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24", AvailabilityZone="us-east-1e")["Subnet"]["SubnetId"]
    image = next(i for i in ec2.describe_images(Owners=["amazon"])["Images"] if i["Architecture"] == "x86_64")
    with refused("Unsupported", "(t3.micro) is not supported in your requested Availability Zone (us-east-1e)"):
        ec2.run_instances(ImageId=image["ImageId"], InstanceType="t3.micro", MinCount=1, MaxCount=1, SubnetId=subnet)
