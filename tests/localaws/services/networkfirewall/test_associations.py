"""Endpoints of a firewall in further VPCs."""

from __future__ import annotations

import pytest


@pytest.fixture
def spoke(ec2):
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.1.{index}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for index, zone in enumerate(("eu-west-1a", "eu-west-1b"))
    ]
    return vpc, subnets


def test_an_association_is_an_endpoint_in_the_other_vpc(ec2, firewalls, make_firewall, spoke, until, refused):
    arn = make_firewall()["Firewall"]["FirewallArn"]
    vpc, subnets = spoke
    made = firewalls.create_vpc_endpoint_association(FirewallArn=arn, VpcId=vpc, SubnetMapping={"SubnetId": subnets[0]})
    association = made["VpcEndpointAssociation"]["VpcEndpointAssociationArn"]

    def ready():
        answer = firewalls.describe_vpc_endpoint_association(VpcEndpointAssociationArn=association)
        status = answer["VpcEndpointAssociationStatus"]
        return status if status["Status"] == "READY" else None

    endpoint = until(ready)["AssociationSyncState"]["eu-west-1a"]["Attachment"]["EndpointId"]
    assert ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]["VpcId"] == vpc
    assert firewalls.describe_firewall(FirewallArn=arn)["Firewall"]["NumberOfAssociations"] == 1
    with refused("InvalidOperationException", "VPC endpoint associations"):
        firewalls.delete_firewall(FirewallArn=arn)
    firewalls.delete_vpc_endpoint_association(VpcEndpointAssociationArn=association)
    until(lambda: not firewalls.list_vpc_endpoint_associations(FirewallArn=arn)["VpcEndpointAssociations"])
    with refused("ResourceNotFoundException"):
        firewalls.describe_vpc_endpoint_association(VpcEndpointAssociationArn=association)


def test_an_association_is_made_in_a_zone_of_the_firewall(firewalls, make_firewall, spoke, refused):
    arn = make_firewall()["Firewall"]["FirewallArn"]
    vpc, subnets = spoke
    with refused("InvalidRequestException", "no endpoint in eu-west-1b"):
        firewalls.create_vpc_endpoint_association(FirewallArn=arn, VpcId=vpc, SubnetMapping={"SubnetId": subnets[1]})
