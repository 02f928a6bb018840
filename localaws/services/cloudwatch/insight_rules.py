"""What AWS checks in the definition of a Contributor Insights rule.

Source: CloudWatch User Guide, "Contributor Insights rule syntax".
"""

from __future__ import annotations

import json
from typing import Any, Final

SCHEMA: Final = {"Name": "CloudWatchLogRule", "Version": 1}
MEMBERS: Final = frozenset(
    {"Schema", "LogGroupNames", "LogGroupARNs", "LogFormat", "Fields", "Contribution", "AggregateOn"}
)
MAX_KEYS: Final = 4
MAX_FILTERS: Final = 4
MAX_VALUES: Final = 10
OPERATORS: Final = frozenset(
    {"In", "NotIn", "StartsWith", "GreaterThan", "LessThan", "EqualTo", "NotEqualTo", "IsPresent"}
)
MAX_LENGTH: Final = 8192


def problem(text: str) -> str | None:
    """Say what is wrong with a rule definition; None if nothing is."""
    if len(text) > MAX_LENGTH:
        return f"it is longer than {MAX_LENGTH} characters"
    try:
        rule = json.loads(text)
    except ValueError:
        return "it is not JSON"
    if not isinstance(rule, dict) or rule.keys() - MEMBERS:
        return f"it may have {', '.join(sorted(MEMBERS))} alone"
    if rule.get("Schema") != SCHEMA:
        return f"Schema must be {json.dumps(SCHEMA)}"
    if bool(rule.get("LogGroupNames")) == bool(rule.get("LogGroupARNs")):
        return "either LogGroupNames or LogGroupARNs is required"
    if rule.get("LogFormat") not in ("JSON", "CLF"):
        return "LogFormat must be JSON or CLF"
    if rule["LogFormat"] == "CLF" and not rule.get("Fields"):
        return "Fields are required with LogFormat CLF"
    contribution = rule.get("Contribution")
    if not isinstance(contribution, dict):
        return "Contribution is required"
    return _contribution(contribution, rule)


def _contribution(contribution: dict[str, Any], rule: dict[str, Any]) -> str | None:
    fields = set((rule.get("Fields") or {}).values())
    keys = contribution.get("Keys") or []
    if not 1 <= len(keys) <= MAX_KEYS:
        return f"Contribution needs from 1 to {MAX_KEYS} Keys"
    for key in keys:
        if not _is_field(key, fields, rule):
            return f"the key {key} does not name a field: in JSON, a field begins with $."
    aggregate, value = rule.get("AggregateOn"), contribution.get("ValueOf")
    if aggregate not in ("Count", "Sum"):
        return "AggregateOn must be Count or Sum"
    if (aggregate == "Sum") != (value is not None):
        return "ValueOf is required with AggregateOn Sum, and valid with it alone"
    filters = contribution.get("Filters") or []
    if len(filters) > MAX_FILTERS:
        return f"Contribution can have at most {MAX_FILTERS} Filters"
    for item in filters:
        found = _filter(item, fields, rule)
        if found is not None:
            return found
    return None


def _filter(item: Any, fields: set[str], rule: dict[str, Any]) -> str | None:
    if not isinstance(item, dict) or not _is_field(item.get("Match"), fields, rule):
        return f"a filter's Match must name a field, got {item}"
    operators = item.keys() - {"Match"}
    if len(operators) != 1 or not operators <= OPERATORS:
        return f"a filter needs exactly one of {', '.join(sorted(OPERATORS))}"
    (operator,) = operators
    value = item[operator]
    if operator in ("In", "NotIn", "StartsWith") and (not isinstance(value, list) or not 1 <= len(value) <= MAX_VALUES):
        return f"{operator} needs a list of 1 to {MAX_VALUES} values"
    if operator == "IsPresent" and not isinstance(value, bool):
        return "IsPresent must be true or false"
    if operator in ("GreaterThan", "LessThan", "EqualTo", "NotEqualTo") and (
        isinstance(value, bool) or not isinstance(value, int | float)
    ):
        return f"{operator} needs a number"
    return None


def _is_field(name: Any, fields: set[str], rule: dict[str, Any]) -> bool:
    if not isinstance(name, str):
        return False
    return name.startswith("$.") if rule["LogFormat"] == "JSON" else name in fields
