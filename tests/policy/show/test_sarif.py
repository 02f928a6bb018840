"""Every SARIF log has what the specification (OASIS SARIF 2.1.0, section 3) asks for, and nothing else."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from policy.egress.judging.config import Config
from policy.egress.show.checks import summarize
from policy.egress.show.records import as_sarif
from tests.scenarios.catalog import NAMES, registrations

# One process records the programs for all of these tests.
pytestmark = pytest.mark.xdist_group("scenarios")

# Object -> (required properties, others that are used here), with what stands inside each.
LOG = ({"version", "runs"}, {"$schema"})
RUN = ({"tool"}, {"results"})
DRIVER = ({"name"}, {"rules"})
RULE = ({"id"}, {"name", "shortDescription", "help", "defaultConfiguration", "properties"})
RESULT = (
    {"message"},
    {"ruleId", "ruleIndex", "level", "locations", "properties", "partialFingerprints", "codeFlows"},
)
LOCATION = (set(), {"physicalLocation", "logicalLocations", "message"})
FLOW = ({"threadFlows"}, set())
THREAD = ({"locations"}, set())


def holds(value: dict[str, Any], shape: tuple[set[str], set[str]]) -> dict[str, Any]:
    required, others = shape
    assert required <= set(value) <= required | others
    return value


def check_location(value: dict[str, Any]) -> None:
    physical = holds(value, LOCATION)["physicalLocation"]
    assert set(physical) == {"artifactLocation", "region"}
    assert urlsplit(physical["artifactLocation"]["uri"]).path == "infra/Pulumi.yaml"
    assert physical["region"]["startLine"] >= 1
    for each in value["logicalLocations"]:
        assert set(each) == {"fullyQualifiedName", "kind"}
        assert each["fullyQualifiedName"]


@pytest.mark.parametrize("name", NAMES)
def test_a_log_has_the_properties_that_sarif_asks_for(name: str) -> None:
    summary = summarize(registrations(name, preview=True), Config())
    log = holds(json.loads(as_sarif(summary, {None: ("infra/Pulumi.yaml", 1)})), LOG)
    assert log["version"] == "2.1.0"
    assert urlsplit(log["$schema"]).scheme == "https"
    (run,) = log["runs"]
    rules = [holds(rule, RULE) for rule in holds(holds(run, RUN)["tool"]["driver"], DRIVER)["rules"]]
    names = [rule["id"] for rule in rules]
    assert len(set(names)) == len(names)
    for rule in rules:
        assert rule["help"]["text"]
        assert rule["shortDescription"]["text"]
        assert rule["defaultConfiguration"]["level"] in {"none", "note", "warning", "error"}
    assert len(run["results"]) == len(summary.violations)
    for result in run["results"]:
        assert holds(result, RESULT)["message"]["text"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert names[result["ruleIndex"]] == result["ruleId"]
        assert all(isinstance(value, str) for value in result["partialFingerprints"].values())
        for place in result["locations"]:
            check_location(place)
        for flow in result.get("codeFlows", []):
            for thread in holds(flow, FLOW)["threadFlows"]:
                assert holds(thread, THREAD)["locations"]
                for step in thread["locations"]:
                    assert set(step) == {"location"}
                    check_location(step["location"])
                    assert step["location"]["message"]["text"]
