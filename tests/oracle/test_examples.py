"""Networks on which exploring at random once found proof and simulator to differ: they agree, in both phases."""

from __future__ import annotations

from typing import Any

from tests.oracle.compare import Case, policies_that_differ, previews_that_differ
from tests.oracle.draft import Draft, Ref
from tests.oracle.hub import ELSEWHERE, TGW, hub_and_spoke
from tests.oracle.layouts import single_vpc
from tests.oracle.pen import Choices
from tests.oracle.questions import ARRIVE, EAST_WEST, SYMMETRIC, Answers

ROUTE = "ec2/route:Route"


def agreed(draft: Draft) -> Case:
    case = Case(draft)
    assert not case.world.refused_by_aws()
    assert policies_that_differ(case) + previews_that_differ(case) == []
    return case


def broken_abroad(draft: Draft) -> set[str]:
    foreign = agreed(draft).answers.foreign
    assert foreign is not None
    return set(foreign.broken)


def listed(draft: Draft, *cidrs: str) -> Ref:
    entries = [{"cidr": cidr} for cidr in cidrs]
    kind = "ec2/managedPrefixList:ManagedPrefixList"
    return draft.add("list", kind, name="list", addressFamily="IPv4", maxEntries=5, entries=entries)


def test_replies_to_spokes_elsewhere_in_one_zone_of_two_around_the_firewall() -> None:
    """elsewhere -> middle [in zone a, what isn't for spoke1 skips the firewall] -> spoke1"""
    draft = hub_and_spoke(Choices(zones=2, spokes=1, foreign="named"))
    assert broken_abroad(draft) == set()
    table = Ref("rt-middle-tgw-eu-west-1a")
    endpoint = draft.made["rt-middle-tgw-eu-west-1a-route-0"].inputs.pop("vpcEndpointId")
    draft.made["rt-middle-tgw-eu-west-1a-route-0"].inputs["transitGatewayId"] = Ref("tgw")
    draft.add("part", ROUTE, routeTableId=table, destinationCidrBlock="10.2.0.0/16", vpcEndpointId=endpoint)
    assert SYMMETRIC in broken_abroad(draft)


def test_a_loop_for_certain_beside_one_that_hangs_on_a_tie() -> None:
    """elsewhere -> firewall [on the gateway] -> firewall for 10.255.0.0/16, and perhaps for 10.2.0.0/16"""
    choices = Choices(firewall_on_transit=True, spokes=1, spoke_routes="prefix-list", default_tables=True)
    draft = hub_and_spoke(choices)
    where: dict[str, Any] = {"transitGatewayRouteTableId": Ref("tgw-inspected")}
    back = {"transitGatewayAttachmentId": Ref("firewall", "attachment")}
    kind = f"{TGW}/prefixListReference:PrefixListReference"
    draft.add("tie", kind, prefixListId=listed(draft, "10.2.0.0/16", "10.255.0.0/16"), **where, **back)
    assert ARRIVE in broken_abroad(draft)


def test_a_gateway_s_default_tables_beside_an_attachment_by_id_of_which_an_unused_table_makes_a_hub() -> None:
    """home -> tgw [own table]; elsewhere -> tgw [own table], and by a table that nobody uses, all -> elsewhere"""
    draft = Draft()
    tgw = draft.add("tgw", f"{TGW}/transitGateway:TransitGateway")
    used, unused = (
        draft.add(name, f"{TGW}/routeTable:RouteTable", transitGatewayId=tgw) for name in ("used", "unused")
    )
    home = draft.add("home", "ec2/vpc:Vpc", cidrBlock="10.1.0.0/16")
    where: dict[str, Any] = {"vpcId": home, "cidrBlock": "10.1.0.0/24", "availabilityZone": "eu-west-1a"}
    work = draft.add("work", "ec2/subnet:Subnet", **where)
    own = {"transitGatewayDefaultRouteTableAssociation": False, "transitGatewayDefaultRouteTablePropagation": False}
    kind = f"{TGW}/vpcAttachment:VpcAttachment"
    attached = draft.add("attached", kind, transitGatewayId=tgw, vpcId=home, subnetIds=[work], **own)
    for name, attachment in (("home", attached), ("elsewhere", ELSEWHERE)):
        ends: dict[str, Any] = {"transitGatewayAttachmentId": attachment, "transitGatewayRouteTableId": used}
        draft.add(f"{name}-associated", f"{TGW}/routeTableAssociation:RouteTableAssociation", **ends)
    ends = {"transitGatewayAttachmentId": ELSEWHERE, "transitGatewayRouteTableId": unused}
    draft.add("all", f"{TGW}/route:Route", destinationCidrBlock="0.0.0.0/0", **ends)
    foreign = agreed(draft).answers.foreign
    assert foreign is not None
    assert EAST_WEST in foreign.unsettled
    draft.made["all"].inputs["transitGatewayRouteTableId"] = used
    foreign = agreed(draft).answers.foreign
    assert foreign is not None
    assert EAST_WEST not in foreign.unsettled


