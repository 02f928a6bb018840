"""Proof and oracle agree on random networks: no bypass missed, none invented, and preview promises nothing too much."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.oracle.compare import packets_that_differ, policies_that_differ, previews_that_promise_too_much
from tests.oracle.draft import Draft
from tests.oracle.strategies import layouts_with_mistakes, wild_networks
from tests.oracle.world import read

NETWORKS = st.one_of(layouts_with_mistakes(), wild_networks())
SLOW_DRAWS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
# CI tries some hundreds at each run, other ones every time; the bench tries thousands.
# The same examples in every run; `python -m tests.oracle` looks at new ones.
thorough = settings(max_examples=150, derandomize=True, deadline=None, suppress_health_check=SLOW_DRAWS)


@thorough
@given(NETWORKS)
def test_every_packet_takes_the_same_ways(draft: Draft) -> None:
    assume(not read(draft.up()).refused_by_aws())
    assert packets_that_differ(draft) == []


@thorough
@given(NETWORKS)
def test_every_policy_is_judged_alike_when_all_is_known(draft: Draft) -> None:
    assume(not read(draft.up()).refused_by_aws())
    assert policies_that_differ(draft) == []


@thorough
@given(NETWORKS)
def test_preview_never_proves_what_up_refutes(draft: Draft) -> None:
    assume(not read(draft.up()).refused_by_aws())
    assert previews_that_promise_too_much(draft) == []
