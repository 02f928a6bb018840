"""Reads firewall policies and rule groups: what is handed to the stateful engine, and what HOME_NET means there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..program.snapshot import UNKNOWN, Outside, Ref, Unknown, strings
from .model import EXTERNAL_NET, HOME_NET, FirewallPolicy, RuleGroup
from .variables import read_references, read_variables

if TYPE_CHECKING:
    from ..program.snapshot import Link, Resource
    from .draft import Draft


def read_policy(draft: Draft, firewall: Resource) -> FirewallPolicy:
    """Return a firewall's policy; one that can't be read carries a doubt."""
    link = firewall.link("firewallPolicyArn", {"firewall-policy"})
    if isinstance(link, Ref) and len(link.keys) == 1:
        resource = draft.snapshot.resources[link.keys[0]]
        value = resource.raw("firewallPolicy")
        if isinstance(value, Mapping):
            return _policy(draft, resource, value)
        return FirewallPolicy(resource.key, resource.name, doubt=resource.unknown("firewallPolicy"))
    if isinstance(link, Outside):
        return FirewallPolicy(link.id, link.id, doubt=f"the policy {link.id} isn't in this program")
    if isinstance(link, Unknown):
        return FirewallPolicy("", "unknown", doubt=link.because)
    return FirewallPolicy("", "none", doubt=f"firewallPolicyArn of {firewall.name} is one of several policies or none")


def _policy(draft: Draft, resource: Resource, value: Mapping[str, Any]) -> FirewallPolicy:
    variables = value.get("policyVariables")
    listed = variables.get("ruleVariables") if isinstance(variables, Mapping) else variables
    return FirewallPolicy(
        key=resource.key,
        name=resource.name,
        stateless_actions=_actions(value.get("statelessDefaultActions")),
        fragment_actions=_actions(value.get("statelessFragmentDefaultActions")),
        stateful_defaults=_actions(value.get("statefulDefaultActions")) or (),
        groups=_groups(draft, resource, value),
        variables=read_variables(draft, resource, "firewallPolicy", listed),
    )


def _actions(value: Any) -> tuple[str, ...] | None:
    """Read a list of actions; None when any of it isn't known."""
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)) or any(not isinstance(action, str) for action in value):
        return None
    return tuple(value)


def _groups(draft: Draft, resource: Resource, value: Mapping[str, Any]) -> tuple[RuleGroup, ...]:
    groups: list[RuleGroup] = []
    for name, stateless in (("statefulRuleGroupReferences", False), ("statelessRuleGroupReferences", True)):
        references = value.get(name)
        if references is None:
            continue
        if not isinstance(references, (list, tuple)):
            groups.append(RuleGroup("", name, stateless, doubt=resource.unknown(name)))
            continue
        arns = [ref.get("resourceArn", UNKNOWN) if isinstance(ref, Mapping) else UNKNOWN for ref in references]
        links, settled = resource.resolve_all("firewallPolicy", arns, {"rule-group"})
        groups += [group for link in links for group in _of_link(draft, link, stateless=stateless)]
        if not settled:
            groups.append(RuleGroup("", "a rule group", stateless, doubt=resource.unknown("firewallPolicy")))
    return tuple(groups)


def _of_link(draft: Draft, link: Link, *, stateless: bool) -> list[RuleGroup]:
    if isinstance(link, Ref):
        resources = [draft.snapshot.resources[key] for key in link.keys]
        # Stateful and stateless references share their dependencies; the group's own type tells them apart.
        return [
            read_group(draft, resource)
            for resource in resources
            if (resource.text("type", "STATEFUL") == "STATELESS") == stateless
        ]
    if isinstance(link, Outside):
        name = link.id.rsplit("/", 1)[-1]
        doubt = f"the stateless rule group {name} isn't in this program" if stateless else ""
        return [RuleGroup(link.id, name, stateless, doubt=doubt)]
    return []


def read_group(draft: Draft, resource: Resource) -> RuleGroup:
    """Read one rule group."""
    stateless = resource.text("type", "STATEFUL") == "STATELESS"
    value = resource.raw("ruleGroup")
    flat = resource.raw("rules")
    if value is UNKNOWN and resource.dependencies("ruleGroup"):
        return RuleGroup(resource.key, resource.name, stateless, doubt=resource.unknown("ruleGroup"))
    source = value.get("rulesSource") if isinstance(value, Mapping) else None
    if isinstance(flat, str) and not isinstance(source, Mapping):
        source = {"rulesString": flat}
    if not isinstance(source, Mapping):
        return RuleGroup(resource.key, resource.name, stateless, doubt=resource.unknown("ruleGroup"))
    whole = value if isinstance(value, Mapping) else {}
    variables = whole.get("ruleVariables")
    listed = variables.get("ipSets") if isinstance(variables, Mapping) else variables
    own = read_variables(draft, resource, "ruleGroup", listed)
    return RuleGroup(
        key=resource.key,
        name=resource.name,
        stateless=stateless,
        variables={**read_references(draft, resource, whole.get("referenceSets")), **own},
        uses=frozenset() if stateless else _used(source),
        passes=_passes(source) if stateless else "",
        empty=_is_empty(source),
        doubt=resource.unknown("ruleGroup") if _hidden(source) and (stateless or _is_empty(source)) else "",
    )


def _used(source: Mapping[str, Any]) -> frozenset[str]:
    """Return which of the two variables rules read; a domain list reads both, and so may what can't be read."""
    rules = source.get("rulesString", source.get("statefulRules"))
    if source.get("rulesSourceList") is not None or rules is None or _hidden(rules):
        return frozenset({HOME_NET, EXTERNAL_NET})
    texts = list(strings(rules))
    return frozenset(
        name for name in (HOME_NET, EXTERNAL_NET) if any(f"{mark}{name}" in text for mark in "$@" for text in texts)
    )


def _is_empty(source: Mapping[str, Any]) -> bool:
    rules = source.get("rulesString")
    if isinstance(rules, str):
        return not any(line.strip() and not line.lstrip().startswith("#") for line in rules.splitlines())
    targets = source.get("rulesSourceList")
    if isinstance(targets, Mapping):
        return targets.get("targets") in ([], None)
    listed = source.get("statefulRules", source.get("statelessRulesAndCustomActions"))
    return listed is None or listed == []


def _passes(source: Mapping[str, Any]) -> str:
    """Name the first stateless rule that passes packets by, or nothing."""
    rules = source.get("statelessRulesAndCustomActions")
    listed = rules.get("statelessRules") if isinstance(rules, Mapping) else None
    for rule in listed if isinstance(listed, (list, tuple)) else ():
        if isinstance(rule, Mapping) and "aws:pass" in set(strings(rule.get("ruleDefinition"))):
            return f"priority {rule.get('priority', '?')}"
    return ""


def _hidden(value: Any) -> bool:
    """Tell whether any part of a value is unknown."""
    if value is UNKNOWN:
        return True
    if isinstance(value, Mapping):
        return any(_hidden(inner) for inner in value.values())
    return isinstance(value, (list, tuple)) and any(_hidden(inner) for inner in value)
