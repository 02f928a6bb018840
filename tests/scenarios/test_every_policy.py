"""Every policy is documented, and has a scenario that it refuses, one that it allows and one that it leaves open."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policy.egress.judging.proof import CHECKS
from policy.egress.policies.registry import FACES, POLICY_NAMES
from tests.scenarios.catalog import NAMES, expected

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "policies.md").read_text()

# One process records the programs for all of these tests.
pytestmark = pytest.mark.xdist_group("scenarios")


def verdicts(policy: str) -> dict[str, set[str]]:
    """Scenario to this policy's verdicts on it, at preview and at up; an empty set where it allows both."""
    found: dict[str, set[str]] = {}
    for name in NAMES:
        lines = expected(name, preview=True) + expected(name, preview=False)
        found[name] = {line.split()[1] for line in lines if line.split()[0] == policy}
    return found


def test_every_policy_is_carried_out() -> None:
    assert tuple(CHECKS) == POLICY_NAMES


@pytest.mark.parametrize("policy", POLICY_NAMES)
@pytest.mark.parametrize("verdict", ["refuted", "undecided"])
def test_every_policy_has_a_scenario_for_each_verdict(policy: str, verdict: str) -> None:
    assert [name for name, found in verdicts(policy).items() if verdict in found]


@pytest.mark.parametrize("policy", POLICY_NAMES)
def test_every_policy_allows_a_scenario_that_has_what_it_judges(policy: str) -> None:
    allowed = {name for name, found in verdicts(policy).items() if not found}
    assert {"single_nat", "hub", "firewall_on_transit_gateway"} <= allowed


@pytest.mark.parametrize("policy", POLICY_NAMES)
def test_every_policy_is_documented_with_its_level_and_meaning(policy: str) -> None:
    section = re.search(rf"^## {policy}\n(.*?)(?=^## |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert section, f"docs/policies.md has no section {policy}"
    text = section.group(1)
    assert {"**What.**", "**Why.**", "**Config.**"} <= set(re.findall(r"\*\*\w+\.\*\*", text))
    assert f"| [`{policy}`](#{policy}) | {FACES[policy].level} |" in DOCUMENT
    assert FACES[policy].url == f"docs/policies.md#{policy}"


def test_no_scenario_speaks_of_a_policy_that_is_not_there() -> None:
    spoken = {
        line.split()[0] for name in NAMES for line in expected(name, preview=True) + expected(name, preview=False)
    }
    assert spoken == set(POLICY_NAMES)
