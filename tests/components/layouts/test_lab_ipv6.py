from __future__ import annotations

import pytest

from hunts.stack import parse
from tests.components.lab import ZONES, lab
from tests.components.recorder import IPV6

ROUTE = "ec2/route:Route"
NAME = "inspected-egress-dev"
HOPS = ("vpcEndpointId", "natGatewayId", "gatewayId")


def routes(recorded):
    """(table, IPv6 destination) -> next hop."""
    return {
        (inputs["routeTableId"].removeprefix(f"{NAME}-"), inputs["destinationIpv6CidrBlock"]): next(
            inputs[hop] for hop in HOPS if inputs.get(hop)
        ).replace(f"{NAME}-", "")
        for inputs in recorded.of_type(ROUTE).values()
        if "destinationIpv6CidrBlock" in inputs
    }


def block(number):
    return IPV6.replace("5600::/56", f"56{number:02x}::/64")


@pytest.mark.parametrize("count", [1, 3])
def test_each_zone_leaves_through_its_endpoint_and_the_gateway_brings_replies_back_to_the_same(count):
    recorded, _ = lab(zones=count, ipv6=True)
    expected = {}
    for zone, number in zip(ZONES[:count], (0, 16, 32), strict=False):
        endpoint, work = f"endpoint-in-firewall-{zone}-id", block(number)
        expected |= {
            (f"workload-{zone}-id", "::/0"): endpoint,
            (f"firewall-{zone}-id", "::/0"): "edge-internet-id",
            (f"firewall-{zone}-id", "64:ff9b::/96"): f"edge-nat-{zone}-id",
            ("edge-back-id", work): endpoint,
            (f"edge-public-{zone}-id", work): endpoint,
        }
    assert routes(recorded) == expected


def test_the_edge_table_is_the_internet_gateways_and_no_egress_only_gateway_exists():
    recorded, _ = lab(ipv6=True)
    (association,) = (
        inputs
        for inputs in recorded.of_type("routeTableAssociation:RouteTableAssociation").values()
        if "gatewayId" in inputs
    )
    assert (association["routeTableId"], association["gatewayId"]) == (
        f"{NAME}-edge-back-id",
        f"{NAME}-edge-internet-id",
    )
    assert recorded.of_type("EgressOnlyInternetGateway") == {}


def test_what_nat64_brings_to_a_workload_of_the_vpc_is_answered_by_the_same_endpoint():
    recorded, _ = lab(ipv6=True)
    (route,) = (inputs for name, inputs in recorded.of_type(ROUTE).items() if name.endswith("-eu-west-1a-nat"))
    public = recorded.of_type("ec2/subnet:Subnet")[f"{NAME}-edge-public-eu-west-1a"]
    assert route["destinationCidrBlock"] == public["cidrBlock"]
    assert (route["routeTableId"], route["vpcEndpointId"]) == (
        f"{NAME}-workload-eu-west-1a-id",
        f"endpoint-in-{NAME}-firewall-eu-west-1a-id",
    )


def test_subnets_have_a_64_each_and_only_workloads_get_addresses():
    recorded, _ = lab(zones=2, ipv6=True)
    subnets = recorded.of_type("ec2/subnet:Subnet")
    assert len({inputs["ipv6CidrBlock"] for inputs in subnets.values()}) == len(subnets) == 6
    given = {name for name, inputs in subnets.items() if inputs.get("assignIpv6AddressOnCreation")}
    assert given == {f"{NAME}-workload-{zone}" for zone in ZONES[:2]}
    assert not [name for name, inputs in subnets.items() if inputs.get("enableDns64")]


def test_dns64_is_for_the_workloads_resolver_alone():
    subnets = lab(ipv6=True, dns64=True)[0].of_type("ec2/subnet:Subnet")
    assert [name for name, inputs in subnets.items() if inputs.get("enableDns64")] == [f"{NAME}-workload-eu-west-1a"]


