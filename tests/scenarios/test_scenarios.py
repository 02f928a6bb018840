"""Every scenario breaks exactly what it says, at preview and at up, and the simulator agrees about its routes."""

from __future__ import annotations

import pytest

from policy.egress.judging.proof import prove
from policy.egress.network import build
from tests.oracle.questions import ask
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
    found = [f"{policy} refuted {','.join(sorted(names[s] for s in who))}" for policy, who in answers.broken.items()]
    routed = ("egress", "symmetric", "east-west", "routes", "s3")
    refuted = [line for line in expected(name, preview=False) if line.startswith(routed) and " refuted " in line]
    assert sorted(found) == refuted
