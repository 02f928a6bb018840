"""What the words of the policies mean to the oracle, each in a small drawing with its sound twin."""

from __future__ import annotations

import ipaddress
from typing import Any

from tests.oracle.draft import STRAY, Draft, Ref
from tests.oracle.hub import ELSEWHERE, TGW, hub_and_spoke
from tests.oracle.layouts import single_vpc
from tests.oracle.own_zone import own_zones, vague_endpoints
from tests.oracle.pen import Choices
from tests.oracle.questions import ARRIVE, EAST_WEST, EGRESS, HOME_NET, SYMMETRIC, UNUSED, Answers, ask
from tests.oracle.records import World
from tests.oracle.world import read

ROUTE = "ec2/route:Route"


def answered(draft: Draft) -> Answers:
    return ask(read(draft.up()))


def broken(draft: Draft) -> set[str]:
    return set(answered(draft).broken)


def abroad(draft: Draft) -> Answers:
    foreign = answered(draft).foreign
    assert foreign is not None
    return foreign


def workloads(draft: Draft) -> set[str]:
    names = {one.id: one.name for one in draft.made.values()}
    return {names[subnet.id] for subnet in read(draft.up()).subnets.values() if subnet.workload}


# -- ranges that touch


def test_a_return_route_over_two_ranges_of_the_vpc_loses_to_both_local_routes() -> None:
    """work 10.1.0.0/24 -> fire -> NAT, and back by 10.0.0.0/15 -> fire: skipped"""
    draft = single_vpc(Choices(zones=1, secondary_cidr="touching"))
    assert broken(draft) == set()
    draft.made["rt-public-eu-west-1a-route-1"].inputs["destinationCidrBlock"] = "10.0.0.0/15"
    assert broken(draft) == {SYMMETRIC}


def test_two_propagated_ranges_beat_the_static_route_over_both() -> None:
    """spoke2 -> tgw [10.2.0.0/15 -> inspection, 10.2.0.0/16 and 10.3.0.0/16 -> spoke1]"""
    draft = hub_and_spoke(Choices(zones=1, secondary_cidr="touching"))
    where: dict[str, Any] = {"transitGatewayRouteTableId": Ref("tgw-spokes")}
    inspection = {"transitGatewayAttachmentId": Ref("attach-middle")}
    draft.add("over-both", f"{TGW}/route:Route", destinationCidrBlock="10.2.0.0/15", **where, **inspection)
    assert broken(draft) == set()
    kind = f"{TGW}/routeTablePropagation:RouteTablePropagation"
    draft.add("leak", kind, transitGatewayAttachmentId=Ref("attach-spoke1"), **where)
    assert EAST_WEST in broken(draft)


# -- what is infrastructure


def test_a_subnet_with_nothing_but_an_internal_balancer_is_a_workloads() -> None:
    draft = Draft()
    vpc = draft.add("vpc", "ec2/vpc:Vpc", cidrBlock="10.0.0.0/16")
    subnet = draft.add("subnet", "ec2/subnet:Subnet", vpcId=vpc, cidrBlock="10.0.0.0/24", availabilityZone="eu-west-1a")
    draft.add("balancer", "lb/loadBalancer:LoadBalancer", internal=True, subnets=[subnet])
    assert workloads(draft) == {"subnet"}
    draft.made["balancer"].inputs["internal"] = False
    assert workloads(draft) == set()


def test_an_attachments_subnet_is_infrastructure_only_where_packets_leave_by_it() -> None:
    found = workloads(hub_and_spoke(Choices(zones=1, spokes=1)))
    assert found == {"spoke1-work-eu-west-1a", "spoke1-tgw-eu-west-1a"}


def test_a_reply_that_nobody_in_an_empty_attachment_subnet_sends_is_not_lost() -> None:
    """spoke1 -> … -> spoke2's attachment subnet, whose table has no way out"""
    draft = hub_and_spoke(Choices(zones=1, spokes=2))
    assert broken(draft) == set()
    draft.add("somebody", "ec2/networkInterface:NetworkInterface", subnetId=Ref("spoke2-tgw-eu-west-1a"))
    assert broken(draft) == {SYMMETRIC}


# -- whose addresses


