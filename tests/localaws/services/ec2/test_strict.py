"""Arguments that moto would ignore are refused by name."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda ec2: ec2.create_vpc(CidrBlock="10.1.0.0/16", Ipv6IpamPoolId="ipam-pool-0"), "CreateVpc:Ipv6IpamPoolId"),
        (lambda ec2: ec2.allocate_address(Domain="vpc", PublicIpv4Pool="pool"), "AllocateAddress:PublicIpv4Pool"),
        (
            lambda ec2: ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=2),
            "RunInstances:MaxCount",
        ),
    ],
)
def test_an_argument_that_moto_does_not_read_is_refused(ec2, refused, call, argument):
    with refused("UnsupportedOperation", f"ec2:{argument} is not in the local AWS"):
        call(ec2)


def test_a_dry_run_does_nothing(ec2, refused):
    with refused("DryRunOperation"):
        ec2.create_vpc(CidrBlock="10.1.0.0/16", DryRun=True)
    assert [vpc["CidrBlock"] for vpc in ec2.describe_vpcs()["Vpcs"]] == ["172.31.0.0/16"]


def test_images_and_instance_types_must_exist(ec2, network, image, refused):
    place = {"MinCount": 1, "MaxCount": 1, "SubnetId": network["subnets"]["a"]}
    with refused("InvalidAMIID.NotFound"):
        ec2.run_instances(ImageId="ami-00000000000000000", InstanceType="t3.micro", **place)
    with refused("InvalidParameterValue", "InstanceType"):
        ec2.run_instances(ImageId=image, InstanceType="t99.micro", **place)


def test_an_operation_that_is_not_there_is_refused_by_name(ec2, refused):
    with refused("UnsupportedOperation", "ec2:DescribeCapacityBlocks is not in the local AWS"):
        ec2.describe_capacity_blocks()


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda ec2, f: ec2.describe_nat_gateways(Filters=f), "DescribeNatGateways"),
        (lambda ec2, f: ec2.describe_transit_gateways(Filters=f), "DescribeTransitGateways"),
        (lambda ec2, f: ec2.describe_transit_gateway_route_tables(Filters=f), "DescribeTransitGatewayRouteTables"),
        (lambda ec2, f: ec2.describe_managed_prefix_lists(Filters=f), "DescribeManagedPrefixLists"),
    ],
)
def test_a_filter_that_would_be_left_out_is_refused(ec2, refused, call, name):
    with refused("UnsupportedOperation", f"ec2:{name} with the filter colour is not in the local AWS"):
        call(ec2, [{"Name": "colour", "Values": ["red"]}])
