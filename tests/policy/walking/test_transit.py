"""The way out of an attachment and into one: which tables, zones and firewalls, and how certain that is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policy.egress.addresses import AddressSet
from policy.egress.network.model import Attachment, Subnet, Target
from policy.egress.walking.index import NetworkIndex
from policy.egress.walking.paths import Crossing
from policy.egress.walking.places import Place, Step
from policy.egress.walking.transit import from_attachment, through_transit
from tests.policy.build import Program

PIECE = AddressSet.of("8.8.8.0/24")
GATEWAY = Place(transit=True, table="spokes", owner="tgw", zone=None, flow="nat")
DOORS = ("door-a", "door-b")


def index(*attachments: Attachment) -> NetworkIndex:
    """One VPC with a door in each of two zones, each with a table of its own, and what is attached to the gateway."""
    program = Program()
    vpc = program.vpc()
    network = program.network()
    doors = {
        f"door-{zone}": Subnet(f"door-{zone}", f"door-{zone}", vpc.urn, PIECE, zone, (f"table-{zone}",))
        for zone in "ab"
    }
    return NetworkIndex(replace(network, subnets=doors, attachments={each.key: each for each in attachments}))


def out(attachment: Attachment, place: Place = GATEWAY) -> list[Step]:
    return list(through_transit(index(attachment), place, Target("attachment", attachment.key), PIECE))


def middle(*, appliance_mode: bool | None) -> Attachment:
    (vpc,) = index().network.vpcs
    return Attachment("middle", "middle", "vpc", ("tgw",), vpc, DOORS, appliance_mode=appliance_mode)


def firewall(*zones: str, tables: tuple[str, ...] = ("inspected",), doubt: str = "") -> Attachment:
    return Attachment("fw", "fw", "firewall", ("tgw",), zones=zones, associations={"tgw": tables}, doubt=doubt)


def test_an_attachment_that_may_be_associated_with_either_of_two_tables_may_lead_to_both():
    spoke = Attachment("spoke", "spoke", "vpc", ("tgw",), associations={"tgw": ("first", "second")})
    steps = from_attachment(index(spoke), spoke, "tgw", PIECE, GATEWAY, passed=())
    said = "spoke is associated with one of first, second"
    assert [(step.to.table, step.doubt) for step in steps] == [("first", said), ("second", said)]


def test_a_doubt_about_the_way_to_an_attachment_is_told_before_one_about_its_table():
    spoke = Attachment("spoke", "spoke", "vpc", ("tgw",), associations={"tgw": ("first", "second")})
    steps = from_attachment(index(spoke), spoke, "tgw", PIECE, GATEWAY, passed=(), doubt="two attachments")
    assert {step.doubt for step in steps} == {"two attachments"}


def test_a_firewall_on_the_gateway_keeps_the_zone_of_a_flow_both_ways_as_appliance_mode_does():
    steps = out(firewall("az1", "az2"))
    assert [step.choice for step in steps] == [("fw|nat", "az1"), ("fw|nat", "az2")]
    assert {step.crossed for step in steps} == {(Crossing("fw", "transit-gateway"),)}
    assert [step.choice for step in out(firewall("az1"))] == [None]


@pytest.mark.parametrize(
    ("attached", "said"),
    [
        (firewall("az1"), ""),
        (firewall("az1", doubt="its zones aren't known"), "its zones aren't known"),
        (firewall("az1", tables=("one", "other")), "fw is associated with one of one, other"),
    ],
)
def test_a_firewall_on_the_gateway_is_as_doubtful_as_its_zones_and_its_table(attached, said):
    assert {step.doubt for step in out(attached)} == {said}


def test_without_appliance_mode_packets_stay_in_the_zone_that_they_come_by():
    steps = out(middle(appliance_mode=False), GATEWAY._replace(zone="a"))
    assert [(step.to.table, step.doubt, step.choice) for step in steps] == [("table-a", "", None)]


def test_in_appliance_mode_packets_may_go_by_any_zone_and_the_flow_keeps_it():
    for zone in (None, "a"):
        steps = out(middle(appliance_mode=True), GATEWAY._replace(zone=zone))
        assert [(step.to.table, step.doubt, step.choice) for step in steps] == [
            ("table-a", "", ("middle|nat", "door-a")),
            ("table-b", "", ("middle|nat", "door-b")),
        ]


def test_where_nobody_knows_the_zone_or_the_mode_every_door_is_doubtful():
    said = {
        (False, None): "by which zone packets come to middle isn't known",
        (None, "a"): "applianceModeSupport of middle is known only after `pulumi up`",
    }
    for (mode, zone), doubt in said.items():
        steps = out(middle(appliance_mode=mode), GATEWAY._replace(zone=zone))
        assert [(step.to.table, step.doubt, step.choice) for step in steps] == [
            ("table-a", doubt, None),
            ("table-b", doubt, None),
        ]
