"""What follows on a doubtful step is as doubtful as that step, however certain the rest of the way is."""

from __future__ import annotations

import pytest

from policy.egress.addresses import AddressSet
from policy.egress.network import build
from policy.egress.walking.labels import Doubt, Label
from policy.egress.walking.paths import EndKind
from policy.egress.walking.places import End, Step
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


def test_ways_that_a_choice_of_zone_makes_one_keep_the_addresses_of_both(monkeypatch):
    network = build(lab().registrations)
    walker = Walker(network)
    (place,) = walker.steps.start(next(iter(network.subnets.values())))
    chosen, end = ("middle|", "a"), End(EndKind.INTERNET, "igw")
    one, other = AddressSet.of("8.8.8.0/24"), AddressSet.of("9.9.9.0/24")
    found = {Label((), end, frozenset({chosen})): one, Label((), end): other}
    monkeypatch.setattr(walker, "outcomes", lambda *_: found)

    assert walker.after(Step(one | other, place, choice=chosen)) == {Label((), end, frozenset({chosen})): one | other}
