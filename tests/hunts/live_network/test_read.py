"""The live network read back from the local AWS: the same model as for programs answers for it."""

import time
from ipaddress import ip_network

import boto3
import pytest

from hunts.live_network import read
from policy.egress.network import build
from policy.egress.walking.paths import EndKind
from policy.egress.walking.walk import trace
from tests.localaws.accounts import SPOKE_ACCOUNT, other_account


@pytest.fixture
def aws(local_aws, monkeypatch):
    for name, value in local_aws.env.items():
        monkeypatch.setenv(name, value)
    return local_aws


@pytest.fixture
def ec2(aws):
    return aws.client("ec2")


@pytest.fixture
def region(aws):
    return aws.env["AWS_REGION"]


def vpc(ec2, cidr="10.7.0.0/16"):
    return ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]


def subnet(ec2, vpc_id, cidr, zone="a"):
    made = ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr, AvailabilityZone=f"{ec2.meta.region_name}{zone}")
    return made["Subnet"]["SubnetId"]


def table(ec2, vpc_id, subnet_id, **routes):
    made = ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=made, SubnetId=subnet_id)
    for cidr, hop in routes.get("to", {}).items():
        ec2.create_route(RouteTableId=made, DestinationCidrBlock=cidr, **hop)
    return made


def gateway(ec2, vpc_id):
    made = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=made, VpcId=vpc_id)
    return made


def nat(ec2, subnet_id):
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    return ec2.create_nat_gateway(SubnetId=subnet_id, AllocationId=address)["NatGateway"]["NatGatewayId"]


def firewall(aws, vpc_id, subnet_id):
    caller = aws.client("network-firewall")
    forward = ["aws:forward_to_sfe"]
    policy = caller.create_firewall_policy(
        FirewallPolicyName="p",
        FirewallPolicy={"StatelessDefaultActions": forward, "StatelessFragmentDefaultActions": forward},
    )["FirewallPolicyResponse"]["FirewallPolicyArn"]
    mapping = [{"SubnetId": subnet_id}]
    arn = caller.create_firewall(FirewallName="fw", FirewallPolicyArn=policy, VpcId=vpc_id, SubnetMappings=mapping)[
        "Firewall"
    ]["FirewallArn"]
    for _ in range(100):
        status = caller.describe_firewall(FirewallArn=arn)["FirewallStatus"]
        endpoints = [
            state["Attachment"]["EndpointId"]
            for state in status.get("SyncStates", {}).values()
            if state.get("Attachment", {}).get("Status") == "READY"
        ]
        if endpoints:
            return arn, endpoints[0]
        time.sleep(0.1)
    raise AssertionError(status)


def available(describe, key):
    """Wait until what was made is there, as on AWS."""
    for _ in range(50):
        if {item["State"] for item in describe()[key]} == {"available"}:
            return
        time.sleep(0.1)
    raise AssertionError(describe()[key])


def path(region, subnet_id, address="203.0.113.9"):
    (found,) = trace(build(read(region)), subnet_id, address)
    return found


@pytest.fixture
def lab(aws, ec2):
    """Workload -> firewall endpoint -> NAT gateway -> internet gateway; returns ids by name."""
    vpc_id = vpc(ec2)
    ids = {"vpc": vpc_id, "igw": gateway(ec2, vpc_id)}
    for number, name in enumerate(("workload", "firewall", "public")):
        ids[name] = subnet(ec2, vpc_id, f"10.7.{number}.0/24")
    ids["nat"] = nat(ec2, ids["public"])
    ids["arn"], ids["endpoint"] = firewall(aws, vpc_id, ids["firewall"])
    everywhere = "0.0.0.0/0"
    ids["table"] = table(ec2, vpc_id, ids["workload"], to={everywhere: {"VpcEndpointId": ids["endpoint"]}})
    table(ec2, vpc_id, ids["firewall"], to={everywhere: {"NatGatewayId": ids["nat"]}})
    back = {"10.7.0.0/24": {"VpcEndpointId": ids["endpoint"]}}
    table(ec2, vpc_id, ids["public"], to={everywhere: {"GatewayId": ids["igw"]}, **back})
    return ids


def test_a_path_through_the_firewall_is_found_and_the_firewall_known_by_its_arn(lab, region):
    found = path(region, lab["workload"])

    assert found.end is EndKind.INTERNET
    assert [crossing.firewall.rpartition("::")[2] for crossing in found.crossed] == [lab["arn"]]
    assert [hop.kind for hop in found.hops] == ["subnet", "firewall", "nat-gateway", "internet-gateway"]
    assert found.doubts == ()


