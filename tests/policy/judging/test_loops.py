"""Which part of a way goes round: what comes before the loop is none of it."""

from __future__ import annotations

import pytest

from policy.egress.addresses import ALL
from policy.egress.judging.loops import cycle, table_names
from policy.egress.walking.places import Place, Step
from policy.egress.walking.search import Trail
from tests.policy.build import Program


def trail(*tables: str) -> tuple[Trail, ...]:
    places = [Place(transit=False, table=table, owner="vpc", zone=None) for table in tables]
    return tuple(Trail(place, Step(ALL, place)) for place in places)


@pytest.mark.parametrize(
    ("where", "round_"),
    [
        ("first", ("first", "second", "third")),
        ("second", ("second", "third")),
        ("elsewhere", ("first", "second", "third")),
    ],
)
def test_a_loop_begins_at_the_table_that_packets_come_back_to(where, round_):
    whole = trail("first", "second", "third")
    assert cycle(whole, where) == trail(*round_)
    assert cycle((), where) == ()


def test_a_loop_has_the_same_name_wherever_it_was_entered():
    network = Program().network()
    assert table_names(network, trail("b", "a", "b")) == table_names(network, trail("a", "b")) == ("a", "b")
