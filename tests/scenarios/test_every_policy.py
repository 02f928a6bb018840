"""Every policy is documented, and has a scenario that it refuses, one that it allows and one that it leaves open."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy.egress.policies import POLICIES
from policy.egress.show.documents import documents, renewed
from tests.scenarios.catalog import NAMES, expected

# One process records the programs for all of these tests.
pytestmark = pytest.mark.xdist_group("scenarios")


def verdicts(policy: str) -> dict[str, set[str]]:
    """Scenario to this policy's verdicts on it, at preview and at up; an empty set where it allows both."""
    found: dict[str, set[str]] = {}
    for name in NAMES:
        lines = expected(name, preview=True) + expected(name, preview=False)
        found[name] = {line.split()[1] for line in lines if line.split()[0] == policy}
    return found


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("verdict", ["refuted", "undecided"])
def test_every_policy_has_a_scenario_for_each_verdict(policy: str, verdict: str) -> None:
    assert [name for name, found in verdicts(policy).items() if verdict in found]


@pytest.mark.parametrize("policy", POLICIES)
def test_every_policy_allows_a_scenario_that_has_what_it_judges(policy: str) -> None:
    allowed = {name for name, found in verdicts(policy).items() if not found}
    assert {"single_nat", "hub", "firewall_on_transit_gateway"} <= allowed


@pytest.mark.parametrize("policy", POLICIES)
def test_every_policy_says_what_it_asks_and_why(policy: str) -> None:
    assert "**Why.**" in (POLICIES[policy].explanation or "")
    assert all({"description", "default"} <= schema.keys() for schema in POLICIES[policy].properties.values())


@pytest.mark.parametrize(("path", "parts"), documents().items(), ids=lambda value: getattr(value, "name", "parts"))
def test_documents_say_what_the_policies_say(path: Path, parts: dict[str, str]) -> None:
    text = path.read_text()
    assert renewed(text, parts) == text, "run python -m policy.egress.show.documents"


def test_no_scenario_speaks_of_a_policy_that_is_not_there() -> None:
    spoken = {
        line.split()[0] for name in NAMES for line in expected(name, preview=True) + expected(name, preview=False)
    }
    assert spoken == set(POLICIES)