def test_a_route_that_came_in_beside_is_seen(lab, ec2, region):
    ec2.create_route(RouteTableId=lab["table"], DestinationCidrBlock="203.0.113.0/24", GatewayId=lab["igw"])

    assert path(region, lab["workload"]).crossed == ()
    assert path(region, lab["workload"], "198.51.100.9").inspected


def test_the_table_of_a_regional_nat_gateway_is_the_gateways_own_with_what_was_put_into_it(ec2, aws, region):
    vpc_id = vpc(ec2)
    internet = gateway(ec2, vpc_id)
    zone = f"{region}a"
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(
        AvailabilityMode="regional",
        VpcId=vpc_id,
        AvailabilityZoneAddresses=[{"AvailabilityZone": zone, "AllocationIds": [address]}],
    )["NatGateway"]
    own = made["RouteTableId"]
    ec2.create_route(RouteTableId=own, DestinationCidrBlock="203.0.113.0/24", GatewayId=internet)

    network = build(read(region))
    (found,) = network.nats.values()
    routes = {route.text for route in network.tables[found.table].routes}
    assert {"203.0.113.0/24", "0.0.0.0/0"} <= routes
    assert not [key for key in network.tables if key.endswith(own)], "it is no table beside"


def test_a_gateway_endpoint_takes_its_services_addresses(lab, ec2, region):
    name = f"com.amazonaws.{region}.s3"
    ec2.create_vpc_endpoint(VpcId=lab["vpc"], ServiceName=name, RouteTableIds=[lab["table"]])

    assert path(region, lab["workload"], "52.216.0.10").end is EndKind.SERVICE
    assert path(region, lab["workload"]).inspected


def test_a_route_to_nothing_is_a_blackhole(lab, ec2, region):
    ec2.delete_nat_gateway(NatGatewayId=lab["nat"])

    assert path(region, lab["workload"]).end in {EndKind.MISSING, EndKind.DROPPED}


def test_a_subnet_without_a_table_uses_the_vpcs_main_one(ec2, region):
    vpc_id = vpc(ec2)
    lonely = subnet(ec2, vpc_id, "10.7.0.0/24")
    main = next(
        item["RouteTableId"]
        for item in ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["RouteTables"]
    )
    ec2.create_route(RouteTableId=main, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway(ec2, vpc_id))

    assert path(region, lonely).end is EndKind.INTERNET


def test_peerings_and_prefix_lists_are_followed(ec2, region):
    one, two = vpc(ec2), vpc(ec2, "10.8.0.0/16")
    here, there = subnet(ec2, one, "10.7.0.0/24"), subnet(ec2, two, "10.8.0.0/24")
    peering = ec2.create_vpc_peering_connection(VpcId=one, PeerVpcId=two)["VpcPeeringConnection"][
        "VpcPeeringConnectionId"
    ]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    names = ec2.create_managed_prefix_list(
        PrefixListName="others", MaxEntries=2, AddressFamily="IPv4", Entries=[{"Cidr": "10.8.0.0/16"}]
    )["PrefixList"]["PrefixListId"]
    own = table(ec2, one, here)
    ec2.create_route(RouteTableId=own, DestinationPrefixListId=names, VpcPeeringConnectionId=peering)
    table(ec2, two, there)

    found = path(region, here, "10.8.0.9")

    assert found.end is EndKind.DELIVERED
    assert "peering" in [hop.kind for hop in found.hops]


def test_transit_gateways_are_followed_by_their_tables(ec2, region):
    one, two = vpc(ec2), vpc(ec2, "10.8.0.0/16")
    here, there = subnet(ec2, one, "10.7.0.0/24"), subnet(ec2, two, "10.8.0.0/24")
    off = {"DefaultRouteTableAssociation": "disable", "DefaultRouteTablePropagation": "disable"}
    transit = ec2.create_transit_gateway(Options=off)["TransitGateway"]["TransitGatewayId"]
    available(ec2.describe_transit_gateways, "TransitGateways")
    attachments = [
        ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=transit, VpcId=vpc_id, SubnetIds=[subnet_id])[
            "TransitGatewayVpcAttachment"
        ]["TransitGatewayAttachmentId"]
        for vpc_id, subnet_id in ((one, here), (two, there))
    ]
    available(ec2.describe_transit_gateway_vpc_attachments, "TransitGatewayVpcAttachments")
    routes = ec2.create_transit_gateway_route_table(TransitGatewayId=transit)["TransitGatewayRouteTable"][
        "TransitGatewayRouteTableId"
    ]
    available(ec2.describe_transit_gateway_route_tables, "TransitGatewayRouteTables")
    ec2.associate_transit_gateway_route_table(
        TransitGatewayAttachmentId=attachments[0], TransitGatewayRouteTableId=routes
    )
    table(ec2, one, here, to={"10.0.0.0/8": {"TransitGatewayId": transit}})

    assert path(region, here, "10.8.0.9").end is EndKind.DROPPED
    ec2.enable_transit_gateway_route_table_propagation(
        TransitGatewayAttachmentId=attachments[1], TransitGatewayRouteTableId=routes
    )
    assert path(region, here, "10.8.0.9").end is EndKind.DELIVERED
    ec2.create_transit_gateway_route(
        DestinationCidrBlock="10.8.0.0/24", TransitGatewayRouteTableId=routes, Blackhole=True
    )
    assert path(region, here, "10.8.0.9").end is EndKind.DROPPED


