"""Reachability Analyzer on the local EC2."""

from __future__ import annotations

import pytest

EVERYTHING = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


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
    (acl,) = {hop for hop in hops(analysis) if hop.startswith("acl-")}
    interface, group = hops(analysis)[1:3]
    assert (interface.partition("-")[0], group.partition("-")[0]) == ("eni", "sg")
    assert hops(analysis) == [
        *(instances[0], interface, group, acl, tables[0]),
        *(acl, endpoint, acl, tables[1]),
        *(acl, nat["NatGatewayId"], acl, tables[2]),
        network["gateway"],
    ]
    assert "firewalls on the path were not evaluated" in analysis["WarningMessage"]
    after_nat = analysis["ForwardPathComponents"][-1]["OutboundHeader"]["SourceAddresses"]
    assert after_nat == [nat["NatGatewayAddresses"][0]["PrivateIp"] + "/32"]


def test_without_a_route_there_is_no_path_and_the_table_is_to_blame(network, instances, analyse):
    analysis = analyse(instances[0], network["gateway"])
    assert analysis["NetworkPathFound"] is False
    assert [item["ExplanationCode"] for item in analysis["Explanations"]] == ["NO_ROUTE_TO_DESTINATION"]
    assert analysis["Explanations"][0]["RouteTable"]["Id"].startswith("rtb-")


def test_without_a_public_address_nobody_leaves_by_the_internet_gateway(ec2, network, instances, analyse, route):
    route("a", GatewayId=network["gateway"])
    analysis = analyse(instances[0], network["gateway"])
    assert [item["ExplanationCode"] for item in analysis["Explanations"]] == ["IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"]
    allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=allocation, InstanceId=instances[0])
    assert hops(analyse(instances[0], network["gateway"]))[-1] == network["gateway"]


def test_a_route_whose_target_is_gone_is_in_a_bad_state(ec2, network, instances, analyse, route):
    route("a", GatewayId=network["gateway"])
    ec2.detach_internet_gateway(InternetGatewayId=network["gateway"], VpcId=network["vpc"])
    analysis = analyse(instances[0], network["gateway"])
    assert [item["ExplanationCode"] for item in analysis["Explanations"]] == ["BAD_STATE_ROUTE"]


@pytest.fixture
def neighbour(ec2, network, until):
    """A gateway with the network and another VPC on it, and one table for both: (gateway, theirs, ours, table)."""
    off = {"DefaultRouteTableAssociation": "disable", "DefaultRouteTablePropagation": "disable"}
    gateway = ec2.create_transit_gateway(Options=off)["TransitGateway"]["TransitGatewayId"]
    until(lambda: ec2.describe_transit_gateways()["TransitGateways"][0]["State"] == "available")
    table = ec2.create_transit_gateway_route_table(TransitGatewayId=gateway)["TransitGatewayRouteTable"]
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/24", AvailabilityZone="eu-west-1a")["Subnet"]["SubnetId"]
    ends = {vpc: subnet, network["vpc"]: network["subnets"]["a"]}
    theirs, ours = (
        ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=gateway, VpcId=vpc, SubnetIds=[subnet])[
            "TransitGatewayVpcAttachment"
        ]["TransitGatewayAttachmentId"]
        for vpc, subnet in ends.items()
    )
    described = ec2.describe_transit_gateway_attachments
    until(lambda: {each["State"] for each in described()["TransitGatewayAttachments"]} == {"available"})
    return gateway, theirs, ours, table["TransitGatewayRouteTableId"]


def test_a_path_to_an_attachment_ends_there_whatever_is_behind_it(
    ec2, network, instances, analyse, route, neighbour, refused
):
    gateway, theirs, ours, table = neighbour
    own = route("a", "10.1.0.0/16", TransitGatewayId=gateway)
    to = {"destination": theirs, "DestinationIp": "10.1.0.10"}

    def code():
        return [item["ExplanationCode"] for item in analyse(instances[0], **to)["Explanations"]]

    assert code() == ["TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION"]
    ec2.associate_transit_gateway_route_table(TransitGatewayRouteTableId=table, TransitGatewayAttachmentId=ours)
    assert code() == ["TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT"]
    way = {"TransitGatewayRouteTableId": table, "DestinationCidrBlock": "10.1.0.0/16"}
    ec2.create_transit_gateway_route(**way, Blackhole=True)
    assert code() == ["TGW_RTB_BAD_STATE_ROUTE"]
    ec2.replace_transit_gateway_route(**way, TransitGatewayAttachmentId=theirs)
    assert hops(analyse(instances[0], **to))[-4:] == [own, ours, table, theirs]
    with refused("UnsupportedOperation", "without a DestinationIp"):
        ec2.create_network_insights_path(Source=instances[0], Destination=theirs, Protocol="tcp")


def test_neighbours_reach_each_other_where_their_groups_let_them(ec2, network, instances, analyse):
    assert analyse(*instances)["NetworkPathFound"] is True
    group = ec2.create_security_group(GroupName="closed", Description="closed", VpcId=network["vpc"])["GroupId"]
    ec2.modify_instance_attribute(InstanceId=instances[1], Groups=[group])
    analysis = analyse(*instances)
    assert analysis["NetworkPathFound"] is False
    (explanation,) = analysis["Explanations"]
    assert (explanation["ExplanationCode"], explanation["Direction"]) == ("ENI_SG_RULES_MISMATCH", "ingress")
    assert [item["Id"] for item in explanation["SecurityGroups"]] == [group]
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[EVERYTHING])
    assert analyse(*instances)["Explanations"][0]["ExplanationCode"] == "SG_HAS_NO_RULES"


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
