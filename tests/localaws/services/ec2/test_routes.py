"""Routes as VPCs take and refuse them."""

from __future__ import annotations

import pytest


@pytest.fixture
def table(ec2, network):
    return ec2.create_route_table(VpcId=network["vpc"])["RouteTable"]["RouteTableId"]


@pytest.fixture
def nat(ec2, network, until):
    allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(SubnetId=network["subnets"]["public"], AllocationId=allocation)
    gateway = made["NatGateway"]["NatGatewayId"]
    until(lambda: ec2.describe_nat_gateways(NatGatewayIds=[gateway])["NatGateways"][0]["State"] == "available")
    return gateway


def routes(ec2, table):
    (found,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    return {route.get("DestinationCidrBlock") or route["DestinationPrefixListId"]: route for route in found["Routes"]}


def test_a_destination_can_be_routed_once(ec2, table, network, nat, refused):
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=network["gateway"])
    with refused("RouteAlreadyExists", "0.0.0.0/0"):
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat)
    ec2.replace_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat)
    assert routes(ec2, table)["0.0.0.0/0"]["NatGatewayId"] == nat
    with refused("InvalidParameterValue", "Use CreateRoute instead"):
        ec2.replace_route(RouteTableId=table, DestinationCidrBlock="192.0.2.0/24", NatGatewayId=nat)


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ({"GatewayId": "igw-00000000000000000"}, "InvalidGatewayID.NotFound"),
        ({"NatGatewayId": "nat-00000000000000000"}, "InvalidNatGatewayID.NotFound"),
        ({"TransitGatewayId": "tgw-00000000000000000"}, "InvalidTransitGatewayID.NotFound"),
        ({"VpcEndpointId": "vpce-00000000000000000"}, "InvalidVpcEndpointId.NotFound"),
        ({"NetworkInterfaceId": "eni-00000000000000000"}, "InvalidNetworkInterfaceID.NotFound"),
        ({"VpcPeeringConnectionId": "pcx-00000000000000000"}, "InvalidVpcPeeringConnectionID.NotFound"),
        ({}, "InvalidParameterCombination"),
    ],
)
def test_a_target_must_exist(ec2, table, refused, target, code):
    with refused(code):
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
    assert set(routes(ec2, table)) == {"10.0.0.0/16"}


def test_a_target_belongs_to_the_same_network(ec2, network, nat, refused):
    other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    table = ec2.create_route_table(VpcId=other)["RouteTable"]["RouteTableId"]
    for target in ({"GatewayId": network["gateway"]}, {"NatGatewayId": nat}):
        with refused("InvalidParameterValue", "different networks"):
            ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)


def test_a_transit_gateway_is_a_target_once_the_vpc_is_attached(ec2, table, network, until, refused, detached):
    gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    until(
        lambda: ec2.describe_transit_gateways(TransitGatewayIds=[gateway])["TransitGateways"][0]["State"] == "available"
    )
    route = {"RouteTableId": table, "DestinationCidrBlock": "10.0.0.0/8", "TransitGatewayId": gateway}
    with refused("InvalidTransitGatewayID.NotFound"):
        ec2.create_route(**route)
    attachment = ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId=gateway, VpcId=network["vpc"], SubnetIds=[network["subnets"]["a"]]
    )["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
    until(lambda: ec2.describe_transit_gateway_attachments()["TransitGatewayAttachments"][0]["State"] == "available")
    ec2.create_route(**route)
    assert routes(ec2, table)["10.0.0.0/8"]["State"] == "active"
    ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)
    detached(ec2)
    assert routes(ec2, table)["10.0.0.0/8"]["State"] == "blackhole"


def test_a_route_inside_the_vpc_matches_a_whole_subnet_and_goes_to_a_middlebox(ec2, table, network, nat, refused):
    with refused("InvalidParameterValue", "does not match the whole CIDR block of a subnet"):
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.0.0.0/25", NatGatewayId=nat)
    with refused("InvalidParameterValue", "can target only"):
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.0.0.0/24", GatewayId=network["gateway"])
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.0.0.0/24", NatGatewayId=nat)
    assert routes(ec2, table)["10.0.0.0/24"]["NatGatewayId"] == nat


@pytest.mark.parametrize("destination", ["10.0.0.1/24", "300.0.0.0/8", "nowhere"])
def test_a_destination_is_a_network(ec2, table, network, refused, destination):
    with refused("InvalidParameterValue"):
        ec2.create_route(RouteTableId=table, DestinationCidrBlock=destination, GatewayId=network["gateway"])


def test_the_local_route_can_be_pointed_elsewhere_and_back_but_not_removed(ec2, table, nat, refused):
    ec2.replace_route(RouteTableId=table, DestinationCidrBlock="10.0.0.0/16", NatGatewayId=nat)
    assert routes(ec2, table)["10.0.0.0/16"]["NatGatewayId"] == nat
    ec2.replace_route(RouteTableId=table, DestinationCidrBlock="10.0.0.0/16", LocalTarget=True)
    assert routes(ec2, table)["10.0.0.0/16"]["GatewayId"] == "local"
    with refused("InvalidParameterValue", "cannot remove local route"):
        ec2.delete_route(RouteTableId=table, DestinationCidrBlock="10.0.0.0/16")


def test_the_table_of_a_gateway_sends_whole_subnets_to_middleboxes_alone(ec2, table, network, nat, refused):
    ec2.associate_route_table(RouteTableId=table, GatewayId=network["gateway"])
    for destination in ("0.0.0.0/0", "10.0.0.0/24"):
        with refused("InvalidParameterValue", "gateway route table"):
            ec2.create_route(RouteTableId=table, DestinationCidrBlock=destination, NatGatewayId=nat)
    interface = ec2.create_network_interface(SubnetId=network["subnets"]["firewall"])["NetworkInterface"]
    ec2.create_route(
        RouteTableId=table, DestinationCidrBlock="10.0.0.0/24", NetworkInterfaceId=interface["NetworkInterfaceId"]
    )
    assert "10.0.0.0/24" in routes(ec2, table)


def test_a_table_with_a_default_route_cannot_be_a_gateways(ec2, table, network, nat, refused):
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat)
    with refused("InvalidParameterValue", "gateway route table"):
        ec2.associate_route_table(RouteTableId=table, GatewayId=network["gateway"])


def test_a_subnet_has_one_table_of_its_vpc(ec2, table, network, refused):
    subnet = network["subnets"]["a"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    other = ec2.create_route_table(VpcId=network["vpc"])["RouteTable"]["RouteTableId"]
    with refused("Resource.AlreadyAssociated"):
        ec2.associate_route_table(RouteTableId=other, SubnetId=subnet)
    elsewhere = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    foreign = ec2.create_route_table(VpcId=elsewhere)["RouteTable"]["RouteTableId"]
    with refused("InvalidParameterValue", "different networks"):
        ec2.associate_route_table(RouteTableId=foreign, SubnetId=network["subnets"]["b"])


def test_a_route_to_a_nat_gateway_that_is_deleted_is_a_blackhole(ec2, table, nat):
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat)
    ec2.delete_nat_gateway(NatGatewayId=nat)
    assert routes(ec2, table)["0.0.0.0/0"]["State"] == "blackhole"
