"""VPCs and subnets as AWS makes them."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest


def test_members_of_a_default_group_may_talk_to_each_other_and_anybody_outside(ec2):
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    (group,) = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["SecurityGroups"]
    (ingress,), (egress,) = group["IpPermissions"], group["IpPermissionsEgress"]
    assert [pair["GroupId"] for pair in ingress["UserIdGroupPairs"]] == [group["GroupId"]]
    assert (ingress["IpProtocol"], egress["IpProtocol"], egress["IpRanges"]) == ("-1", "-1", [{"CidrIp": "0.0.0.0/0"}])


@pytest.mark.parametrize(
    ("subnet", "code"),
    [
        ({"CidrBlock": "10.1.0.0/29"}, "InvalidSubnet.Range"),
        ({"CidrBlock": "10.2.0.0/24"}, "InvalidSubnet.Range"),
        ({"CidrBlock": "10.1.0.1/24"}, "InvalidParameterValue"),
        ({"CidrBlock": "10.1.0.0/24", "AvailabilityZone": "us-east-1a"}, "InvalidParameterValue"),
    ],
)
def test_a_subnet_has_a_size_and_zone_that_aws_offers(ec2, refused, subnet, code):
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    with refused(code):
        ec2.create_subnet(VpcId=vpc, **subnet)


def test_a_subnet_gets_a_zone_of_its_region(ec2):
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/24")["Subnet"]
    by_id = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.1.0/24", AvailabilityZoneId=subnet["AvailabilityZoneId"])[
        "Subnet"
    ]
    assert subnet["AvailabilityZone"].startswith("eu-west-1")
    assert by_id["AvailabilityZone"] == subnet["AvailabilityZone"]


def test_an_elastic_address_is_public_and_nobody_elses(ec2):
    found = {ip_address(ec2.allocate_address(Domain="vpc")["PublicIp"]) for _ in range(5)}
    assert len(found) == 5
    assert all(address in ip_network("198.18.0.0/15") for address in found)
