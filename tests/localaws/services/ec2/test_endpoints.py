"""VPC endpoints: gateway endpoints and their routes."""

from __future__ import annotations

import pytest

S3 = "com.amazonaws.eu-west-1.s3"


@pytest.fixture
def tables(ec2, network):
    return [ec2.create_route_table(VpcId=network["vpc"])["RouteTable"]["RouteTableId"] for _ in range(2)]


def prefix_lists(ec2, table):
    (found,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    return {route["GatewayId"] for route in found["Routes"] if "DestinationPrefixListId" in route}


def test_routes_follow_the_tables_of_a_gateway_endpoint(ec2, network, tables, refused):
    one, two = tables
    made = ec2.create_vpc_endpoint(VpcId=network["vpc"], ServiceName=S3, RouteTableIds=[one])["VpcEndpoint"]
    endpoint = made["VpcEndpointId"]
    assert (made["VpcEndpointType"], prefix_lists(ec2, one)) == ("Gateway", {endpoint})
    with refused("RouteAlreadyExists"):
        ec2.create_vpc_endpoint(VpcId=network["vpc"], ServiceName=S3, RouteTableIds=[one])
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddRouteTableIds=[two], RemoveRouteTableIds=[one])
    assert (prefix_lists(ec2, one), prefix_lists(ec2, two)) == (set(), {endpoint})
    assert ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]["RouteTableIds"] == [two]
    assert ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])["Unsuccessful"] == []
    assert prefix_lists(ec2, two) == set()
    assert ec2.describe_vpc_endpoints()["VpcEndpoints"] == []


def test_its_route_is_its_own(ec2, network, tables, refused):
    ec2.create_vpc_endpoint(VpcId=network["vpc"], ServiceName=S3, RouteTableIds=tables[:1])
    (prefix_list,) = {
        route["DestinationPrefixListId"]
        for route in ec2.describe_route_tables(RouteTableIds=tables[:1])["RouteTables"][0]["Routes"]
        if "DestinationPrefixListId" in route
    }
    with refused("InvalidParameterValue", "cannot remove VPC endpoint route"):
        ec2.delete_route(RouteTableId=tables[0], DestinationPrefixListId=prefix_list)


@pytest.mark.parametrize("service", ["com.amazonaws.us-east-1.s3", "com.amazonaws.eu-west-1.logs", "nonsense"])
def test_gateway_endpoints_are_for_s3_and_dynamodb_of_the_same_region(ec2, network, refused, service):
    with refused("InvalidServiceName"):
        ec2.create_vpc_endpoint(VpcId=network["vpc"], ServiceName=service)


def test_an_endpoint_that_is_not_there_is_told_in_the_answer(ec2):
    (refusal,) = ec2.delete_vpc_endpoints(VpcEndpointIds=["vpce-00000000000000000"])["Unsuccessful"]
    assert refusal["Error"]["Code"] == "InvalidVpcEndpoint.NotFound"


def test_what_would_be_ignored_is_refused_by_name(ec2, network, refused):
    with refused("UnsupportedOperation", "ModifyVpcEndpoint:DnsOptions is not in the local AWS"):
        ec2.modify_vpc_endpoint(VpcEndpointId="vpce-00000000000000000", DnsOptions={"DnsRecordIpType": "ipv4"})


def test_an_interface_endpoint_has_addresses_of_its_subnets_and_its_groups(ec2, network, refused):
    group = ec2.create_security_group(GroupName="x", Description="x", VpcId=network["vpc"])["GroupId"]
    made = ec2.create_vpc_endpoint(
        VpcId=network["vpc"],
        ServiceName="com.amazonaws.eu-west-1.ssm",
        VpcEndpointType="Interface",
        SubnetIds=[network["subnets"]["a"]],
        SecurityGroupIds=[group],
    )["VpcEndpoint"]
    (interface,) = ec2.describe_network_interfaces(NetworkInterfaceIds=made["NetworkInterfaceIds"])["NetworkInterfaces"]
    assert interface["PrivateIpAddress"] == "10.0.0.4"
    assert [item["GroupId"] for item in interface["Groups"]] == [group]
    with refused("DependencyViolation"):
        ec2.delete_security_group(GroupId=group)
    with refused("DependencyViolation"):
        ec2.delete_subnet(SubnetId=network["subnets"]["a"])
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
    ec2.delete_subnet(SubnetId=network["subnets"]["a"])


def test_every_vpc_may_have_a_gateway_endpoint_of_its_own(ec2):
    for cidr in ("10.1.0.0/16", "10.2.0.0/16"):
        vpc = ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
        endpoint = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=S3)["VpcEndpoint"]
        assert (endpoint["VpcId"], endpoint["VpcEndpointType"]) == (vpc, "Gateway")
