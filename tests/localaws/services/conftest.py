"""Fixtures for tests that talk to the local AWS's services with boto3."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

PATIENCE = 5.0


@pytest.fixture
def aws(local_aws) -> Callable[[str], Any]:
    """Clients by service: aws("ec2")."""
    return local_aws.client


@pytest.fixture
def ec2(aws):
    return aws("ec2")


@pytest.fixture
def refused():
    """`with refused("Code", "words of the message"):` the call in it must fail with that error of AWS's."""

    @contextmanager
    def expect(code: str, words: str = "") -> Iterator[None]:
        with pytest.raises(ClientError) as caught:
            yield
        error = caught.value.response["Error"]
        assert (error["Code"], words in error["Message"]) == (code, True), error

    return expect


@pytest.fixture
def until():
    """Ask again and again until the answer is true: what AWS does, it does after a while."""

    def wait(check: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + PATIENCE
        while True:
            found = check()
            if found:
                return found
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.02)

    return wait


@pytest.fixture
def network(ec2):
    """A VPC with two workload subnets and one each for firewall and NAT, and an internet gateway attached."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    zones = {
        "a": "eu-west-1a",
        "b": "eu-west-1b",
        "firewall": "eu-west-1a",
        "firewall-b": "eu-west-1b",
        "public": "eu-west-1a",
    }
    subnets = {
        name: ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for index, (name, zone) in enumerate(zones.items())
    }
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    return {"vpc": vpc, "gateway": gateway, "subnets": subnets}


@pytest.fixture
def image(aws):
    """The newest Amazon Linux, as its public parameter tells."""
    name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    return aws("ssm").get_parameter(Name=name)["Parameter"]["Value"]


@pytest.fixture
def detached(until):
    """detached(ec2): wait until every attachment of a transit gateway is shown as deleted."""

    def wait(ec2: Any) -> None:
        described = ec2.describe_transit_gateway_attachments
        until(lambda: {each["State"] for each in described()["TransitGatewayAttachments"]} == {"deleted"})

    return wait
