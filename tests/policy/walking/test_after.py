"""What follows on a doubtful step is as doubtful as that step, however certain the rest of the way is."""

from __future__ import annotations

import pytest

from policy.egress.addresses import AddressSet
from policy.egress.network import build
from policy.egress.walking.labels import Doubt
from policy.egress.walking.places import Step
from policy.egress.walking.walk import Walker
from tests.policy.build import lab


@pytest.mark.parametrize(("said", "doubt"), [("", Doubt.CERTAIN), ("which table isn't known", Doubt.UNSURE)])
def test_the_doubt_of_a_step_stays_on_all_that_follows(said, doubt):
    network = build(lab().registrations)
    walker = Walker(network)
    subnet = next(each for each in network.subnets.values() if len(walker.steps.start(each)) == 1)
    (place,) = walker.steps.start(subnet)
    everything = AddressSet.of("8.8.8.8/32")
    certain = walker.outcomes(place, everything)
    assert {label.doubt for label in certain} == {Doubt.CERTAIN}

    after = walker.after(Step(everything, place, doubt=said))

    assert {label.doubt for label in after} == {doubt}
    assert {label.end for label in after} == {label.end for label in certain}
