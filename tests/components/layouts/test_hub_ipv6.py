"""IPv6 in a hub: between spokes through the firewall, to IPv4 by NAT64, and nowhere else."""

from __future__ import annotations

import pytest

from components.common.component import ArgumentError
from components.hub.inspection_vpc import InspectionVpcArgs
from components.hub.reasons import IPV6_ON_GATEWAY_REFUSED
from components.hub.transit_hub import HubTables
from components.layouts.hub_args import HubAndSpokeArgs
from tests.components.layouts.test_hub_and_spoke import THREE, build, by_name
from tests.components.recorder import IPV6

ROUTE = "ec2/route:Route"
HOPS = ("vpcEndpointId", "natGatewayId", "transitGatewayId", "gatewayId")
FAR = "2a05:d018:1:2300::/56"


def routes(recorded):
    """(table, IPv6 destination) -> next hop."""
    return {
        (inputs["routeTableId"].removeprefix("hub-"), inputs["destinationIpv6CidrBlock"]): next(
            inputs[hop] for hop in HOPS if inputs.get(hop)
        ).replace("hub-", "")
        for inputs in recorded.of_type(ROUTE).values()
        if "destinationIpv6CidrBlock" in inputs
    }


@pytest.mark.parametrize("count", [1, 2])
def test_each_zone_inspects_at_its_endpoint_and_no_route_leads_to_the_internet(count):
    recorded = build(spokes=THREE, zones=count, ipv6=True)
    expected = {(f"{spoke}-workload-id", "::/0"): "gateway-id" for spoke in THREE}
    for zone in ("eu-west-1a", "eu-west-1b")[:count]:
        endpoint = f"endpoint-in-inspection-firewall-{zone}-id"
        expected |= {
            (f"inspection-attachment-{zone}-id", "::/0"): endpoint,
            (f"inspection-firewall-{zone}-id", "::/0"): "gateway-id",
            (f"inspection-firewall-{zone}-id", "64:ff9b::/96"): f"inspection-nat-{zone}-id",
            (f"inspection-public-{zone}-id", "::/0"): endpoint,
        }
    assert routes(recorded) == expected
    assert recorded.of_type("EgressOnlyInternetGateway") == {}


def test_the_spokes_table_has_a_way_to_inspection_alone_and_translates_no_private_address():
    recorded = build(spokes=THREE, ipv6=True)
    ways = {
        inputs["destinationCidrBlock"]: inputs.get("transitGatewayAttachmentId", "blackhole")
        for inputs in recorded.of_type("ec2transitgateway/route:Route").values()
        if inputs["transitGatewayRouteTableId"] == "hub-hub-spoke-table-id"
    }
    assert ways == {
        "0.0.0.0/0": "hub-inspection-attachment-id",
        "::/0": "hub-inspection-attachment-id",
        "64:ff9b::a00:0/104": "blackhole",
        "64:ff9b::6440:0/106": "blackhole",
        "64:ff9b::a9fe:0/112": "blackhole",
        "64:ff9b::ac10:0/108": "blackhole",
        "64:ff9b::c0a8:0/112": "blackhole",
    }
    propagations = recorded.of_type("routeTablePropagation:RouteTablePropagation").values()
    assert {inputs["transitGatewayRouteTableId"] for inputs in propagations} == {"hub-hub-inspection-table-id"}


def test_every_attachment_takes_ipv6_and_every_subnet_has_a_64():
    recorded = build(spokes=THREE, zones=2, ipv6=True)
    attachments = recorded.of_type("vpcAttachment:VpcAttachment").values()
    assert [inputs["ipv6Support"] for inputs in attachments] == ["enable"] * 4
    subnets = recorded.of_type("ec2/subnet:Subnet")
    assert all(inputs["ipv6CidrBlock"].endswith("::/64") for inputs in subnets.values())
    given = {name for name, inputs in subnets.items() if inputs.get("assignIpv6AddressOnCreation")}
    assert given == {f"hub-{spoke}-workload-eu-west-1{zone}" for spoke in THREE for zone in "ab"}
    assert not [name for name, inputs in subnets.items() if inputs.get("enableDns64")]


