"""The oracle itself, held to AWS's documented examples and to every sound drawing of the layouts."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given, settings

from tests.oracle.addresses import is_internet
from tests.oracle.draft import Draft, Ref
from tests.oracle.hub import hub_and_spoke
from tests.oracle.layouts import single_vpc
from tests.oracle.mutations import changes
from tests.oracle.pen import Choices
from tests.oracle.questions import ARRIVE, EAST_WEST, EGRESS, S3, SYMMETRIC, UNUSED, Answers, ask
from tests.oracle.simulator import answer, send
from tests.oracle.strategies import hub_choices, single_choices
from tests.oracle.wild import wild_networks
from tests.oracle.world import read

ip, net = ipaddress.ip_address, ipaddress.ip_network


def answered(draft: Draft) -> Answers:
    return ask(read(draft.up()))


def broken(draft: Draft) -> set[str]:
    return set(answered(draft).broken)


def abroad(draft: Draft) -> tuple[set[str], set[str]]:
    """What is broken, and what unsettled, for spokes out of sight."""
    foreign = answered(draft).foreign
    assert foreign is not None
    return set(foreign.broken), set(foreign.unsettled)


def changed(draft: Draft, sentence: str) -> Draft:
    return next(change for change in changes(draft) if change.sentence.startswith(sentence)).of(draft)


@settings(max_examples=60, deadline=None)
@given(single_choices())
def test_every_sound_single_vpc_breaks_nothing(choices: Choices) -> None:
    answers = answered(single_vpc(choices))
    assert (answers.broken, answers.unsettled) == ({}, {})


@settings(max_examples=40, deadline=None)
@given(hub_choices())
def test_every_sound_hub_breaks_nothing(choices: Choices) -> None:
    answers = answered(hub_and_spoke(choices))
    for each in (answers, answers.foreign or Answers()):
        # What routes wide ranges back may pass packets for unused ones round and round.
        assert (set(each.broken) - {UNUSED}, set(each.unsettled)) == (set(), set())


@settings(max_examples=60, deadline=None)
@given(wild_networks())
def test_any_network_is_simulated_to_an_end(draft: Draft) -> None:
    answers = ask(read(draft.up()))
    assert all(witness.run.ending for found in answers.broken.values() for witness in found.values())


@pytest.mark.parametrize(
    ("layout", "choices", "change", "expected"),
    [
        (single_vpc, Choices(), "drop rt-public-eu-west-1a-route-1", {SYMMETRIC}),
        (single_vpc, Choices(), "drop rt-work-eu-west-1a-work", set()),
        (single_vpc, Choices(nat="none"), "drop edge-edge", {SYMMETRIC}),
        (single_vpc, Choices(), "rt-work-eu-west-1a-route-0 -> nat-eu-west-1a", {EGRESS}),
        (single_vpc, Choices(), "drop s3", {S3}),
        (hub_and_spoke, Choices(), "attach-middle.applianceModeSupport", {SYMMETRIC}),
        (hub_and_spoke, Choices(), "add propagate-attach-spoke1-tgw-spokes", {EAST_WEST, SYMMETRIC}),
        (hub_and_spoke, Choices(), "drop propagation-1", {SYMMETRIC}),
    ],
)
def test_a_known_mistake_breaks_what_it_is_known_for(layout, choices, change, expected) -> None:
    assert broken(changed(layout(choices), change)) == expected


def test_a_private_nat_gateway_gets_nothing_out_of_an_internet_gateway() -> None:
    draft = single_vpc(Choices(zones=1))
    draft.made["rt-work-eu-west-1a-route-0"].inputs = {
        "routeTableId": Ref("rt-work-eu-west-1a"),
        "destinationCidrBlock": "0.0.0.0/0",
        "natGatewayId": Ref("nat-eu-west-1a"),
    }
    assert EGRESS in broken(draft)
    draft.made["nat-eu-west-1a"].inputs["connectivityType"] = "private"
    assert EGRESS not in broken(draft)


def to_nat(draft: Draft, target: str, cidr: str) -> None:
    """Have the workload's first route lead to the NAT gateway, by whatever argument."""
    draft.made["rt-work-eu-west-1a-route-0"].inputs = {
        "routeTableId": Ref("rt-work-eu-west-1a"),
        "destinationCidrBlock": cidr,
        target: Ref("nat-eu-west-1a"),
    }


