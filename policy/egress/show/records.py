"""Writes verdicts for machines: a JSON document of its own, and SARIF for code-scanning pages."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from ..policies import POLICIES
from .rule import markdown, plain

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ..judging.finding import Violation
    from ..policies import Policy
    from ..walking.paths import Hop
    from .text import Summary

_SCORES = {"low": "3.0", "medium": "5.0", "high": "8.0", "critical": "9.5"}
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_json(summary: Summary) -> str:
    """Return one JSON document: what was seen, what is proven, and every violation with its path."""
    document = {
        "version": 1,
        "resources": summary.resources,
        "vpcs": summary.vpcs,
        "workloadSubnets": summary.workloads,
        "tablesOfForeignSpokes": summary.foreign,
        "judged": summary.judged,
        "holds": not summary.fails,
        "proven": list(summary.proven),
        "violations": [_violation(violation) for violation in summary.violations],
        **({"notes": list(summary.notes)} if summary.notes else {}),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _violation(violation: Violation) -> dict[str, Any]:
    return {
        "policy": violation.policy,
        "level": violation.level,
        "verdict": violation.verdict.value,
        "resource": violation.urn,
        "subjects": list(violation.subnets),
        "names": list(violation.subnet_names),
        "addresses": str(violation.addresses),
        "example": violation.example or None,
        "path": [_hop(hop) for hop in violation.path],
        "reply": [_hop(hop) for hop in violation.reply],
        "message": violation.message,
        "fix": violation.fix,
    }


def _hop(hop: Hop) -> dict[str, Any]:
    return {"kind": hop.kind, "name": hop.name, "urn": hop.urn, "zone": hop.zone, "route": hop.route}


def as_sarif(
    summary: Summary, places: Mapping[str | None, tuple[str, int]], languages: Collection[str] = ("python",)
) -> str:
    """Return a SARIF 2.1.0 log.

    ``places`` say, by URN, at which file (relative to the repository) and line code-scanning pages show results; what
    has none there is shown where None is. What each policy asks is inside, as the rules' help, with examples in the
    ``languages`` of the tools that are judged.
    """
    rules = [_rule(POLICIES[name], level, languages) for name, level in summary.levels.items()]
    driver = {"name": "Inspected Egress", "rules": rules}
    results = [
        _result(violation, list(summary.levels), *places.get(violation.urn, places[None]))
        for violation in summary.violations
    ]
    run: dict[str, Any] = {"tool": {"driver": driver}, "results": results}
    if summary.notes:
        notes = [{"level": "note", "message": {"text": note}} for note in summary.notes]
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": notes}]
    log = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(policy: Policy, level: str, languages: Collection[str]) -> dict[str, Any]:
    return {
        "id": policy.name,
        "name": policy.title,
        "shortDescription": {"text": policy.holds_when},
        "help": {"text": plain(policy, languages), "markdown": markdown(policy, languages)},
        "defaultConfiguration": {"level": _level(level)},
        # GitHub sorts security results by this number: 7.0 and more is "high".
        "properties": {"tags": ["security", *policy.tags], "security-severity": _SCORES[policy.severity]},
    }


def _level(level: str) -> str:
    return "error" if level == "mandatory" else "warning"


def _result(violation: Violation, policies: list[str], artifact: str, line: int) -> dict[str, Any]:
    subjects = violation.subnets or ((violation.urn,) if violation.urn else ())
    logical = [{"fullyQualifiedName": urn, "kind": "resource"} for urn in subjects]
    place = {"artifactLocation": {"uri": artifact}, "region": {"startLine": line}}
    identity = "\n".join([violation.policy, violation.urn or "", *sorted(subjects)])
    result: dict[str, Any] = {
        "ruleId": violation.policy,
        "level": _level(violation.level),
        "message": {"text": violation.message},
        "locations": [{"physicalLocation": place, "logicalLocations": logical}],
        "properties": {"verdict": violation.verdict.value},
        "partialFingerprints": {"policyAndResources/v1": hashlib.sha256(identity.encode()).hexdigest()},
    }
    if violation.policy in policies:
        result["ruleIndex"] = policies.index(violation.policy)
    flows = [_flow(path, place) for path in (violation.path, violation.reply) if path]
    if flows:
        result["codeFlows"] = [{"threadFlows": flows}]
    return result


def _flow(path: tuple[Hop, ...], place: Mapping[str, Any]) -> dict[str, Any]:
    steps = [
        {
            "location": {
                "physicalLocation": place,
                "logicalLocations": [{"fullyQualifiedName": hop.urn or hop.name, "kind": hop.kind}],
                "message": {"text": str(hop)},
            }
        }
        for hop in path
    ]
    return {"locations": steps}