def by_nat(cidr: str) -> Draft:
    """work -> NAT [for these addresses] -> igw, and no firewall"""
    draft = Draft()
    vpc = draft.add("vpc", "ec2/vpc:Vpc", cidrBlock="10.0.0.0/16")
    igw = draft.add("igw", "ec2/internetGateway:InternetGateway", vpcId=vpc)
    for name, number in (("work", 0), ("public", 1)):
        where = {"cidrBlock": f"10.0.{number}.0/24", "availabilityZone": "eu-west-1a"}
        draft.add(name, "ec2/subnet:Subnet", vpcId=vpc, **where)
    table = draft.add("rt", "ec2/routeTable:RouteTable", vpcId=vpc)
    kind = "ec2/routeTableAssociation:RouteTableAssociation"
    draft.add("rta", kind, routeTableId=table, subnetId=Ref("public"))
    draft.add("out", ROUTE, routeTableId=table, destinationCidrBlock="0.0.0.0/0", gatewayId=igw)
    nat = draft.add("nat", "ec2/natGateway:NatGateway", subnetId=Ref("public"))
    main = Ref("vpc", "mainRouteTableId")
    draft.add("leak", ROUTE, routeTableId=main, destinationCidrBlock=cidr, natGatewayId=nat)
    return draft


def test_documentations_addresses_leave_as_all_others_do() -> None:
    assert broken(by_nat("203.0.113.0/24")) == {EGRESS}
    assert broken(by_nat("192.168.0.0/16")) == set()


def test_addresses_of_a_vpc_are_internet_to_whoever_has_no_way_to_it() -> None:
    draft = by_nat("8.8.8.0/24")
    other = draft.add("other", "ec2/vpc:Vpc", cidrBlock="8.8.0.0/16")
    assert broken(draft) == {EGRESS}
    kind = "ec2/vpcPeeringConnection:VpcPeeringConnection"
    draft.add("peering", kind, vpcId=Ref("vpc"), peerVpcId=other)
    answers = answered(draft)
    assert (answers.broken, set(answers.either_way)) == ({}, {EGRESS})


# -- ids


def test_an_id_that_is_none_of_the_firewalls_inspects_nothing() -> None:
    draft = single_vpc(Choices(zones=1))
    draft.made["rt-work-eu-west-1a-route-0"].inputs["vpcEndpointId"] = Ref("firewall", STRAY)
    answers = answered(draft)
    assert EGRESS in answers.unsettled
    assert EGRESS not in answers.broken


def test_what_leaves_by_somebody_elses_nat_gateway_has_no_known_reply() -> None:
    draft = single_vpc(Choices(zones=1))
    draft.made["rt-fire-eu-west-1a-route-0"].inputs["natGatewayId"] = "nat-elsewhere"
    answers = answered(draft)
    assert (set(answers.broken), set(answers.unsettled)) == (set(), {SYMMETRIC})


# -- dead space


def test_packets_for_nobody_that_go_round_are_no_routes_that_do_not_arrive() -> None:
    """spoke -> firewall -> egress -> NAT -> tgw, for 10.9.9.9, which the egress VPC sends back and nobody has"""
    draft = hub_and_spoke(Choices(zones=1, firewall_on_transit=True, wide_returns=True))
    assert broken(draft) == {UNUSED}
    blackhole = {"destinationCidrBlock": "10.0.0.0/8", "blackhole": True}
    draft.add("drop", f"{TGW}/route:Route", transitGatewayRouteTableId=Ref("tgw-spokes"), **blackhole)
    assert UNUSED not in broken(draft)


def test_packets_for_somebody_that_go_round_do_not_arrive() -> None:
    draft = hub_and_spoke(Choices(zones=1, firewall_on_transit=True, wide_returns=True))
    draft.add("unreached", "ec2/vpc:Vpc", cidrBlock="10.99.0.0/16")
    assert ARRIVE in broken(draft)


def test_what_a_firewall_sees_on_a_second_round_says_nothing_of_home_net() -> None:
    """HOME_NET is the spokes' alone, and the NAT gateway's address comes by only with packets that go round"""
    draft = hub_and_spoke(Choices(zones=1, firewall_on_transit=True, wide_returns=True, home_net="listed"))
    variables = draft.made["policy"].inputs["firewallPolicy"]["policyVariables"]["ruleVariables"]
    variables[0]["ipSet"]["definitions"] = ["10.2.0.0/16", "10.4.0.0/16"]
    assert broken(draft) == {UNUSED}
    variables[0]["ipSet"]["definitions"] = ["10.2.0.0/16"]
    assert broken(draft) == {UNUSED, HOME_NET}


# -- spokes out of sight


def foreign_tables(draft: Draft) -> set[str]:
    names = {one.id: one.name for one in draft.made.values()}
    return {names.get(t.id, "default") for t in read(draft.up()).transit_tables.values() if t.foreign}


