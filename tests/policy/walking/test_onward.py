"""On from a subnet, and what of a way is kept: whose it is, which zones were chosen, and what isn't certain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policy.egress.addresses import AddressSet
from policy.egress.network import build
from policy.egress.walking.index import NetworkIndex
from policy.egress.walking.labels import Label, unbound
from policy.egress.walking.paths import Crossing, EndKind
from policy.egress.walking.places import FOREIGN, End, Translation
from policy.egress.walking.walk import Walker, find_subnet, trace
from tests.policy.build import lab
from tests.scenarios.catalog import registrations

PIECE = AddressSet.of("8.8.8.0/24")
END = End(EndKind.INTERNET, "igw")


def two_tables():
    """The lab, whose workload subnet may have either of two tables."""
    network = lab().network()
    work = find_subnet(network, "work")
    other = find_subnet(network, "public").tables
    return replace(network, subnets={**network.subnets, work.key: replace(work, tables=(*work.tables, *other))}), work


def test_from_a_subnet_packets_go_on_by_each_table_that_it_may_have_and_stay_whose_they_are():
    network, work = two_tables()
    steps = list(NetworkIndex(network).onward(work.key, PIECE, (FOREIGN, "nat"), (), ()))
    assert [(step.to.source, step.to.flow, step.to.zone, step.to.owner) for step in steps] == [
        (FOREIGN, "nat", work.zone, work.vpc)
    ] * 2
    assert {step.doubt for step in steps} == {
        "the route table of work is one of public, work, known only after `pulumi up`"
    }
    said = NetworkIndex(network).onward(work.key, PIECE, (FOREIGN, ""), (), (), doubt="of before")
    assert {step.doubt for step in said} == {"of before"}


def test_a_subnet_out_of_sight_is_where_nobody_can_follow_any_of_the_packets():
    (step,) = NetworkIndex(lab().network()).onward("id:subnet-9", PIECE, (FOREIGN, ""), (), (), doubt="perhaps")
    assert (step.addresses, step.to.kind, step.doubt) == (PIECE, EndKind.UNKNOWN, "perhaps")
    assert step.to.note == "the routes of subnet subnet-9 aren't in this program"


def test_every_path_of_a_subnet_that_may_have_two_tables_says_so():
    network, _work = two_tables()
    paths = trace(network, "work", "8.8.8.8")
    assert len(paths) == 2
    assert {path.doubts[0] for path in paths} == {
        "the route table of work is one of public, work, known only after `pulumi up`"
    }


@pytest.mark.parametrize("name", ["hub", "firewall_on_transit_gateway"])
def test_a_way_keeps_every_zone_that_was_chosen_on_it(name):
    network = build(registrations(name, preview=False))
    walker = Walker(network)
    for subnet in network.subnets.values():
        for place in walker.steps.start(subnet):
            for label, trail, _found in walker.paths(place, AddressSet.of("8.8.8.8", "10.2.0.10")):
                assert label.choices == {part.step.choice for part in trail if part.step.choice}


def by_zone(**firewalls: str) -> dict[str, dict[Label, AddressSet]]:
    return {
        zone: {Label((Translation("nat"), Crossing(firewall, f"fire-{zone}")), END): PIECE}
        for zone, firewall in firewalls.items()
    }


def test_ways_that_differ_in_the_endpoint_of_one_firewall_alone_are_one_way_by_zone():
    ((label, found),) = unbound("middle|", by_zone(a="fw", b="fw"))
    assert found == PIECE
    assert label == Label(
        (Translation("nat"), Crossing("fw", None, ("middle|", (("a", "fire-a"), ("b", "fire-b"))))), END
    )


def test_ways_through_different_firewalls_stay_apart_each_with_its_zone():
    assert {label.choices for label, _found in unbound("middle|", by_zone(a="fw", b="other"))} == {
        frozenset({("middle|", "a")}),
        frozenset({("middle|", "b")}),
    }
    endpoints = {**by_zone(a="fw"), "b": {Label((Translation("nat"), Crossing("fw", None)), END): PIECE}}
    assert len(list(unbound("middle|", endpoints))) == 2