def test_dns64_is_for_the_workloads_resolver_alone():
    subnets = build(spokes=THREE, ipv6=True, dns64=True).of_type("ec2/subnet:Subnet")
    translated = {name for name, inputs in subnets.items() if inputs.get("enableDns64")}
    assert translated == {f"hub-{spoke}-workload-eu-west-1a" for spoke in THREE}


def test_the_firewall_inspects_both_families_and_knows_every_spokes_range():
    recorded = build(spokes=THREE, ipv6=True, remote_spokes={"far": {"slot": 9, "ipv6_cidr": FAR}, "old": {"slot": 10}})
    (firewall,) = recorded.of_type("networkfirewall/firewall:Firewall").values()
    assert [mapping["ipAddressType"] for mapping in firewall["subnetMappings"]] == ["DUALSTACK"]
    (policy,) = recorded.of_type("firewallPolicy:FirewallPolicy").values()
    (home_net,) = policy["firewallPolicy"]["policyVariables"]["ruleVariables"]
    assert home_net["ipSet"]["definitions"][5:] == [IPV6, IPV6, IPV6, FAR]
    rules = recorded.of_type("ruleGroup:RuleGroup")["hub-firewall-ipv6-inside"]["ruleGroup"]
    (known,) = rules["ruleVariables"]["ipSets"]
    assert (known["key"], known["ipSet"]["definitions"]) == ("IPV6_SPOKES", [IPV6, IPV6, IPV6, FAR])
    assert {line.split()[0] for line in rules["rulesSource"]["rulesString"].splitlines()} == {"reject", "drop"}


def test_a_hub_without_a_spoke_yet_knows_nobody():
    rules = build(spokes={}, ipv6=True).of_type("ruleGroup:RuleGroup")["hub-firewall-ipv6-inside"]["ruleGroup"]
    assert rules["ruleVariables"]["ipSets"][0]["ipSet"]["definitions"] == ["2001:db8::/128"]


def test_instances_send_by_ipv6_nobody_may_come_in_and_hunts_know_both_addresses():
    outputs = {}
    recorded = build(outputs, spokes=THREE, ipv6=True)
    instances = recorded.of_type("ec2/instance:Instance").values()
    assert {inputs["ipv6AddressCount"] for inputs in instances} == {1}
    assert not [
        rule
        for rule in recorded.of_type("securityGroupIngressRule:SecurityGroupIngressRule").values()
        if "cidrIpv6" in rule or "cidrIpv4" in rule
    ]
    assert set(outputs["vpcs"]["alpha"]) == {"id", "cidr", "ipv6_cidr"}
    assert all("ipv6_address" in each for each in outputs["instances"].values())


def test_a_spoke_that_goes_from_the_middle_touches_no_other_with_ipv6_either():
    two = {name: entry for name, entry in THREE.items() if name != "beta"}
    before, after = by_name(build(spokes=THREE, ipv6=True)), by_name(build(spokes=two, ipv6=True))
    changed = {key for key in after if after[key] != before[key]}
    assert not [name for _, name in changed if "alpha" in name or "gamma" in name]
    assert {key for key in after if key not in before} == set()


def test_without_ipv6_there_is_none_of_it():
    recorded = build(spokes=THREE)
    assert routes(recorded) == {}
    assert not [each for each in recorded.resources if "ipv6" in each.name or "nat64" in each.name]


def test_components_refuse_what_settings_refuse():
    tables = HubTables(transit_gateway_id="t", spoke_table_id="s", inspection_table_id="i", egress_table_id="e")
    with pytest.raises(ArgumentError, match="IPv6: false with inspection: transit-gateway") as refused:
        InspectionVpcArgs(
            cidr="10.255.0.0/24",
            zones=[],
            hub=tables,
            spoke_ranges={},
            place="transit-gateway",
            ipv6_spokes=[],
            home_net=[],
        )
    assert IPV6_ON_GATEWAY_REFUSED in str(refused.value)
    with pytest.raises(ArgumentError, match="dns64: without ipv6"):
        HubAndSpokeArgs(dns64=True)