@pytest.mark.parametrize(("support", "end"), [("enable", EndKind.DELIVERED), ("disable", EndKind.DROPPED)])
def test_a_transit_gateway_knows_the_ipv6_range_of_an_attachment_that_supports_it(ec2, region, support, end):
    off = {"DefaultRouteTableAssociation": "disable", "DefaultRouteTablePropagation": "disable"}
    transit = ec2.create_transit_gateway(Options=off)["TransitGateway"]["TransitGatewayId"]
    available(ec2.describe_transit_gateways, "TransitGateways")
    made = []
    for number in (7, 8):
        own = ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
        six = ip_network(own["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"])
        place = ec2.create_subnet(
            VpcId=own["VpcId"], CidrBlock=f"10.{number}.0.0/24", Ipv6CidrBlock=f"{six.network_address}/64"
        )["Subnet"]["SubnetId"]
        attachment = ec2.create_transit_gateway_vpc_attachment(
            TransitGatewayId=transit, VpcId=own["VpcId"], SubnetIds=[place], Options={"Ipv6Support": support}
        )["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
        made.append((own["VpcId"], place, attachment, six[9]))
    available(ec2.describe_transit_gateway_vpc_attachments, "TransitGatewayVpcAttachments")
    routes = ec2.create_transit_gateway_route_table(TransitGatewayId=transit)["TransitGatewayRouteTable"]
    ids = {"TransitGatewayRouteTableId": routes["TransitGatewayRouteTableId"]}
    available(ec2.describe_transit_gateway_route_tables, "TransitGatewayRouteTables")
    (one, here, first, _), (_, _, second, address) = made
    ec2.associate_transit_gateway_route_table(TransitGatewayAttachmentId=first, **ids)
    ec2.enable_transit_gateway_route_table_propagation(TransitGatewayAttachmentId=second, **ids)
    own_table = table(ec2, one, here, to={})
    ec2.create_route(RouteTableId=own_table, DestinationIpv6CidrBlock="::/0", TransitGatewayId=transit)

    assert path(region, here, str(address)).end is end


def test_instances_and_interfaces_are_workloads_and_what_infrastructure_brings_is_not(lab, ec2, region):
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=lab["workload"], InstanceType="t3.micro")
    ec2.create_network_interface(SubnetId=lab["workload"], Description="of a function")

    workloads = {
        subnet_.rpartition("::")[2]
        for occupant in build(read(region)).occupants
        if occupant.role == "workload"
        for subnet_ in occupant.subnets
    }

    assert workloads == {lab["workload"]}


def test_dns_rules_that_another_account_shares_guard_though_they_cannot_be_read(aws, monkeypatch, region):
    resolver, guest = aws.client("route53resolver"), other_account(aws)
    group = resolver.create_firewall_rule_group(CreatorRequestId="g", Name="theirs")["FirewallRuleGroup"]
    aws.client("ram").create_resource_share(name="g", resourceArns=[group["Arn"]], principals=[SPOKE_ACCOUNT])
    ram, vpc_id = guest.client("ram"), vpc(guest.client("ec2"))
    (invited,) = ram.get_resource_share_invitations()["resourceShareInvitations"]
    ram.accept_resource_share_invitation(resourceShareInvitationArn=invited["resourceShareInvitationArn"])
    for _ in range(50):
        if guest.client("route53resolver").list_firewall_rule_groups()["FirewallRuleGroups"]:
            break
        time.sleep(0.1)
    guest.client("route53resolver").associate_firewall_rule_group(
        CreatorRequestId="a", FirewallRuleGroupId=group["Id"], VpcId=vpc_id, Priority=200, Name="spoke"
    )
    for name, value in guest.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it keeps the keys that it began with
    (state,) = (state for key, state in build(read(region)).dns.items() if key.endswith(vpc_id))
    assert state.firewall is True
