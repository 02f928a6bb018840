"""Outcomes of whole sets against single ways followed one by one, from every place, in any order."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy.egress.addresses import AddressSet
from policy.egress.network import build
from policy.egress.program.snapshot import UNKNOWN, Registration
from policy.egress.walking.labels import MANY, Doubt, Label, merged_end
from policy.egress.walking.paths import EndKind
from policy.egress.walking.search import all_ways
from policy.egress.walking.walk import Walker
from tests.oracle.draft import Ref
from tests.oracle.hub import hub_and_spoke
from tests.oracle.layouts import Choices
from tests.oracle.strategies import layouts_with_mistakes, wild_networks
from tests.policy.build import lab, made

ADDRESSES = ("8.8.8.8", "10.0.0.20", "10.1.0.20", "10.2.0.20", "10.255.0.20", "52.218.0.10", "64:ff9b::808:808")
FEW = {"max_examples": 40, "deadline": None, "suppress_health_check": list(HealthCheck)}


def hidden(registered: list[Registration], chance: float, seed: int) -> list[Registration]:
    """The same, but for some routes into tables that nobody knows: each may be in any table."""
    luck = random.Random(seed)  # noqa: S311 - no secret
    return [
        Registration(
            one.urn,
            one.type,
            one.name,
            {**one.properties, "routeTableId": UNKNOWN},
            {key: urns for key, urns in one.dependencies.items() if key != "routeTableId"},
        )
        if one.type == "aws:ec2/route:Route" and luck.random() < chance
        else one
        for one in registered
    ]


def told(walker: Walker, place, target: AddressSet) -> dict[tuple[object, bool], int]:
    """Every end with whether something inspects on the way there, and the least doubt about it."""
    found: dict[tuple[object, bool], int] = {}
    for label, addresses in walker.outcomes(place, target).items():
        assert addresses == target
        _keep(found, label)
    return found


def followed(walker: Walker, place, target: AddressSet) -> tuple[dict[tuple[object, bool], int], int]:
    found: dict[tuple[object, bool], int] = {}
    ways = list(all_ways(walker.steps, place, target))
    for label, _trail, _addresses in ways:
        _keep(found, label)
    return found, len(ways)


def _keep(found: dict[tuple[object, bool], int], label: Label) -> None:
    looped = label.end.kind is EndKind.LOOP
    # Of doubtful ways through a firewall it is not told where they end, where there are many.
    many = label.inspected and label.doubt is Doubt.UNSURE
    end = "loop" if looped else MANY if many else merged_end(label.end)
    key = (end, label.inspected and not looped)
    found[key] = min(found.get(key, 9), label.doubt)


@settings(**FEW)
@given(st.one_of(layouts_with_mistakes(), wild_networks()), st.sampled_from([0.0, 0.3, 1.0]), st.integers(0, 99))
def test_a_set_ends_where_its_addresses_do_whichever_place_is_asked_first(draft, chance, seed):
    network = build(hidden(draft.preview(), chance, seed))
    walker = Walker(network)
    asked = [
        (place, AddressSet.of(address))
        for subnet in network.subnets.values()
        for place in walker.steps.start(subnet)
        for address in ADDRESSES
    ]
    random.Random(seed).shuffle(asked)  # noqa: S311 - no secret
    for place, target in asked:
        ways, number = followed(walker, place, target)
        found = told(walker, place, target)
        if number < 256:
            # Who goes round first and leaves then may have been inspected on the way: single ways never go round.
            goes_round = ("loop", False) in found
            assert {key: doubt for key, doubt in found.items() if key in ways or not (goes_round and key[1])} == ways
        else:
            assert ways.keys() <= found.keys()


def test_an_exit_on_a_cycle_is_found_from_every_place_of_it_in_either_order():
    """fire -> fire [firewall] -> … or on to the NAT gateway: which of two tables a route is in, nobody knows.

    work -> fire [firewall] <-> itself, perhaps; fire -> public [NAT] -> igw
    """
    program = lab(preview=True)
    program.registrations = hidden(program.registrations, 1.0, 0)
    network = program.network()
    subnets = [made(program, name, "Subnet").urn for name in ("work", "fire", "public")]
    for order in (subnets, subnets[::-1]):
        walker = Walker(network)
        kinds = {}
        for urn in order:
            outcomes = walker.from_subnet(network.subnets[urn], AddressSet.of("8.8.8.8"))
            kinds[urn] = {label.end.kind for label in outcomes}
        assert all({EndKind.INTERNET, EndKind.LOOP} <= found for found in kinds.values())


def test_a_loop_in_one_zone_is_bound_to_that_zone():
    """spoke -> tgw -> middle, zone a: fire <-> itself; zone b: fire [firewall] -> tgw -> the other spoke."""
    draft = hub_and_spoke(Choices(zones=2, spokes=2))
    association = draft.made["rt-middle-fire-eu-west-1a-middle-fire-eu-west-1a"]
    association.inputs["routeTableId"] = Ref("rt-middle-tgw-eu-west-1a")
    network = build(draft.up())
    walker = Walker(network)
    (place,) = walker.steps.start(network.subnets[draft.made["spoke1-work-eu-west-1a"].urn])
    outcomes = walker.outcomes(place, AddressSet.of("10.4.0.20"))
    zones = {label.end.kind: {zone for _chooser, zone in label.choices} for label in outcomes}
    a, b = (draft.made[f"middle-tgw-eu-west-1{zone}"].urn for zone in "ab")
    assert zones == {EndKind.LOOP: {a}, EndKind.DELIVERED: {b}}
