"""Firewall policies and rule groups: what is handed to the stateful engine, and what HOME_NET means there."""

from collections.abc import Iterator
from typing import Any

from hunts.backends.live.reader import Reader, registration
from policy.egress.snapshot import Registration

_PREFIX = "aws:networkfirewall/"


def read(reader: Reader) -> Iterator[Registration]:
    """Yield the policies of all firewalls, and the rule groups they refer to."""
    groups: dict[str, str] = {}
    for arn in dict.fromkeys(str(firewall["FirewallPolicyArn"]) for firewall in reader.firewalls):
        answer = reader.ask("network-firewall", "describe_firewall_policy", FirewallPolicyArn=arn)
        policy = answer["FirewallPolicy"]
        for kind in ("STATEFUL", "STATELESS"):
            key = f"{kind.capitalize()}RuleGroupReferences"
            groups |= {str(item["ResourceArn"]): kind for item in policy.get(key, ())}
        properties = {"arn": arn, "firewallPolicy": _policy(policy)}
        yield registration(f"{_PREFIX}firewallPolicy:FirewallPolicy", arn, properties, _name(arn))
    for arn, kind in groups.items():
        if ":aws-managed:" not in arn:
            group = reader.ask("network-firewall", "describe_rule_group", RuleGroupArn=arn, Type=kind)["RuleGroup"]
            properties = {"arn": arn, "type": kind, "ruleGroup": _group(group)}
            yield registration(f"{_PREFIX}ruleGroup:RuleGroup", arn, properties, _name(arn))


def _policy(policy: dict[str, Any]) -> dict[str, Any]:
    variables = (policy.get("PolicyVariables") or {}).get("RuleVariables")
    found = {
        "statelessDefaultActions": policy.get("StatelessDefaultActions", []),
        "statelessFragmentDefaultActions": policy.get("StatelessFragmentDefaultActions", []),
        "statefulDefaultActions": policy.get("StatefulDefaultActions", []),
        "statefulRuleGroupReferences": _references(policy.get("StatefulRuleGroupReferences")),
        "statelessRuleGroupReferences": _references(policy.get("StatelessRuleGroupReferences")),
    }
    return found | ({"policyVariables": {"ruleVariables": _ip_sets(variables)}} if variables else {})


def _references(references: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    return [{"resourceArn": item["ResourceArn"], "priority": item.get("Priority")} for item in references or ()]


def _group(group: dict[str, Any]) -> dict[str, Any]:
    source = group["RulesSource"]
    found: dict[str, Any] = {"rulesSource": _source(source)}
    variables = (group.get("RuleVariables") or {}).get("IPSets")
    return found | ({"ruleVariables": {"ipSets": _ip_sets(variables)}} if variables else {})


def _source(source: dict[str, Any]) -> dict[str, Any]:
    if "RulesString" in source:
        return {"rulesString": source["RulesString"]}
    if "RulesSourceList" in source:
        return {"rulesSourceList": {"targets": list(source["RulesSourceList"]["Targets"])}}
    if "StatefulRules" in source:
        headers = [item["Header"] for item in source["StatefulRules"]]
        return {"statefulRules": [{"source": item["Source"], "destination": item["Destination"]} for item in headers]}
    rules = (source.get("StatelessRulesAndCustomActions") or {}).get("StatelessRules", ())
    stateless = [
        {"priority": rule["Priority"], "ruleDefinition": {"actions": list(rule["RuleDefinition"]["Actions"])}}
        for rule in rules
    ]
    return {"statelessRulesAndCustomActions": {"statelessRules": stateless}}


def _ip_sets(sets: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": name, "ipSet": {"definitions": list(item["Definition"])}} for name, item in sets.items()]


def _name(arn: str) -> str:
    return arn.rsplit("/", 1)[-1]
