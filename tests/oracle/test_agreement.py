"""Proof and oracle agree on random networks: no bypass missed, none invented, and preview says what it can know."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings

from tests.oracle.compare import Case, packets_that_differ, policies_that_differ, previews_that_differ
from tests.oracle.draft import Draft
from tests.oracle.strategies import networks

SLOW_DRAWS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
# The same examples in every run; `python -m tests.oracle` looks at new ones, thousands of them.
thorough = settings(max_examples=150, derandomize=True, deadline=None, suppress_health_check=SLOW_DRAWS)


@thorough
@given(networks())
def test_every_packet_takes_the_same_ways(draft: Draft) -> None:
    case = Case(draft)
    assume(not case.world.refused_by_aws())
    assert packets_that_differ(case) == []


@thorough
@given(networks())
def test_every_policy_is_judged_alike_in_both_phases(draft: Draft) -> None:
    case = Case(draft)
    assume(not case.world.refused_by_aws())
    assert policies_that_differ(case) + previews_that_differ(case) == []