def test_a_range_of_ipv6_that_comes_later_may_lie_in_the_part_that_leads_out() -> None:
    """home -> peering -> there, but for 2a00:1450::/32, which leaves by an egress-only gateway"""
    draft = Draft()
    for number, name in enumerate(("home", "there")):
        vpc = draft.add(name, "ec2/vpc:Vpc", cidrBlock=f"10.{number}.0.0/16", assignGeneratedIpv6CidrBlock=True)
        where: dict[str, Any] = {"vpcId": vpc, "availabilityZone": "eu-west-1a"}
        where |= {"cidrBlock": f"10.{number}.0.0/24", "ipv6CidrBlock": Ref(name, "v6:0")}
        draft.add(f"{name}-work", "ec2/subnet:Subnet", **where)
    out = draft.add("out", "ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway", vpcId=Ref("home"))
    joined = draft.add(
        "joined", "ec2/vpcPeeringConnection:VpcPeeringConnection", vpcId=Ref("home"), peerVpcId=Ref("there")
    )
    table = Ref("home", "mainRouteTableId")
    part: dict[str, Any] = {"destinationIpv6CidrBlock": "2a00:1450::/32", "egressOnlyGatewayId": out}
    draft.add("part", ROUTE, routeTableId=table, **part)
    rest: dict[str, Any] = {"destinationIpv6CidrBlock": "::/0", "vpcPeeringConnectionId": joined}
    draft.add("rest", ROUTE, routeTableId=table, **rest)
    assert EAST_WEST in agreed(draft).answers.broken


def tied(choices: Choices, cidr: str, attachment: str) -> Answers:
    """A hub with a firewall on its gateway, where one more prefix list leads a spoke's range to some attachment."""
    draft = hub_and_spoke(choices)
    ends: dict[str, Any] = {"transitGatewayRouteTableId": Ref("tgw-inspected")}
    ends |= {"transitGatewayAttachmentId": Ref(attachment), "prefixListId": listed(draft, cidr)}
    draft.add("tie", f"{TGW}/prefixListReference:PrefixListReference", **ends)
    return agreed(draft).answers


def test_ways_of_which_one_goes_round_by_a_tie() -> None:
    """spoke1 -> firewall -> spoke2, or spoke1 -> firewall, for 10.4.0.0/16 in two prefix lists"""
    answers = tied(
        Choices(zones=1, firewall_on_transit=True, spoke_routes="prefix-list", main_table=True),
        "10.4.0.0/16",
        "attach-spoke1",
    )
    assert ARRIVE in answers.unsettled


def test_what_is_nobodys_beside_what_goes_round_by_a_tie() -> None:
    """spoke2 -> firewall -> NAT -> firewall for 10.0.0.0/8, and perhaps for 10.2.0.0/16, in two prefix lists"""
    choices = Choices(firewall_on_transit=True, spoke_routes="prefix-list", wide_returns=True)
    answers = tied(choices, "10.2.0.0/16", "attach-middle")
    assert ARRIVE in answers.unsettled


def test_what_goes_round_by_one_of_the_endpoints_that_a_route_may_name() -> None:
    """work-a -> fire-a or fire-b, which of them preview can't know, and fire-b has the table of work-a"""
    draft = single_vpc(Choices(zones=2, endpoint_by_firewall_alone=True))
    draft.made["rt-fire-eu-west-1b-fire-eu-west-1b"].inputs["routeTableId"] = Ref("rt-work-eu-west-1a")
    agreed(draft)
