from __future__ import annotations

from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.network.addressing import MAX_ZONES, inspection_plan, lab_plan, spoke_plan

ZONES = ["a", "b", "c", "d"]


def _subnets(plan):
    return [getattr(part, name) for part in plan.values() for name in part.__dataclass_fields__]


@pytest.mark.parametrize(("plan", "smallest"), [(lab_plan, 24), (inspection_plan, 24), (spoke_plan, 25)])
class TestEveryPlan:
    @given(data=st.data())
    def test_subnets_lie_inside_apart_and_are_large_enough(self, plan, smallest, data):
        prefix = data.draw(st.integers(16, smallest))
        network = IPv4Network((data.draw(st.integers(0, 2**32 - 1)), prefix), strict=False)
        subnets = _subnets(plan(network, ZONES[: data.draw(st.integers(1, MAX_ZONES))]))
        assert all(subnet.subnet_of(network) and subnet.prefixlen <= 28 for subnet in subnets)
        assert not any(one.overlaps(other) for i, one in enumerate(subnets) for other in subnets[:i])

    def test_a_zone_more_moves_no_subnet(self, plan, smallest):
        network = IPv4Network((0x0A000000, smallest))
        two, three = plan(network, ZONES[:2]), plan(network, ZONES[:3])
        assert {zone: three[zone] for zone in two} == two

    def test_a_range_too_small_is_refused(self, plan, smallest):
        with pytest.raises(ValueError, match=f"a /{smallest} or larger is needed"):
            plan(IPv4Network((0x0A000000, smallest + 1)), ZONES[:1])

    def test_zones_must_differ_and_be_four_at_most(self, plan, smallest):
        for zones in (["a", "a"], [], [*ZONES, "e"]):
            with pytest.raises(ValueError, match="different zones"):
                plan(IPv4Network((0x0A000000, smallest)), zones)


def test_half_of_a_spoke_zone_is_for_workloads():
    part = spoke_plan(IPv4Network("10.64.0.0/20"), ["a"])["a"]
    assert (str(part.workload), str(part.attachment)) == ("10.64.0.0/23", "10.64.3.240/28")


def test_the_labs_plan_of_the_default_range():
    zone = lab_plan(IPv4Network("10.0.0.0/16"), ["a"])["a"]
    assert [str(part) for part in (zone.workload, zone.firewall, zone.public)] == [
        "10.0.0.0/19",
        "10.0.63.224/28",
        "10.0.63.240/28",
    ]
