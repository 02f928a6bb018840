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


@pytest.mark.parametrize("name", SIZES)
def test_twice_the_network_is_no_more_than_two_and_a_half_times_the_work(name):
    small, large = (work(name, size) for size in SIZES[name])
    growth, larger = large[0] / small[0], large[1] / small[1]
    assert growth < 2.5 * larger / 2
