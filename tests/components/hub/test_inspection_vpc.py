from __future__ import annotations

import pytest

from components.common.environment import Environment, Zone
from components.hub.inspection_vpc import InspectionVpc, InspectionVpcArgs
from components.hub.transit_hub import TransitHub, TransitHubArgs
from tests.components.recorder import run

ENVIRONMENT = Environment(
    partition="aws",
    account="111122223333",
    region="eu-west-1",
    zones=tuple(
        Zone(name=f"eu-west-1{letter}", id=f"euw1-az{number}") for letter, number in zip("abc", (3, 1, 2), strict=True)
    ),
)


def build(zones=2, **changes):
    def program():
        hub = TransitHub("hub", TransitHubArgs(egress_table=changes.get("place") == "transit-gateway"))
        args = {
            "cidr": "10.255.0.0/24",
            "zones": ENVIRONMENT.zones[:zones],
            "hub": hub.tables,
            "home_net": ["10.64.0.0/20"],
            "environment": ENVIRONMENT,
            "spoke_ranges": {"pool": "10.64.0.0/12"},
            **changes,
        }
        InspectionVpc("inspection", InspectionVpcArgs(**args))

    return run(program)


def routes(recorded):
    """(table, destination) -> next hop."""
    hops = ("vpcEndpointId", "natGatewayId", "transitGatewayId", "gatewayId")
    return {
        (inputs["routeTableId"], inputs["destinationCidrBlock"]): next(inputs[hop] for hop in hops if inputs.get(hop))
        for inputs in recorded.of_type("ec2/route:Route").values()
    }


def gateway_routes(recorded):
    return {
        (inputs["transitGatewayRouteTableId"], inputs["destinationCidrBlock"]): inputs.get(
            "transitGatewayAttachmentId", "blackhole"
        )
        for inputs in recorded.of_type("ec2transitgateway/route:Route").values()
    }


def associations(recorded):
    return {
        inputs["transitGatewayAttachmentId"]: inputs["transitGatewayRouteTableId"]
        for inputs in recorded.of_type("routeTableAssociation:RouteTableAssociation").values()
        if "transitGatewayAttachmentId" in inputs
    }


def test_each_zone_goes_through_its_own_endpoint_and_nat_gateway_and_back():
    found = routes(build(zones=3))
    expected = {}
    for zone in ("eu-west-1a", "eu-west-1b", "eu-west-1c"):
        endpoint = f"endpoint-in-inspection-firewall-{zone}-id"
        expected |= {
            (f"inspection-attachment-{zone}-id", "0.0.0.0/0"): endpoint,
            (f"inspection-firewall-{zone}-id", "0.0.0.0/0"): f"inspection-nat-{zone}-id",
            (f"inspection-firewall-{zone}-id", "10.64.0.0/12"): "hub-gateway-id",
            (f"inspection-public-{zone}-id", "0.0.0.0/0"): "inspection-internet-id",
            (f"inspection-public-{zone}-id", "10.64.0.0/12"): endpoint,
        }
    assert found == expected


def test_spokes_are_sent_to_the_attachment_and_inspection_has_a_table_of_its_own():
    recorded = build()
    assert gateway_routes(recorded) == {("hub-spoke-table-id", "0.0.0.0/0"): "inspection-attachment-id"}
    assert associations(recorded) == {"inspection-attachment-id": "hub-inspection-table-id"}


def test_the_attachment_keeps_flows_in_their_zone_and_uses_no_default_table():
    (attachment,) = build().of_type("vpcAttachment:VpcAttachment").values()
    assert attachment["applianceModeSupport"] == "enable"
    assert attachment["transitGatewayDefaultRouteTableAssociation"] is False
    assert attachment["transitGatewayDefaultRouteTablePropagation"] is False
    assert attachment["subnetIds"] == [f"inspection-attachment-{zone}-id" for zone in ("eu-west-1a", "eu-west-1b")]