def test_a_nat_gateway_is_one_whatever_the_argument_is_called() -> None:
    draft = single_vpc(Choices(zones=1))
    to_nat(draft, "gatewayId", "0.0.0.0/0")
    (run,) = send(read(draft.up()), draft.made["work-eu-west-1a"].id, ip("10.0.0.10"), ip("8.8.8.8"))
    assert [nat.id for nat, _ in run.natted] == [draft.made["nat-eu-west-1a"].id]


def test_a_reply_that_a_route_leads_to_its_nat_gateway_is_taken_back_by_it() -> None:
    draft = single_vpc(Choices(zones=1))
    to_nat(draft, "natGatewayId", "10.0.0.0/16")
    world = read(draft.up())
    work = draft.made["work-eu-west-1a"].id
    (run,) = send(world, work, ip("10.0.0.10"), ip("10.0.0.255"))
    assert (run.ending, run.exit, len(run.natted)) == ("delivered", work, 1)
    assert [(back.ending, back.exit) for back in answer(world, run)] == [("delivered", work)]


def test_nat_gateways_of_one_subnet_have_addresses_of_their_own() -> None:
    draft = single_vpc(Choices(zones=1))
    one = draft.made["nat-eu-west-1a"]
    draft.add("nat-more", "ec2/natGateway:NatGateway", **one.inputs)
    assert len({nat.address for nat in read(draft.up()).nats.values()}) == 2


def test_a_zone_without_attachment_reaches_no_transit_gateway() -> None:
    draft = hub_and_spoke(Choices())
    draft.made["attach-spoke1"].inputs["subnetIds"] = [Ref("spoke1-tgw-eu-west-1a")]
    world = read(draft.up())
    subnet = draft.made["spoke1-work-eu-west-1b"].id
    runs = list(send(world, subnet, ip("10.1.1.10"), ip("8.8.8.8")))
    assert [(run.ending, run.why) for run in runs] == [("dangling", "no attachment in this zone")]


def test_a_loop_is_a_loop() -> None:
    draft = single_vpc(Choices(zones=1))
    draft.made["rt-fire-eu-west-1a-route-0"].inputs = {
        "routeTableId": Ref("rt-fire-eu-west-1a"),
        "destinationCidrBlock": "0.0.0.0/0",
        "vpcEndpointId": Ref("firewall", "endpoint:fire-eu-west-1a"),
    }
    assert broken(draft) == {ARRIVE}


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "203.0.113.1", "198.18.0.1", "240.0.0.1", "2a00::1", "64:ff9b::808:808"]
)
def test_packets_for_it_go_out_into_the_world(address: str) -> None:
    assert is_internet(ip(address))


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "100.64.0.1", "169.254.169.254", "127.0.0.1", "224.0.0.1", "fd00::1", "64:ff9b::a00:1"]
)
def test_packets_for_it_stay(address: str) -> None:
    assert not is_internet(ip(address))


def test_preview_hides_ids_and_keeps_where_they_come_from() -> None:
    draft = single_vpc(Choices(zones=1))
    route = next(r for r in draft.preview() if r.name == "rt-work-eu-west-1a-route-0")
    assert repr(route.properties["vpcEndpointId"]) == "UNKNOWN"
    assert {urn.rpartition("::")[2] for urn in route.dependencies["vpcEndpointId"]} == {"firewall", "fire-eu-west-1a"}
    assert all(r.id is None for r in draft.preview())
