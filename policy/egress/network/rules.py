"""Reads firewall policies and rule groups: what is handed to the stateful engine, and what HOME_NET means there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..addresses import AddressError, AddressSet, interval
from ..program.snapshot import UNKNOWN, Outside, Ref, Unknown, strings
from .model import FirewallPolicy, RuleGroup

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
    home_net, doubt = _variables(draft, resource, "firewallPolicy", value.get("policyVariables"), "ruleVariables")
    return FirewallPolicy(
        key=resource.key,
        name=resource.name,
        stateless_actions=_actions(value.get("statelessDefaultActions")),
        fragment_actions=_actions(value.get("statelessFragmentDefaultActions")),
        stateful_defaults=_actions(value.get("statefulDefaultActions")) or (),
        groups=_groups(draft, resource, value),
        home_net=home_net,
        home_net_doubt=doubt,
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
    variables = value.get("ruleVariables") if isinstance(value, Mapping) else None
    home_net, doubt = _variables(draft, resource, "ruleGroup", variables, "ipSets")
    return RuleGroup(
        key=resource.key,
        name=resource.name,
        stateless=stateless,
        home_net=home_net,
        home_net_doubt=doubt,
        uses_home_net=not stateless and _uses_home_net(source),
        passes=_passes(source) if stateless else "",
        empty=_is_empty(source),
        doubt=resource.unknown("ruleGroup") if stateless and _hidden(source) else "",
    )


def _uses_home_net(source: Mapping[str, Any]) -> bool:
    if source.get("rulesSourceList") is not None:
        return True
    rules = source.get("rulesString", source.get("statefulRules"))
    if rules is None or rules is UNKNOWN or _hidden(rules):
        return True
    return any("$HOME_NET" in text or "$EXTERNAL_NET" in text for text in strings(rules))


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


def _variables(draft: Draft, resource: Resource, top: str, value: Any, name: str) -> tuple[AddressSet | None, str]:
    """Read HOME_NET: its set (None: not set here), and the doubt where a part of it isn't known."""
    if value is None:
        return None, ""
    listed = value.get(name) if isinstance(value, Mapping) else UNKNOWN
    if listed is None:
        return None, ""
    if not isinstance(listed, (list, tuple)):
        return None, resource.unknown(top)
    for variable in listed:
        if not isinstance(variable, Mapping):
            return None, resource.unknown(top)
        if variable.get("key") != "HOME_NET":
            continue
        ip_set = variable.get("ipSet")
        definitions = ip_set.get("definitions") if isinstance(ip_set, Mapping) else UNKNOWN
        if not isinstance(definitions, (list, tuple)):
            return AddressSet(), resource.unknown(top)
        return _definitions(draft, resource, top, definitions)
    return None, ""


def _definitions(
    draft: Draft, resource: Resource, top: str, definitions: list[Any] | tuple[Any, ...]
) -> tuple[AddressSet, str]:
    intervals: list[tuple[int, int]] = []
    doubt = ""
    for definition in definitions:
        if isinstance(definition, str):
            try:
                intervals.append(interval(definition))
            except AddressError as error:
                doubt = str(error)
            continue
        blocks, _ = draft.destination(resource, top, UNKNOWN, 6)
        if blocks is None:
            doubt = f"a HOME_NET range in {resource.name} is known only after `pulumi up`"
        else:
            intervals += blocks
    return AddressSet.of_intervals(intervals), doubt
