"""`iam.get_policy_document`: an IAM policy from its parts, as the official provider writes it."""

from __future__ import annotations

import json
import zlib
from typing import Any

from localaws.provider.context import Context
from localaws.provider.errors import ProviderError
from localaws.provider.registry import Function, words
from localaws.provider.values import Props


def _one_or_all(values: list[str]) -> str | list[str]:
    """A list of one is written as its element; others are sorted, last first."""
    return values[0] if len(values) == 1 else sorted(values, reverse=True)


def _principals(items: list[Props]) -> Any:
    if any(item["type"] == "*" for item in items):
        return "*"
    found: dict[str, list[str]] = {}
    for item in items:
        found.setdefault(item["type"], []).extend(item["identifiers"])
    return {kind: _one_or_all(names) for kind, names in sorted(found.items())}


def _conditions(items: list[Props]) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {}
    for item in items:
        values = item["values"]
        found.setdefault(item["test"], {})[item["variable"]] = values[0] if len(values) == 1 else list(values)
    return found


def statement_of(given: Props) -> dict[str, Any]:
    """One statement as IAM writes it, its elements in the official provider's order."""
    found: dict[str, Any] = {}
    if given.get("sid"):
        found["Sid"] = given["sid"]
    found["Effect"] = given.get("effect") or "Allow"
    for prop, name in (("actions", "Action"), ("notActions", "NotAction")):
        if given.get(prop):
            found[name] = _one_or_all(given[prop])
    for prop, name in (("resources", "Resource"), ("notResources", "NotResource")):
        if given.get(prop):
            found[name] = _one_or_all(given[prop])
    for prop, name in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        if given.get(prop):
            found[name] = _principals(given[prop])
    if given.get("conditions"):
        found["Condition"] = _conditions(given["conditions"])
    return found


def _merge(statements: list[dict[str, Any]], more: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Statements with others put over those of the same Sid."""
    found = list(statements)
    for statement in more:
        sid = statement.get("Sid")
        same = [i for i, other in enumerate(found) if sid and other.get("Sid") == sid]
        if same:
            found[same[0]] = statement
        else:
            found.append(statement)
    return found


def _statements(document: str) -> list[dict[str, Any]]:
    found = json.loads(document).get("Statement", [])
    return found if isinstance(found, list) else [found]


def get_policy_document(ctx: Context, arguments: Props) -> Props:
    """The document as `json` and `minifiedJson`."""
    statements: list[dict[str, Any]] = []
    for document in arguments.get("sourcePolicyDocuments") or ():
        for statement in _statements(document):
            if statement.get("Sid") and any(s.get("Sid") == statement["Sid"] for s in statements):
                raise ProviderError(f"duplicate Sid ({statement['Sid']}) in source policy documents")
            statements.append(statement)
    statements = _merge(statements, [statement_of(given) for given in arguments.get("statements") or ()])
    for document in arguments.get("overridePolicyDocuments") or ():
        statements = _merge(statements, _statements(document))
    policy: dict[str, Any] = {"Version": arguments.get("version") or "2012-10-17"}
    if arguments.get("policyId"):
        policy["Id"] = arguments["policyId"]
    if statements:
        policy["Statement"] = statements
    text = json.dumps(policy, indent=2)
    return {
        **arguments,
        "id": str(zlib.crc32(text.encode())),
        "json": text,
        "minifiedJson": json.dumps(policy, separators=(",", ":")),
    }


FUNCTIONS = (
    Function(
        "aws:iam/getPolicyDocument:getPolicyDocument",
        words("overridePolicyDocuments policyId sourcePolicyDocuments statements version"),
        get_policy_document,
    ),
)
