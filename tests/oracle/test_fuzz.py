"""Unknown and absurd values anywhere: the proof never crashes, and never proves more for knowing less."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.oracle.compare import ASKED
from tests.oracle.judged import UNKNOWN, Registration, build, prove
from tests.oracle.questions import ARRIVE, ask
from tests.oracle.strategies import networks
from tests.oracle.world import read

NETWORKS = networks()
ABSURD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=True),
    st.text(max_size=8),
    st.sampled_from(["0.0.0.0/0", "::/0", "10.0.0.0/33", "999.1.1.1/8", "local", "vpce-1", "urn:pulumi:x"]),
    st.lists(st.one_of(st.none(), st.text(max_size=3), st.just(UNKNOWN)), max_size=3),
    st.dictionaries(st.text(max_size=3), st.one_of(st.none(), st.text(max_size=3), st.just(UNKNOWN)), max_size=2),
)
# The same examples in every run; `python -m tests.oracle` looks at new ones.
relaxed = settings(max_examples=100, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


def places(registered: list[Registration]) -> list[tuple[int, tuple[Any, ...]]]:
    """Every place at which a value stands: the registration's number and the way into its properties."""
    found: list[tuple[int, tuple[Any, ...]]] = []

    def into(number: int, value: Any, way: tuple[Any, ...]) -> None:
        if way:
            found.append((number, way))
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, item in inner:
            into(number, item, (*way, key))

    for number, one in enumerate(registered):
        into(number, dict(one.properties), ())
    return found


def replaced(registered: list[Registration], at: tuple[int, tuple[Any, ...]], value: Any) -> list[Registration]:
    def put(into: Any, way: tuple[Any, ...]) -> Any:
        if not way:
            return value
        if isinstance(into, dict):
            return {**into, way[0]: put(into.get(way[0]), way[1:])}
        if isinstance(into, list) and way[0] < len(into):
            return [put(item, way[1:]) if n == way[0] else item for n, item in enumerate(into)]
        return into

    number, way = at
    changed = dataclasses.replace(registered[number], properties=put(dict(registered[number].properties), way))
    return [*registered[:number], changed, *registered[number + 1 :]]


def broke(violations: list[Any]) -> list[str]:
    return [violation.message for violation in violations if "the proof itself failed" in violation.message]


@relaxed
@given(NETWORKS, st.data())
def test_absurd_values_anywhere_never_break_the_proof(draft: Any, data: st.DataObject) -> None:
    registered = draft.up() if data.draw(st.booleans()) else draft.preview()
    for _ in range(data.draw(st.integers(1, 4))):
        registered = replaced(registered, data.draw(st.sampled_from(places(registered))), data.draw(ABSURD))
    assert broke(prove(build(registered))) == []


@relaxed
@given(NETWORKS, st.data())
def test_an_unknown_value_never_proves_what_the_known_one_refutes(draft: Any, data: st.DataObject) -> None:
    known = draft.up()
    world = read(known)
    assume(not world.refused_by_aws())
    broken = {policy for policy in ASKED if ask(world).broken.get(policy)}
    at = data.draw(st.sampled_from(places(known)))
    # Which of its endpoints is in which zone is what a firewall's statuses say; without them zones are proved at `up`.
    assume(at[1][:1] != ("firewallStatuses",))
    violations = prove(build(replaced(known, at, UNKNOWN)))
    assert broke(violations) == []
    found = {violation.policy for violation in violations}
    # A next hop that nobody knows may still lead on: then another policy is undecided, and routes may well arrive.
    assert broken - {ARRIVE} <= found, (known[at[0]].urn, at[1])
    assert not broken or found & set(ASKED), (known[at[0]].urn, at[1])


@relaxed
@given(NETWORKS, st.data())
def test_resources_in_any_order_are_judged_alike(draft: Any, data: st.DataObject) -> None:
    registered = draft.preview()
    shuffled = data.draw(st.permutations(registered))
    first, second = (
        {(v.policy, v.verdict, frozenset(v.subnets)) for v in prove(build(r))} for r in (registered, shuffled)
    )
    assert first == second


@relaxed
@given(NETWORKS, st.data())
def test_a_resource_without_properties_or_twice_over_breaks_nothing(draft: Any, data: st.DataObject) -> None:
    registered = draft.up()
    chosen = data.draw(st.sampled_from(registered))
    bare = dataclasses.replace(chosen, properties={}, urn=f"{chosen.urn}-bare")
    assert broke(prove(build([*registered, chosen, bare]))) == []
