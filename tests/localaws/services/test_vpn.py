"""Virtual private networks, and changes of user data."""

import base64

import botocore.exceptions
import pytest


@pytest.fixture
def ec2(local_aws):
    return local_aws.client("ec2")


@pytest.fixture
def home(ec2):
    answer = ec2.create_customer_gateway(Type="ipsec.1", BgpAsn=65000, IpAddress="198.51.100.1")
    return answer["CustomerGateway"]["CustomerGatewayId"]


@pytest.mark.parametrize(("options", "static"), [({"StaticRoutesOnly": True}, True), ({}, False)])
def test_a_connection_remembers_whether_its_routes_are_static(ec2, home, options, static):
    gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    made = ec2.create_vpn_connection(Type="ipsec.1", CustomerGatewayId=home, TransitGatewayId=gateway, Options=options)[
        "VpnConnection"
    ]
    (found,) = ec2.describe_vpn_connections(VpnConnectionIds=[made["VpnConnectionId"]])["VpnConnections"]
    assert found["Options"]["StaticRoutesOnly"] is static
    attachments = ec2.describe_transit_gateway_attachments()["TransitGatewayAttachments"]
    assert [(a["ResourceType"], a["ResourceId"]) for a in attachments] == [("vpn", made["VpnConnectionId"])]


def test_options_that_would_be_ignored_are_refused(ec2, home):
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    with pytest.raises(botocore.exceptions.ClientError, match=r"Options\.EnableAcceleration is not in the local AWS"):
        ec2.create_vpn_connection(
            Type="ipsec.1", CustomerGatewayId=home, VpnGatewayId=gateway, Options={"EnableAcceleration": True}
        )


def test_a_gateway_propagates_into_tables_of_its_own_vpc_only(ec2):
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    with pytest.raises(botocore.exceptions.ClientError, match=r"Gateway\.NotAttached"):
        ec2.enable_vgw_route_propagation(RouteTableId=table, GatewayId=gateway)
    ec2.attach_vpn_gateway(VpnGatewayId=gateway, VpcId=vpc)
    ec2.enable_vgw_route_propagation(RouteTableId=table, GatewayId=gateway)
    (found,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    assert found["PropagatingVgws"] == [{"GatewayId": gateway}]
    ec2.disable_vgw_route_propagation(RouteTableId=table, GatewayId=gateway)
    (found,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    assert found["PropagatingVgws"] == []


def test_user_data_is_changed_to_what_was_sent(ec2):
    image = ec2.describe_images()["Images"][0]["ImageId"]
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    ec2.stop_instances(InstanceIds=[instance])
    ec2.modify_instance_attribute(InstanceId=instance, UserData={"Value": b"#!/bin/sh"})
    found = ec2.describe_instance_attribute(InstanceId=instance, Attribute="userData")["UserData"]["Value"]
    assert base64.b64decode(found) == b"#!/bin/sh"
