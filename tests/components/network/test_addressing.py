from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.network.addressing import lab_plan

ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")


@st.composite
def networks(draw):
    prefix = draw(st.integers(16, 24))
    return IPv4Network((draw(st.integers(10 << 24, (11 << 24) - 1)) >> (32 - prefix) << (32 - prefix), prefix))


@given(networks(), st.integers(1, 3))
def test_subnets_lie_in_the_vpc_apart_from_each_other_and_are_large_enough_for_aws(network, count):
    subnets = [part for zone in lab_plan(network, ZONES[:count]).values() for part in vars(zone).values()]
    assert len(subnets) == 3 * count
    assert all(subnet.subnet_of(network) and subnet.prefixlen <= 28 for subnet in subnets)
    assert not any(first.overlaps(second) for first, second in combinations(subnets, 2))


@given(networks(), st.integers(1, 3), st.integers(1, 3))
def test_a_zone_more_or_less_moves_no_subnet(network, before, after):
    old, new = lab_plan(network, ZONES[:before]), lab_plan(network, ZONES[:after])
    assert all(old[zone] == new[zone] for zone in old.keys() & new.keys())


def test_the_plan_of_the_default_range():
    zone = lab_plan(IPv4Network("10.0.0.0/16"), ZONES[:1])["eu-west-1a"]
    assert [str(part) for part in (zone.workload, zone.firewall, zone.public)] == [
        "10.0.0.0/19",
        "10.0.63.224/28",
        "10.0.63.240/28",
    ]


@pytest.mark.parametrize(
    ("cidr", "zones", "says"),
    [
        ("10.0.0.0/25", ZONES[:1], "too small"),
        ("10.0.0.0/16", (), "found none"),
        ("10.0.0.0/16", (*ZONES, "eu-west-1d"), "one to 3"),
        ("10.0.0.0/16", ("eu-west-1a", "eu-west-1a"), "different zones"),
    ],
)
def test_what_cannot_be_cut_is_refused(cidr, zones, says):
    with pytest.raises(ValueError, match=says):
        lab_plan(IPv4Network(cidr), zones)
