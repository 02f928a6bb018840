"""Bad or half-known input: never a crash, never a policy that could not be judged, and no proof of a bypass."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from policy.egress.judging.proof import prove
from policy.egress.program.snapshot import UNKNOWN
from tests.policy.build import lab, made

JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.just(UNKNOWN), st.just([UNKNOWN]), st.just([{}])
)
PLACES = [(n, key) for n, each in enumerate(lab().registrations) for key in each.properties]


def spoilt(program, changes):
    for (number, key), value in changes:
        each = program.registrations[number]
        program.registrations[number] = replace(each, properties={**each.properties, key: value})
    return program


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), JUNK), max_size=4), st.booleans())
def test_junk_in_any_property_is_judged_without_breaking(changes, preview):
    for violation in prove(spoilt(lab(preview=preview), changes).network()):
        assert "the proof itself failed" not in violation.message


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PLACES), max_size=6))
def test_unknown_values_never_hide_a_certain_bypass(places):
    """work -> igw      9.9.9.0/24, all of it known"""
    program = lab()
    program.route(made(program, "work", "RouteTable"), "9.9.9.0/24", gatewayId=made(program, "igw"))
    names = ("work", "igw", "vpc", "work-0")
    known = [(n, key) for n, key in places if program.registrations[n].name not in names]
    found = prove(spoilt(program, [(place, UNKNOWN) for place in known]).network())
    assert "egress-through-firewall" in {violation.policy for violation in found}
