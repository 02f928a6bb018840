"""The proof's work, counted in steps and labels: it grows like the network, whatever the network's shape."""

import pytest

from bench.pack_shapes import SHAPES
from policy.egress.judging.proof import Proof
from policy.egress.network import build
from policy.egress.policies import POLICIES

SIZES = {
    "alike spokes": (10, 20),
    "a gateway table each": (10, 20),
    "a route each": (10, 20),
    "prefix lists by spokes": (8, 12),
    "routes in one table": (200, 400),
    "a mesh of peerings": (10, 14),
}


def work(name, size):
    """Steps and labels of all policies together, and the number of resources."""
    registered = SHAPES[name][0](size)
    proof = Proof(build(registered))
    for policy in POLICIES.values():
        proof.judge(policy)
    budgets = {id(b): b for b in (proof.analysis(policy).walker.budget for policy in POLICIES.values())}
    return sum(each.steps + each.labels for each in budgets.values()), len(registered)


def test_where_any_route_may_be_anywhere_every_place_leads_to_every_vpc_and_that_is_all_there_is_to_tell():
    small, large = (work("unknown tables", size) for size in (4, 12))
    assert large[0] / small[0] < 1.5 * large[1] / small[1]


def test_ways_between_inspection_vpcs_are_compared_in_pairs_and_no_more():
    small, large = (work("inspection VPCs", size) for size in (6, 12))
    assert large[0] / small[0] < 3.5


def test_one_more_firewall_in_series_is_a_little_more_work():
    """Each chooses its zone anew: ways told apart by zone would double with every firewall."""
    few, many = (work("firewalls in series", size)[0] for size in (3, 12))
    assert many < 10 * few


@pytest.mark.parametrize("name", SIZES)
def test_twice_the_network_is_no_more_than_two_and_a_half_times_the_work(name):
    small, large = (work(name, size) for size in SIZES[name])
    growth, larger = large[0] / small[0], large[1] / small[1]
    assert growth < 2.5 * larger / 2
