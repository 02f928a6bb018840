"""Firewalls in a VPC: endpoints by zone, protections, changes, deletion."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError


def endpoints(answer):
    """Endpoint ids by subnet."""
    states = answer["FirewallStatus"]["SyncStates"].values()
    return {state["Attachment"]["SubnetId"]: state["Attachment"]["EndpointId"] for state in states}


def test_a_firewall_is_provisioned_before_it_is_ready(firewalls, make_policy, network, until):
    made = firewalls.create_firewall(
        FirewallName="f",
        FirewallPolicyArn=make_policy(),
        VpcId=network["vpc"],
        SubnetMappings=[{"SubnetId": network["subnets"]["firewall"]}],
    )
    assert made["FirewallStatus"]["Status"] == "PROVISIONING"
    assert made["FirewallStatus"]["SyncStates"]["eu-west-1a"]["Attachment"]["Status"] == "CREATING"
    ready = until(lambda: firewalls.describe_firewall(FirewallName="f")["FirewallStatus"]["Status"] == "READY")
    status = firewalls.describe_firewall(FirewallName="f")["FirewallStatus"]
    assert (ready, status["ConfigurationSyncStateSummary"]) == (True, "IN_SYNC")
    assert status["SyncStates"]["eu-west-1a"]["Attachment"]["Status"] == "READY"


def test_its_endpoints_are_vpc_endpoints_that_routes_can_target(ec2, make_firewall, network):
    by_subnet = endpoints(make_firewall(subnets=("firewall", "firewall-b")))
    shown = {item["VpcEndpointId"]: item for item in ec2.describe_vpc_endpoints()["VpcEndpoints"]}
    assert set(by_subnet.values()) == set(shown)
    for subnet, endpoint in by_subnet.items():
        assert shown[endpoint]["SubnetIds"] == [subnet]
        assert (shown[endpoint]["VpcEndpointType"], shown[endpoint]["RequesterManaged"]) == (
            "GatewayLoadBalancer",
            True,
        )
    table = ec2.create_route_table(VpcId=network["vpc"])["RouteTable"]["RouteTableId"]
    endpoint = by_subnet[network["subnets"]["firewall"]]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", VpcEndpointId=endpoint)
    routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    assert ("0.0.0.0/0", endpoint, "active") in {
        (route["DestinationCidrBlock"], route.get("GatewayId"), route["State"]) for route in routes
    }


def test_nobody_but_the_firewall_can_delete_its_endpoints(ec2, make_firewall):
    (endpoint,) = endpoints(make_firewall()).values()
    answer = ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])["Unsuccessful"]
    assert [item["Error"]["Code"] for item in answer] == ["InvalidParameter"]
    assert "requester-managed" in answer[0]["Error"]["Message"]


def test_the_order_of_zones_differs_from_firewall_to_firewall(firewalls, make_firewall):
    orders = set()
    for index in range(5):
        answer = make_firewall(f"f{index}", subnets=("firewall", "firewall-b"))
        orders.add(tuple(answer["FirewallStatus"]["SyncStates"]))
        assert set(answer["FirewallStatus"]["SyncStates"]) == {"eu-west-1a", "eu-west-1b"}
    assert orders <= {("eu-west-1a", "eu-west-1b"), ("eu-west-1b", "eu-west-1a")}


@pytest.mark.parametrize(
    ("subnets", "words"),
    [
        (("firewall", "public"), "one subnet can be specified per availability zone"),
        (("firewall", "firewall"), "one subnet"),
    ],
)
def test_a_firewall_has_one_subnet_per_zone(firewalls, make_policy, network, refused, subnets, words):
    with refused("InvalidRequestException", words):
        firewalls.create_firewall(
            FirewallName="f",
            FirewallPolicyArn=make_policy(),
            VpcId=network["vpc"],
            SubnetMappings=[{"SubnetId": network["subnets"][name]} for name in subnets],
        )
    assert firewalls.list_firewalls()["Firewalls"] == []


def test_a_firewall_needs_a_policy_a_vpc_and_subnets_that_exist(ec2, firewalls, make_policy, network, refused):
    mapping = [{"SubnetId": network["subnets"]["firewall"]}]
    with refused("InvalidRequestException", "does not exist"):
        firewalls.create_firewall(
            FirewallName="f",
            FirewallPolicyArn="arn:aws:network-firewall:eu-west-1:123456789012:firewall-policy/none",
            VpcId=network["vpc"],
            SubnetMappings=mapping,
        )
    arn = make_policy()
    other = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    with refused("InvalidRequestException", "subnet mapping is invalid"):
        firewalls.create_firewall(FirewallName="f", FirewallPolicyArn=arn, VpcId=other, SubnetMappings=mapping)
    with refused("InvalidRequestException", "are required"):
        firewalls.create_firewall(FirewallName="f", FirewallPolicyArn=arn, VpcId=other)


def test_subnets_are_associated_and_disassociated_and_the_routes_left_are_blackholes(
    ec2, firewalls, make_firewall, network, until, refused
):
    make_firewall()
    second = network["subnets"]["firewall-b"]
    firewalls.associate_subnets(FirewallName="firewall", SubnetMappings=[{"SubnetId": second}])
    until(lambda: firewalls.describe_firewall(FirewallName="firewall")["FirewallStatus"]["Status"] == "READY")
    endpoint = endpoints(firewalls.describe_firewall(FirewallName="firewall"))[second]
    table = ec2.create_route_table(VpcId=network["vpc"])["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", VpcEndpointId=endpoint)
    firewalls.disassociate_subnets(FirewallName="firewall", SubnetIds=[second])
    until(lambda: second not in endpoints(firewalls.describe_firewall(FirewallName="firewall")))
    routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    assert [route["State"] for route in routes if route["DestinationCidrBlock"] == "0.0.0.0/0"] == ["blackhole"]
    with refused("InvalidRequestException", "at least one subnet"):
        firewalls.disassociate_subnets(FirewallName="firewall", SubnetIds=[network["subnets"]["firewall"]])
    with refused("InvalidRequestException", "not associated"):
        firewalls.disassociate_subnets(FirewallName="firewall", SubnetIds=[second])


def test_protections_refuse_what_they_protect_from(firewalls, make_firewall, make_policy, network, refused):
    make_firewall(DeleteProtection=True, SubnetChangeProtection=True, FirewallPolicyChangeProtection=True)
    name = {"FirewallName": "firewall"}
    with refused("InvalidOperationException", "delete protection"):
        firewalls.delete_firewall(**name)
    with refused("InvalidOperationException", "subnet change protection"):
        firewalls.associate_subnets(**name, SubnetMappings=[{"SubnetId": network["subnets"]["firewall-b"]}])
    with refused("InvalidOperationException", "policy change protection"):
        firewalls.associate_firewall_policy(**name, FirewallPolicyArn=make_policy("other"))
    firewalls.update_subnet_change_protection(**name, SubnetChangeProtection=False)
    firewalls.update_firewall_policy_change_protection(**name, FirewallPolicyChangeProtection=False)
    firewalls.associate_firewall_policy(**name, FirewallPolicyArn=make_policy("another"))
    firewall = firewalls.describe_firewall(**name)["Firewall"]
    assert (firewall["SubnetChangeProtection"], firewall["DeleteProtection"]) == (False, True)
    assert firewall["FirewallPolicyArn"].endswith("/another")


def test_a_stale_update_token_is_refused(firewalls, make_firewall, refused):
    token = make_firewall()["UpdateToken"]
    firewalls.update_firewall_description(FirewallName="firewall", UpdateToken=token, Description="one")
    with refused("InvalidTokenException"):
        firewalls.update_firewall_description(FirewallName="firewall", UpdateToken=token, Description="two")
    assert firewalls.describe_firewall(FirewallName="firewall")["Firewall"]["Description"] == "one"


def test_a_subnet_is_free_once_the_firewall_is_gone(ec2, firewalls, make_firewall, network, refused, until):
    make_firewall()
    subnet = network["subnets"]["firewall"]
    with refused("DependencyViolation"):
        ec2.delete_subnet(SubnetId=subnet)
    assert firewalls.delete_firewall(FirewallName="firewall")["FirewallStatus"]["Status"] == "DELETING"

    def deleted():
        try:
            ec2.delete_subnet(SubnetId=subnet)
        except ClientError as error:
            # For as long as the firewall takes to go, and for no other reason.
            if error.response["Error"]["Code"] != "DependencyViolation":
                raise
            return False
        return True

    assert until(deleted)
    with refused("ResourceNotFoundException"):
        firewalls.describe_firewall(FirewallName="firewall")


def test_firewalls_are_listed_by_vpc(firewalls, make_firewall, network):
    make_firewall()
    assert [item["FirewallName"] for item in firewalls.list_firewalls(VpcIds=[network["vpc"]])["Firewalls"]] == [
        "firewall"
    ]
    assert firewalls.list_firewalls(VpcIds=["vpc-00000000"])["Firewalls"] == []