def test_the_firewall_inspects_both_families_knows_the_range_as_its_own_and_refuses_what_begins_outside():
    recorded, _ = lab(ipv6=True)
    (firewall,) = recorded.of_type("networkfirewall/firewall:Firewall").values()
    assert [mapping["ipAddressType"] for mapping in firewall["subnetMappings"]] == ["DUALSTACK"]
    (policy,) = recorded.of_type("firewallPolicy:FirewallPolicy").values()
    assert policy["firewallPolicy"]["policyVariables"]["ruleVariables"] == [
        {"key": "HOME_NET", "ipSet": {"definitions": ["10.0.0.0/16", IPV6]}}
    ]
    rules = recorded.of_type("ruleGroup:RuleGroup")[f"{NAME}-firewall-unsolicited-inbound"]
    text = rules["ruleGroup"]["rulesSource"]["rulesString"]
    assert {line.split()[0] for line in text.splitlines()} == {"drop"}


def test_who_wants_it_only_told_says_so_in_the_rule_groups():
    recorded, _ = lab(ipv6=True, rule_groups={"unsolicited-inbound": "alert"})
    rules = recorded.of_type("ruleGroup:RuleGroup")[f"{NAME}-firewall-unsolicited-inbound"]
    assert rules["ruleGroup"]["rulesSource"]["rulesString"].startswith("alert tcp")


def test_instances_send_by_ipv6_and_nobody_may_come_in():
    recorded, _ = lab(ipv6=True)
    (instance,) = recorded.of_type("ec2/instance:Instance").values()
    assert instance["ipv6AddressCount"] == 1
    out = recorded.of_type("securityGroupEgressRule:SecurityGroupEgressRule").values()
    assert [rule["cidrIpv6"] for rule in out if "cidrIpv6" in rule] == ["::/0"]
    ingress = recorded.of_type("securityGroupIngressRule:SecurityGroupIngressRule").values()
    assert not [rule for rule in ingress if "cidrIpv6" in rule or "cidrIpv4" in rule]


def test_hunts_know_ranges_and_instances_by_either_address():
    stack = parse(lab(ipv6=True)[1], "lab")
    assert stack.networks == f"10.0.0.0/16,{IPV6}"
    assert stack.instance_name("2001:0db8:0000:5600:0000:0000:0000:0010") == "workload-eu-west-1a"
    assert stack.instance_name("10.0.0.10") == "workload-eu-west-1a"
    assert stack.instance_name("nobody") is None
    assert parse(lab()[1], "lab").networks == "10.0.0.0/16"


def test_without_ipv6_there_is_none_of_it():
    recorded, _ = lab()
    assert routes(recorded) == {}
    assert not [resource for resource in recorded.resources if "ipv6" in resource.name or "edge-back" in resource.name]


def test_a_further_vpc_has_ipv6_of_its_own_through_an_endpoint_associated_for_both_families():
    recorded, outputs = lab(ipv6=True, dns64=True, more_vpcs={"test": "10.1.0.0/16"})
    zone, endpoint = "eu-west-1a", f"vpce-{NAME}-test-eu-west-1a-endpoint".replace(f"{NAME}-", "")
    own = {(table.removeprefix("test-"), to): hop for (table, to), hop in routes(recorded).items() if "test" in table}
    assert own == {
        (f"workload-{zone}-id", "::/0"): endpoint,
        (f"firewall-{zone}-id", "::/0"): "test-edge-internet-id",
        (f"firewall-{zone}-id", "64:ff9b::/96"): f"test-edge-nat-{zone}-id",
        ("edge-back-id", block(0)): endpoint,
        (f"edge-public-{zone}-id", block(0)): endpoint,
    }
    (association,) = recorded.of_type("vpcEndpointAssociation:VpcEndpointAssociation").values()
    assert association["subnetMapping"]["ipAddressType"] == "DUALSTACK"
    (policy,) = recorded.of_type("firewallPolicy:FirewallPolicy").values()
    (home_net,) = policy["firewallPolicy"]["policyVariables"]["ruleVariables"]
    assert home_net["ipSet"]["definitions"] == ["10.0.0.0/16", "10.1.0.0/16", IPV6, IPV6]
    subnets = recorded.of_type("ec2/subnet:Subnet")
    assert [name for name, inputs in subnets.items() if inputs.get("enableDns64") and "test" in name] == [
        f"{NAME}-test-workload-{zone}"
    ]
    assert set(outputs["vpcs"]["test"]) == {"id", "cidr", "ipv6_cidr"}
    assert outputs["instances"]["test"]["ipv6_address"]
