"""What exploring at random once found to be proven although it can't be known: each stays undecided, or refused."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tests.oracle.draft import Draft, Ref
from tests.oracle.hub import hub_and_spoke
from tests.oracle.judged import UNKNOWN, Config, Registration, build, prove
from tests.oracle.layouts import Choices, single_vpc
from tests.oracle.questions import ARRIVE, EAST_WEST, EGRESS, S3, SYMMETRIC
from tests.oracle.test_fuzz import replaced

FOREIGN = frozenset({"urn:pulumi:dev::drawn::random:index/randomString:RandomString::text"})


def hide(draft: Draft, name: str, *way: Any) -> list[Registration]:
    """Everything known but one value, which comes from something that has nothing to do with networks."""
    known = draft.up()
    number = next(n for n, one in enumerate(known) if one.name == name)
    hidden = replaced(known, (number, way), UNKNOWN)
    one = hidden[number]
    hidden[number] = dataclasses.replace(one, dependencies={**one.dependencies, way[0]: FOREIGN})
    return hidden


def verdicts(registered: list[Registration]) -> set[tuple[str, str, str]]:
    return {(v.policy, v.verdict.value, name) for v in prove(build(registered)) for name in v.subnet_names}


def policies(registered: list[Registration]) -> set[str]:
    return {policy for policy, _verdict, _name in verdicts(registered)}


SPOKE = "spoke1-work-eu-west-1a"
ROUTED = {EGRESS, SYMMETRIC, EAST_WEST, ARRIVE}


@pytest.fixture
def hub() -> Draft:
    draft = hub_and_spoke(Choices(zones=1, spokes=2))
    assert not policies(draft.up()) & ROUTED
    return draft


def test_a_workload_of_unknown_range_in_a_known_vpc_is_still_reached_around_the_firewall(hub: Draft) -> None:
    """spoke2 -> tgw [spokes' table, spoke1 propagated] -> spoke1"""
    where = {"transitGatewayAttachmentId": Ref("attach-spoke1"), "transitGatewayRouteTableId": Ref("tgw-spokes")}
    hub.add("leak", "ec2transitgateway/routeTablePropagation:RouteTablePropagation", **where)
    found = verdicts(hide(hub, SPOKE, "cidrBlock"))
    assert (EAST_WEST, "refuted", "spoke2-work-eu-west-1a") in found


def test_a_workload_of_unknown_range_may_be_in_the_half_of_its_vpc_that_is_reached_around_the_firewall(
    hub: Draft,
) -> None:
    """spoke2 -> tgw [spokes' table, half of spoke1's range] -> spoke1"""
    where = {"transitGatewayAttachmentId": Ref("attach-spoke1"), "transitGatewayRouteTableId": Ref("tgw-spokes")}
    hub.add("leak", "ec2transitgateway/route:Route", destinationCidrBlock="10.2.0.0/17", **where)
    found = verdicts(hide(hub, SPOKE, "cidrBlock"))
    assert (EAST_WEST, "undecided", "spoke2-work-eu-west-1a") in found


def test_an_inspected_way_into_a_table_that_may_hold_anything_has_unknown_replies() -> None:
    """spoke -> tgw -> fire [firewall] -> ?"""
    draft = hub_and_spoke(Choices(zones=1, inline=True))
    found = verdicts(hide(draft, "rt-middle-fire-eu-west-1a", "routes", 0))
    assert {(SYMMETRIC, "undecided", SPOKE), (ARRIVE, "undecided", SPOKE)} <= found


def test_a_table_that_may_hold_anything_may_lead_to_another_vpc() -> None:
    """spoke1 -> ?"""
    draft = hub_and_spoke(Choices(zones=1, inline=True))
    found = verdicts(hide(draft, "rt-spoke1", "routes"))
    assert {(EGRESS, "undecided", SPOKE), (EAST_WEST, "undecided", SPOKE)} <= found


def test_replies_by_a_route_of_unknown_destination_may_be_lost(hub: Draft) -> None:
    """spoke1 -> … [firewall] … -> spoke2, and back by a route that may be for anything"""
    found = verdicts(hide(hub, "rt-spoke2-route-0", "destinationCidrBlock"))
    assert (SYMMETRIC, "undecided", SPOKE) in found


@pytest.mark.parametrize(
    ("name", "key"),
    [("tgw", "defaultRouteTableAssociation"), ("attach-spoke1", "transitGatewayDefaultRouteTableAssociation")],
)
def test_an_unknown_default_association_may_be_none(name: str, key: str) -> None:
    """spoke1 -> tgw [default table, or none at all]"""
    draft = hub_and_spoke(Choices(zones=1, default_tables=True))
    assert (EGRESS, "undecided", SPOKE) in verdicts(hide(draft, name, key))


def test_an_unknown_default_propagation_is_no_return_route() -> None:
    """spoke1 <- tgw [default table, spoke1 propagated, perhaps] <- middle"""
    draft = hub_and_spoke(Choices(zones=1, spokes=1))
    draft.drop("propagation-1")
    draft.made["tgw"].inputs["defaultRouteTablePropagation"] = "enable"
    draft.made["attach-spoke1"].inputs["transitGatewayDefaultRouteTablePropagation"] = True
    draft.made["assoc-inspected"].inputs["transitGatewayRouteTableId"] = Ref("tgw", "propagationDefaultRouteTableId")
    assert SYMMETRIC not in policies(draft.up())
    hidden = hide(draft, "attach-spoke1", "transitGatewayDefaultRouteTablePropagation")
    assert (SYMMETRIC, "undecided", SPOKE) in verdicts(hidden)


def test_a_route_that_may_be_a_blackhole_may_bring_nothing_back() -> None:
    """spoke1 <- tgw [10.1.0.0/16, blackhole or spoke1] <- middle"""
    draft = hub_and_spoke(Choices(zones=1, spoke_routes="prefix-list"))
    draft.made["reference-1"].inputs["blackhole"] = False
    assert SYMMETRIC not in policies(draft.up())
    assert (SYMMETRIC, "undecided", SPOKE) in verdicts(hide(draft, "reference-1", "blackhole"))


def test_a_firewall_on_a_gateway_associates_by_default_like_every_attachment() -> None:
    """firewall -> tgw [default table] -> firewall: round and round"""
    draft = hub_and_spoke(Choices(zones=1, firewall_on_transit=True, default_tables=True))
    draft.drop("assoc-inspected")
    assert (ARRIVE, "refuted", SPOKE) in verdicts(draft.up())


def test_an_exemption_takes_nothing_out_but_what_it_names() -> None:
    """spoke -> twenty VPCs by peering, and all but one of the peerings exempt"""
    draft = Draft()
    home = draft.add("home", "ec2/vpc:Vpc", cidrBlock="10.0.0.0/16")
    draft.add("work", "ec2/subnet:Subnet", vpcId=home, cidrBlock="10.0.0.0/24", availabilityZone="eu-west-1a")
    for number in range(1, 21):
        there = draft.add(f"vpc{number}", "ec2/vpc:Vpc", cidrBlock=f"10.{number}.0.0/16")
        cidr = f"10.{number}.0.0/24"
        draft.add(f"s{number}", "ec2/subnet:Subnet", vpcId=there, cidrBlock=cidr, availabilityZone="eu-west-1a")
        kind = "ec2/vpcPeeringConnection:VpcPeeringConnection"
        peering = draft.add(f"exempt{number}" if number < 20 else "last", kind, vpcId=home, peerVpcId=there)
        route = {"destinationCidrBlock": cidr, "vpcPeeringConnectionId": peering}
        draft.add(f"to{number}", "ec2/route:Route", routeTableId=Ref("home", "mainRouteTableId"), **route)
    config = Config.parse({EAST_WEST: {"exemptions": [{"resource": "exempt*", "reason": "known"}]}})
    found = [v for v in prove(build(draft.up()), config) if v.policy == EAST_WEST]
    assert [(v.subnet_names, v.urn) for v in found] == [(("work",), draft.made["last"].urn)]


def test_a_subnet_of_unknown_range_gets_no_reply_that_anybody_could_promise() -> None:
    """work [?] -> fire [firewall] -> public [NAT], and back for 10.0.0.0/24 alone"""
    draft = single_vpc(Choices(zones=1))
    assert (SYMMETRIC, "undecided", "work-eu-west-1a") in verdicts(hide(draft, "work-eu-west-1a", "cidrBlock"))


def test_s3_traffic_that_goes_in_circles_by_one_endpoint_may_leave_by_another() -> None:
    """work -> fire-a [firewall] -> fire-c [firewall] -> igw, where preview knows no more than "the firewall" """
    draft = single_vpc(Choices(zones=3, nat="none", endpoint_by_firewall_alone=True))
    draft.drop("s3")
    route = draft.made["rt-fire-eu-west-1a-route-0"]
    route.inputs.pop("gatewayId")
    route.inputs["vpcEndpointId"] = Ref("firewall", "endpoint:fire-eu-west-1c")
    assert (S3, "refuted", "work-eu-west-1a") in verdicts(draft.up())
    assert S3 in {policy for policy, _verdict, name in verdicts(draft.preview()) if name == "work-eu-west-1a"}


def test_two_endpoints_in_a_row_see_both_directions_in_whatever_order() -> None:
    """work -> tgw -> fire-a [firewall] -> fire-b [firewall] -> NAT or tgw, and every reply by fire-a and fire-b too"""
    draft = hub_and_spoke(Choices(zones=2))
    first, second = (Ref("firewall", f"endpoint:middle-fire-eu-west-1{zone}") for zone in "ab")
    to_first = (
        "rt-middle-tgw-eu-west-1b-route-0",
        "rt-middle-public-eu-west-1b-route-1",
        "rt-middle-public-eu-west-1b-route-2",
    )
    for name in to_first:
        draft.made[name].inputs["vpcEndpointId"] = first
    for number, target in enumerate(("natGatewayId", "transitGatewayId", "transitGatewayId")):
        inputs = draft.made[f"rt-middle-fire-eu-west-1a-route-{number}"].inputs
        del inputs[target]
        inputs["vpcEndpointId"] = second
    assert SYMMETRIC not in policies(draft.up())
    draft.made["rt-middle-public-eu-west-1b-route-1"].inputs["vpcEndpointId"] = second
    assert SYMMETRIC in policies(draft.up())


def test_s3_that_is_dropped_behind_its_zones_endpoint_takes_no_long_way() -> None:
    """work -> fire [firewall] -> nothing, where preview knows no more than "the firewall" """
    draft = single_vpc(Choices(zones=2, nat="none", endpoint_by_firewall_alone=True))
    draft.drop("s3")
    for zone in ("a", "b"):
        draft.drop(f"rt-fire-eu-west-1{zone}-route-0")
    assert S3 not in {policy for policy, _verdict, _name in verdicts(draft.preview())}


def test_a_range_of_ipv6_that_comes_later_leaves_no_doubt_about_ipv4() -> None:
    """spoke2 -> tgw -> fire [firewall] -> tgw -> spoke1, which has no way back in IPv4"""
    draft = hub_and_spoke(Choices(zones=1, ipv6=True))
    out = next(
        one
        for one in draft.made.values()
        if one.name.startswith("rt-spoke1-route-") and "destinationCidrBlock" in one.inputs
    )
    out.inputs["destinationCidrBlock"] = "8.8.8.0/24"
    # Where IPv6 is divided, a range of it may lie on either side.
    where = {"routeTableId": Ref("rt-spoke1"), "transitGatewayId": Ref("tgw")}
    draft.add("divides", "ec2/route:Route", destinationIpv6CidrBlock="2a00:1450::/32", **where)
    assert (SYMMETRIC, "refuted", "spoke2-work-eu-west-1a") in verdicts(draft.preview())