def test_the_gateway_has_no_default_tables_and_waits_for_strangers():
    (gateway,) = build().of_type("transitGateway:TransitGateway").values()
    assert gateway["defaultRouteTableAssociation"] == gateway["defaultRouteTablePropagation"] == "disable"
    assert gateway["autoAcceptSharedAttachments"] == "disable"


def test_a_firewall_on_the_gateway_stands_between_spokes_and_egress_both_ways():
    recorded = build(place="transit-gateway", blackholes={"pool": "10.64.0.0/12"})
    own = "inspection-firewall-own-attachment"
    assert gateway_routes(recorded) == {
        ("hub-spoke-table-id", "0.0.0.0/0"): own,
        ("hub-inspection-table-id", "0.0.0.0/0"): "inspection-attachment-id",
        ("hub-inspection-table-id", "10.64.0.0/12"): "blackhole",
        ("hub-egress-table-id", "10.64.0.0/12"): own,
    }
    assert associations(recorded) == {own: "hub-inspection-table-id", "inspection-attachment-id": "hub-egress-table-id"}
    expected = {}
    for zone in ("eu-west-1a", "eu-west-1b"):
        expected |= {
            (f"inspection-attachment-{zone}-id", "0.0.0.0/0"): f"inspection-nat-{zone}-id",
            (f"inspection-public-{zone}-id", "0.0.0.0/0"): "inspection-internet-id",
            (f"inspection-public-{zone}-id", "10.64.0.0/12"): "hub-gateway-id",
        }
    assert routes(recorded) == expected
    (firewall,) = recorded.of_type("networkfirewall/firewall:Firewall").values()
    assert firewall["availabilityZoneMappings"] == [
        {"availabilityZoneId": "euw1-az3"},
        {"availabilityZoneId": "euw1-az1"},
    ]


def test_a_firewall_on_the_gateway_comes_after_the_attachment_that_takes_the_gateway_to_its_zones():
    made = [resource.type.rpartition(":")[2] for resource in build(place="transit-gateway").resources]
    assert made.index("VpcAttachment") < made.index("Firewall", made.index("FirewallPolicy"))


def test_home_net_lists_the_spokes():
    (policy,) = build().of_type("firewallPolicy:FirewallPolicy").values()
    assert policy["firewallPolicy"]["policyVariables"]["ruleVariables"] == [
        {"key": "HOME_NET", "ipSet": {"definitions": ["10.64.0.0/20"]}}
    ]


def test_one_nat_gateway_for_several_zones_is_refused_with_its_reason():
    with pytest.raises(ValueError, match="can name one endpoint only"):
        build(zones=2, nat="single")


def test_one_nat_gateway_serves_one_zone_and_any_number_behind_a_firewall_on_the_gateway():
    assert len(build(zones=1, nat="single").of_type("natGateway:NatGateway")) == 1
    recorded = build(zones=3, nat="single", place="transit-gateway")
    assert len(recorded.of_type("natGateway:NatGateway")) == 1
    hops = {hop for (table, _), hop in routes(recorded).items() if "attachment" in table}
    assert hops == {"inspection-nat-eu-west-1a-id"}


def test_a_regional_nat_gateway_has_no_public_subnet_and_sends_replies_by_a_table_of_its_own():
    recorded = build(zones=3, nat="regional", place="transit-gateway")
    (gateway,) = recorded.of_type("natGateway:NatGateway").values()
    assert (gateway["vpcId"], gateway["availabilityMode"]) == ("inspection-vpc-id", "regional")
    assert gateway["availabilityZoneAddresses"] == [
        {"availabilityZone": zone, "allocationIds": [f"inspection-regional-{zone}-id"]}
        for zone in ("eu-west-1a", "eu-west-1b", "eu-west-1c")
    ]
    assert not [name for name in recorded.of_type("ec2/subnet:Subnet") if "public" in name]
    found = routes(recorded)
    assert {hop for (table, _), hop in found.items() if "attachment" in table} == {"inspection-regional-id"}
    assert found["inspection-regional-table", "10.64.0.0/12"] == "hub-gateway-id"
    with pytest.raises(ValueError, match="one route table for all zones"):
        build(nat="regional")
