"""The oracle itself, held to AWS's documented examples and to every sound drawing of the layouts."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given, settings

from tests.oracle.draft import Draft, Ref
from tests.oracle.hub import hub_and_spoke
from tests.oracle.layouts import Choices, single_vpc
from tests.oracle.mutations import changes
from tests.oracle.questions import ARRIVE, EAST_WEST, EGRESS, S3, SYMMETRIC, ask
from tests.oracle.simulator import best, is_internet, send
from tests.oracle.strategies import hub_choices, single_choices, wild_networks
from tests.oracle.world import PREFIX_LIST, PROPAGATED, Route, read

ip, net = ipaddress.ip_address, ipaddress.ip_network


def broken(draft: Draft) -> set[str]:
    return set(ask(read(draft.up())).broken)


def changed(draft: Draft, sentence: str) -> Draft:
    return next(change for change in changes(draft) if change.sentence.startswith(sentence)).of(draft)


@settings(max_examples=60, deadline=None)
@given(single_choices())
def test_every_sound_single_vpc_breaks_nothing(choices: Choices) -> None:
    assert broken(single_vpc(choices)) == set()


@settings(max_examples=40, deadline=None)
@given(hub_choices())
def test_every_sound_hub_breaks_nothing(choices: Choices) -> None:
    assert broken(hub_and_spoke(choices)) == set()


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


def test_longest_prefix_then_static_then_list_then_propagated() -> None:
    wide = Route(net("10.0.0.0/8"), "nat", "static")
    routes = [
        Route(net("10.1.0.0/16"), "nat", "propagated", PROPAGATED),
        Route(net("10.1.0.0/16"), "nat", "listed", PREFIX_LIST),
        wide,
    ]
    assert best(routes, ip("10.1.2.3")).target == "listed"
    assert best([*routes, Route(net("10.1.0.0/16"), "nat", "own")], ip("10.1.2.3")).target == "own"
    assert best(routes, ip("10.2.2.3")) is wide
    assert best(routes, ip("11.0.0.1")) is None


def test_local_beats_a_longer_propagated_route_but_not_a_longer_static_one() -> None:
    local = Route(net("10.0.0.0/16"), "local", "vpc")
    assert best([local, Route(net("10.0.1.0/24"), "gateway", "vgw", PROPAGATED)], ip("10.0.1.9")) is local
    assert best([local, Route(net("10.0.1.0/24"), "endpoint", "vpce")], ip("10.0.1.9")).target == "vpce"


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


def test_what_is_internet() -> None:
    assert [is_internet(ip(a)) for a in ("8.8.8.8", "2a00::1")] == [True, True]
    assert [is_internet(ip(a)) for a in ("10.0.0.1", "169.254.169.254", "224.0.0.1", "fd00::1")] == [False] * 4


def test_preview_hides_ids_and_keeps_where_they_come_from() -> None:
    draft = single_vpc(Choices(zones=1))
    route = next(r for r in draft.preview() if r.name == "rt-work-eu-west-1a-route-0")
    assert repr(route.properties["vpcEndpointId"]) == "UNKNOWN"
    assert {urn.rpartition("::")[2] for urn in route.dependencies["vpcEndpointId"]} == {"firewall", "fire-eu-west-1a"}
    assert all(r.id is None for r in draft.preview())