def test_where_spokes_out_of_sight_can_be() -> None:
    assert foreign_tables(hub_and_spoke(Choices(zones=1))) == set()
    assert foreign_tables(hub_and_spoke(Choices(zones=1, foreign="named"))) == {"tgw-spokes"}
    assert foreign_tables(hub_and_spoke(Choices(zones=1, spokes=0, foreign="shared"))) == {"tgw-spokes"}
    assert foreign_tables(hub_and_spoke(Choices(zones=1, default_tables=True))) == {"default"}
    assert foreign_tables(hub_and_spoke(Choices(zones=1, default_tables=True, overridden=True))) == {"tgw-spokes"}


def test_a_hub_for_spokes_out_of_sight_is_sound_and_without_its_firewall_is_not() -> None:
    for foreign in ("named", "learned", "shared"):
        draft = hub_and_spoke(Choices(zones=2, spokes=0, foreign=foreign))
        found = abroad(draft)
        assert (found.broken, found.unsettled) == ({}, {})
        for zone in "ab":
            inputs = draft.made[f"rt-middle-tgw-eu-west-1{zone}-route-0"].inputs
            del inputs["vpcEndpointId"]
            inputs["natGatewayId"] = Ref(f"nat-eu-west-1{zone}")
        assert EGRESS in abroad(draft).broken


def test_spokes_out_of_sight_that_propagate_where_they_are_associated_reach_each_other() -> None:
    draft = hub_and_spoke(Choices(zones=1, spokes=0, default_tables=True, foreign="shared"))
    assert EAST_WEST not in abroad(draft).unsettled
    draft.made["tgw"].inputs["defaultRouteTablePropagation"] = "enable"
    assert EAST_WEST in abroad(draft).unsettled


def test_a_spoke_out_of_sight_reaches_one_of_the_program_around_the_firewall() -> None:
    draft = hub_and_spoke(Choices(zones=1, spokes=1, foreign="named"))
    where = {"transitGatewayAttachmentId": Ref("attach-spoke1"), "transitGatewayRouteTableId": Ref("tgw-spokes")}
    draft.add("leak", f"{TGW}/routeTablePropagation:RouteTablePropagation", **where)
    assert EAST_WEST in abroad(draft).broken
    draft.drop("leak")
    where["transitGatewayAttachmentId"] = ELSEWHERE
    draft.add("leak", f"{TGW}/routeTablePropagation:RouteTablePropagation", **where)
    assert EAST_WEST in answered(draft).unsettled


# -- own zones


def world(draft: Draft) -> World:
    return read(draft.up())


def test_an_endpoint_by_position_is_taken_for_the_one_of_the_zone_that_its_table_serves() -> None:
    draft = single_vpc(Choices(zones=2))
    assert own_zones(draft, world(draft)) == ([], True)
    route = draft.made["rt-work-eu-west-1a-route-0"].inputs
    route["vpcEndpointId"] = Ref("firewall", "endpoint:fire-eu-west-1b")
    assert [one.name for one in vague_endpoints(draft)] == ["rt-work-eu-west-1a-route-0"]
    (only,), complete = own_zones(draft, world(draft))
    assert complete
    assert only.made["rt-work-eu-west-1a-route-0"].inputs["vpcEndpointId"].output == "endpoint:fire-eu-west-1a"
    assert (broken(draft), broken(only)) == ({SYMMETRIC}, set())


def test_a_table_of_several_zones_may_name_any_endpoint() -> None:
    draft = single_vpc(Choices(zones=2))
    draft.made["rt-work-eu-west-1a-route-0"].inputs["vpcEndpointId"] = Ref("firewall", "endpoint:fire-eu-west-1b")
    draft.made["rt-work-eu-west-1b-work-eu-west-1b"].inputs["routeTableId"] = Ref("rt-work-eu-west-1a")
    found, complete = own_zones(draft, world(draft))
    ends = {one.made["rt-work-eu-west-1a-route-0"].inputs["vpcEndpointId"].output for one in found}
    assert (ends, complete) == ({"endpoint:fire-eu-west-1a", "endpoint:fire-eu-west-1b"}, True)


def test_ranges_from_a_pool_are_known_at_up_alone() -> None:
    draft = hub_and_spoke(Choices(zones=1, pool="declared"))
    shown = {one.name: one.properties for one in draft.preview()}
    assert repr(shown["spoke1"]["cidrBlock"]) == repr(shown["spoke1-work-eu-west-1a"]["cidrBlock"]) == "UNKNOWN"
    assert [str(n) for n in world(draft).vpcs[draft.made["spoke1"].id].cidrs] == ["10.2.0.0/16"]
    assert ipaddress.ip_network("10.2.0.0/24") in world(draft).subnets[draft.made["spoke1-work-eu-west-1a"].id].cidrs
