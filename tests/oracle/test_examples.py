"""Networks on which exploring at random once found proof and simulator to differ: they agree, in both phases."""

from __future__ import annotations

from typing import Any

from tests.oracle.compare import Case, policies_that_differ, previews_that_differ
from tests.oracle.draft import Draft, Ref
from tests.oracle.hub import TGW, hub_and_spoke
from tests.oracle.pen import Choices
from tests.oracle.questions import ARRIVE, SYMMETRIC

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
