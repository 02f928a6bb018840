"""Every scenario breaks exactly what it says, at preview and at up, and the simulator agrees about its routes."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from policy.egress.judging.proof import prove
from policy.egress.network import build
from tests.oracle.questions import Answers, ask
from tests.oracle.world import read
from tests.scenarios.catalog import NAMES, expected, registrations

# One process records the programs for all of these tests.
pytestmark = pytest.mark.xdist_group("scenarios")


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_breaks_exactly_what_it_says(name: str, *, preview: bool) -> None:
    violations = prove(build(registrations(name, preview=preview)))
    found: dict[str, set[str]] = {}
    for violation in violations:
        found.setdefault(f"{violation.policy} {violation.verdict.value}", set()).update(violation.subnet_names)
    assert sorted(f"{what} {','.join(sorted(names))}" for what, names in found.items()) == expected(
        name, preview=preview
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_simulator_confirms_what_a_scenario_says_of_its_routes(name: str) -> None:
    registered = registrations(name, preview=False)
    names = {one.id: one.name for one in registered}
    answers = ask(read(registered))
    routed = {policy: who for policy, who in answers.broken.items() if policy.startswith(ROUTED)}
    found = {(policy, names[subnet]) for policy, who in routed.items() for subnet in who}
    refuted = {pair for pair in _refuted(name) if not pair[1].startswith(SPOKES)}
    assert found == refuted


@pytest.mark.parametrize("name", NAMES)
def test_the_simulator_confirms_what_a_scenario_says_of_spokes_out_of_sight(name: str) -> None:
    registered = registrations(name, preview=False)
    world = read(registered)
    names = {one.id: one.name for one in registered}
    answers = ask(world).foreign or Answers()

    def told(by_policy: Mapping[str, Collection[str]]) -> set[tuple[str, str]]:
        tables = [(policy, world.transit_tables[table]) for policy, who in by_policy.items() for table in who]
        return {(p, SPOKES + names.get(t.id, f"{names.get(t.gateway)}'s default table")) for p, t in tables}

    refuted = {pair for pair in _refuted(name) if pair[1].startswith(SPOKES)}
    assert told(answers.broken) <= refuted
    assert refuted <= told(answers.broken) | told(answers.unsettled) | told(answers.either_way)


SPOKES = "spokes associated with "
ROUTED = ("egress", "symmetric", "east-west", "routes", "s3", "unused")
"""What the policies about routes begin with; of HOME_NET the simulator reads no prefix lists."""


def _refuted(name: str) -> set[tuple[str, str]]:
    """Policies about routes, each with a name that the scenario says they refute at up."""
    lines = [line.split(" ", 2) for line in expected(name, preview=False) if line.startswith(ROUTED)]
    return {(policy, who) for policy, verdict, names in lines if verdict == "refuted" for who in names.split(",")}
