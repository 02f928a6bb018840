from __future__ import annotations

from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.hub.spoke_pool import SpokePool, SpokeRequest

POOL = SpokePool(IPv4Network("10.64.0.0/12"), 20)


def test_slots_are_cut_from_the_pool_in_order():
    assert POOL.size == 256
    assert [str(POOL.slot(number)) for number in (0, 1, 255)] == ["10.64.0.0/20", "10.64.16.0/20", "10.79.240.0/20"]


def test_a_slot_outside_the_pool_is_refused():
    with pytest.raises(ValueError, match=r"slot 256 does not exist: 10.64.0.0/12 has slots 0 to 255 of /20"):
        POOL.slot(256)


def test_a_slot_larger_than_the_pool_is_refused():
    with pytest.raises(ValueError, match="does not fit"):
        SpokePool(IPv4Network("10.64.0.0/24"), 20)


def test_a_spoke_without_a_place_is_told_the_first_free_slot():
    placement = POOL.place(
        {
            "blue": SpokeRequest(slot=0),
            "new": SpokeRequest(),
            "green": SpokeRequest(cidr=IPv4Network("10.64.16.0/24")),
        }
    )
    assert placement.mistakes == (("new", "a cidr or a slot; the first free one is slot: 2"),)


def test_a_full_pool_says_so():
    small = SpokePool(IPv4Network("10.0.0.0/24"), 24)
    placement = small.place({"blue": SpokeRequest(slot=0), "new": SpokeRequest()})
    assert placement.mistakes == (("new", "a cidr or a slot; all of 10.0.0.0/24 is taken"),)


def test_two_places_at_once_are_refused():
    placement = POOL.place({"blue": SpokeRequest(cidr=IPv4Network("10.0.0.0/24"), slot=1)})
    assert placement.mistakes == (("blue", "a cidr or a slot, not both"),)


def test_overlaps_name_both_spokes():
    placement = POOL.place(
        {
            "wide": SpokeRequest(cidr=IPv4Network("10.64.0.0/16")),
            "first": SpokeRequest(slot=0),
            "third": SpokeRequest(slot=2),
            "apart": SpokeRequest(slot=200),
        }
    )
    assert placement.mistakes == (
        ("first", "a place of its own: 10.64.0.0/20 overlaps 10.64.0.0/16 of spoke 'wide'"),
        ("third", "a place of its own: 10.64.32.0/20 overlaps 10.64.0.0/16 of spoke 'wide'"),
    )


@given(st.dictionaries(st.text("abc", min_size=1, max_size=4), st.integers(0, 255), min_size=1), st.data())
def test_no_spoke_moves_when_another_goes(slots, data):
    names = {name: SpokeRequest(slot=number) for name, number in slots.items()}
    before = POOL.place(names).ranges
    gone = data.draw(st.sampled_from(sorted(names)))
    after = POOL.place({name: request for name, request in names.items() if name != gone}).ranges
    assert after == {name: network for name, network in before.items() if name != gone}
