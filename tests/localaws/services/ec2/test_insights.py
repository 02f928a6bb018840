"""Reachability Analyzer on the local EC2."""

from __future__ import annotations

import pytest


@pytest.fixture
def instances(ec2, network, image):
    """Two instances, in the subnets a and b."""
    return [
        ec2.run_instances(
            ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, SubnetId=network["subnets"][name]
        )["Instances"][0]["InstanceId"]
        for name in ("a", "b")
    ]


@pytest.fixture
def analyse(ec2, until):
    def run(source, destination, **more):
        made = ec2.create_network_insights_path(
            Source=source, Destination=destination, Protocol="tcp", DestinationPort=443, **more
        )
        path = made["NetworkInsightsPath"]["NetworkInsightsPathId"]
        started = ec2.start_network_insights_analysis(NetworkInsightsPathId=path)["NetworkInsightsAnalysis"]
        assert started["Status"] == "running"

        def done():
            ids = [started["NetworkInsightsAnalysisId"]]
            (found,) = ec2.describe_network_insights_analyses(NetworkInsightsAnalysisIds=ids)["NetworkInsightsAnalyses"]
            return found if found["Status"] != "running" else None

        return until(done)

    return run


@pytest.fixture
def route(ec2, network):
    """Give a subnet a table of its own with one route, to everywhere unless said otherwise; returns the table."""

    def make(subnet, destination="0.0.0.0/0", **target):
        table = ec2.create_route_table(VpcId=network["vpc"])["RouteTable"]["RouteTableId"]
        ec2.associate_route_table(RouteTableId=table, SubnetId=network["subnets"][subnet])
        ec2.create_route(RouteTableId=table, DestinationCidrBlock=destination, **target)
        return table

    return make


def hops(analysis):
    return [step["Component"]["Id"] for step in analysis["ForwardPathComponents"]]


def test_a_path_leads_through_the_firewall_and_nat_to_the_internet_gateway(
    aws, ec2, network, instances, analyse, route, until
):
    firewalls = aws("network-firewall")
    actions = {"StatelessDefaultActions": ["aws:forward_to_sfe"], "StatelessFragmentDefaultActions": ["aws:drop"]}
    policy = firewalls.create_firewall_policy(FirewallPolicyName="p", FirewallPolicy=actions)
    made = firewalls.create_firewall(
        FirewallName="f",
        FirewallPolicyArn=policy["FirewallPolicyResponse"]["FirewallPolicyArn"],
        VpcId=network["vpc"],
        SubnetMappings=[{"SubnetId": network["subnets"]["firewall"]}],
    )
    endpoint = made["FirewallStatus"]["SyncStates"]["eu-west-1a"]["Attachment"]["EndpointId"]
    allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=network["subnets"]["public"], AllocationId=allocation)["NatGateway"]
    tables = [
        route("a", VpcEndpointId=endpoint),
        route("firewall", NatGatewayId=nat["NatGatewayId"]),
        route("public", GatewayId=network["gateway"]),
    ]
    analysis = analyse(instances[0], network["gateway"])
    assert analysis["NetworkPathFound"] is True
    assert hops(analysis)[1:] == [tables[0], endpoint, tables[1], nat["NatGatewayId"], tables[2], network["gateway"]]
    assert "firewalls on the path were not evaluated" in analysis["WarningMessage"]
    after_nat = analysis["ForwardPathComponents"][-1]["OutboundHeader"]["SourceAddresses"]
    assert after_nat == [nat["NatGatewayAddresses"][0]["PrivateIp"] + "/32"]


def test_without_a_route_there_is_no_path_and_the_table_is_to_blame(network, instances, analyse):
    analysis = analyse(instances[0], network["gateway"])
    assert analysis["NetworkPathFound"] is False
    assert [item["ExplanationCode"] for item in analysis["Explanations"]] == ["NO_ROUTE_TO_DESTINATION"]
    assert analysis["Explanations"][0]["RouteTable"]["Id"].startswith("rtb-")


def test_neighbours_reach_each_other_where_their_groups_let_them(ec2, network, instances, analyse):
    assert analyse(*instances)["NetworkPathFound"] is True
    group = ec2.create_security_group(GroupName="closed", Description="closed", VpcId=network["vpc"])["GroupId"]
    ec2.modify_instance_attribute(InstanceId=instances[1], Groups=[group])
    analysis = analyse(*instances)
    assert analysis["NetworkPathFound"] is False
    assert analysis["Explanations"][0]["ExplanationCode"] == "ENI_SG_RULES_MISMATCH"
    assert [item["Id"] for item in analysis["Explanations"][0]["SecurityGroups"]] == [group]


def test_what_it_does_not_understand_fails_and_never_succeeds(ec2, network, instances, analyse, route):
    interface = ec2.create_network_interface(SubnetId=network["subnets"]["public"])["NetworkInterface"]
    route("a", NetworkInterfaceId=interface["NetworkInterfaceId"])
    analysis = analyse(instances[0], network["gateway"])
    assert (analysis["Status"], "NetworkPathFound" in analysis) == ("failed", False)
    assert "cannot analyse" in analysis["StatusMessage"]


def test_a_path_with_analyses_stays(ec2, network, instances, analyse, refused):
    analysis = analyse(instances[0], network["gateway"])
    path = analysis["NetworkInsightsPathId"]
    with refused("AnalysisExistsForNetworkInsightsPath"):
        ec2.delete_network_insights_path(NetworkInsightsPathId=path)
    ec2.delete_network_insights_analysis(NetworkInsightsAnalysisId=analysis["NetworkInsightsAnalysisId"])
    ec2.delete_network_insights_path(NetworkInsightsPathId=path)
    assert ec2.describe_network_insights_paths()["NetworkInsightsPaths"] == []


def test_a_path_needs_ends_that_exist_and_filters_are_refused_by_name(ec2, network, instances, refused):
    with refused("InvalidInternetGatewayID.NotFound"):
        ec2.create_network_insights_path(Source=instances[0], Destination="igw-00000000000000000", Protocol="tcp")
    with refused("MissingParameter"):
        ec2.create_network_insights_path(Source=instances[0], Protocol="tcp")
    with refused("UnsupportedOperation", "CreateNetworkInsightsPath:FilterAtSource"):
        ec2.create_network_insights_path(
            Source=instances[0],
            Destination=network["gateway"],
            Protocol="tcp",
            FilterAtSource={"DestinationAddress": "192.0.2.1"},
        )
