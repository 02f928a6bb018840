"""Network Firewall's rule groups and firewall policies."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context, tag_list, tag_map
from localaws.provider.networkfirewall_shapes import from_aws, to_aws
from localaws.provider.registry import Resource, words
from localaws.provider.tagging import by_id, tagged
from localaws.provider.values import UNKNOWN, Props

AWS_OWNED = "AWS_OWNED_KMS_KEY"


tagging = tagged("network-firewall", by_id("ResourceArn"))
"""Tags anything of Network Firewall; ids are ARNs."""


def common(inputs: Props) -> dict[str, Any]:
    """The arguments that rule groups, policies and firewalls share."""
    encryption = inputs.get("encryptionConfiguration")
    return {
        **({"Description": inputs["description"]} if inputs.get("description") else {}),
        **({"EncryptionConfiguration": to_aws(encryption)} if encryption else {}),
    }


def tags_of(inputs: Props) -> dict[str, Any]:
    """The `Tags` argument of a create call; empty without tags, for AWS refuses an empty list."""
    return {"Tags": tag_list(inputs["tagsAll"])} if inputs.get("tagsAll") else {}


def encryption_of(shape: dict[str, Any]) -> Props | None:
    """The encryption as a program has it: AWS's own key is what one gets without saying anything."""
    encryption: dict[str, Any] = shape.get("EncryptionConfiguration") or {"Type": AWS_OWNED}
    return None if encryption["Type"] == AWS_OWNED else from_aws(encryption)


def _create_group(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("network-firewall").create_rule_group(
        RuleGroupName=inputs["name"],
        Type=inputs["type"],
        Capacity=inputs["capacity"],
        **_rules(inputs),
        **common(inputs),
        **tags_of(inputs),
    )
    return str(answer["RuleGroupResponse"]["RuleGroupArn"])


def _rules(inputs: Props) -> dict[str, Any]:
    if inputs.get("rules"):
        return {"Rules": inputs["rules"]}
    return {"RuleGroup": to_aws(inputs["ruleGroup"])} if inputs.get("ruleGroup") else {}


def _read_group(ctx: Context, id_: str, state: Props) -> Props | None:
    answer = ctx.client("network-firewall").describe_rule_group(RuleGroupArn=id_)
    group = answer["RuleGroupResponse"]
    return {
        "arn": group["RuleGroupArn"],
        "capacity": group["Capacity"],
        "description": group.get("Description"),
        "encryptionConfiguration": encryption_of(group),
        "name": group["RuleGroupName"],
        "ruleGroup": from_aws(answer["RuleGroup"]),
        "tagsAll": tag_map(group.get("Tags")),
        "type": group["Type"],
        "updateToken": answer["UpdateToken"],
    }


def _update_group(ctx: Context, id_: str, old: Props, new: Props) -> None:
    ctx.client("network-firewall").update_rule_group(
        RuleGroupArn=id_, UpdateToken=old["updateToken"], **_rules(new), **_updated(old, new)
    )


def _updated(old: Props, new: Props) -> dict[str, Any]:
    """The shared arguments of an update, which must say so where an own key gives way to AWS's."""
    dropped = old.get("encryptionConfiguration") and not new.get("encryptionConfiguration")
    return {**common(new), **({"EncryptionConfiguration": {"Type": AWS_OWNED, "KeyId": AWS_OWNED}} if dropped else {})}


def _delete_group(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("network-firewall").delete_rule_group(RuleGroupArn=id_)


def _create_policy(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("network-firewall").create_firewall_policy(
        FirewallPolicyName=inputs["name"],
        FirewallPolicy=to_aws(inputs["firewallPolicy"]),
        **common(inputs),
        **tags_of(inputs),
    )
    return str(answer["FirewallPolicyResponse"]["FirewallPolicyArn"])


def _read_policy(ctx: Context, id_: str, state: Props) -> Props | None:
    answer = ctx.client("network-firewall").describe_firewall_policy(FirewallPolicyArn=id_)
    policy = answer["FirewallPolicyResponse"]
    return {
        "arn": policy["FirewallPolicyArn"],
        "description": policy.get("Description"),
        "encryptionConfiguration": encryption_of(policy),
        "firewallPolicy": from_aws(answer["FirewallPolicy"]),
        "name": policy["FirewallPolicyName"],
        "tagsAll": tag_map(policy.get("Tags")),
        "updateToken": answer["UpdateToken"],
    }


def _update_policy(ctx: Context, id_: str, old: Props, new: Props) -> None:
    ctx.client("network-firewall").update_firewall_policy(
        FirewallPolicyArn=id_,
        UpdateToken=old["updateToken"],
        FirewallPolicy=to_aws(new["firewallPolicy"]),
        **_updated(old, new),
    )


def _delete_policy(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("network-firewall").delete_firewall_policy(FirewallPolicyArn=id_)


def _order(value: Any, options: str) -> Any:
    """The rule order that a policy or rule group has: without one, AWS's default."""
    found = (value or {}).get(options) or {}
    order = found if found is UNKNOWN else found.get("ruleOrder")
    return order or "DEFAULT_ACTION_ORDER"


def _group_reordered(prop: str, old: Props, new: Props) -> bool:
    name = "statefulRuleOptions"
    return prop == "ruleGroup" and _order(old.get(prop), name) != _order(new.get(prop), name)


def _policy_reordered(prop: str, old: Props, new: Props) -> bool:
    name = "statefulEngineOptions"
    return prop == "firewallPolicy" and _order(old.get(prop), name) != _order(new.get(prop), name)


_SOURCE = "ruleGroup.rulesSource"
_MATCH = f"{_SOURCE}.statelessRulesAndCustomActions.statelessRules.ruleDefinition.matchAttributes"

RESOURCES = (
    Resource(
        token="aws:networkfirewall/ruleGroup:RuleGroup",
        inputs=words("name type capacity description encryptionConfiguration ruleGroup rules"),
        replace=words("name type capacity"),
        replace_if=_group_reordered,
        sets=frozenset(
            {
                f"{_SOURCE}.rulesSourceList.targets",
                f"{_SOURCE}.rulesSourceList.targetTypes",
                f"{_SOURCE}.statelessRulesAndCustomActions.statelessRules",
                f"{_SOURCE}.statelessRulesAndCustomActions.customActions",
                "ruleGroup.ruleVariables.ipSets",
                "ruleGroup.ruleVariables.ipSets.ipSet.definitions",
                "ruleGroup.ruleVariables.portSets",
                "ruleGroup.ruleVariables.portSets.portSet.definitions",
                *(f"{_MATCH}.{name}" for name in ("sources", "destinations", "sourcePorts", "destinationPorts")),
                f"{_MATCH}.protocols",
            }
        ),
        recompute={"ruleGroup": words("rules")},
        create=_create_group,
        read=_read_group,
        update=_update_group,
        delete=_delete_group,
        tagging=tagging,
    ),
    Resource(
        token="aws:networkfirewall/firewallPolicy:FirewallPolicy",
        inputs=words("name description encryptionConfiguration firewallPolicy"),
        replace=words("name"),
        replace_if=_policy_reordered,
        sets=frozenset(
            {
                "firewallPolicy.policyVariables.ruleVariables",
                "firewallPolicy.policyVariables.ruleVariables.ipSet.definitions",
                "firewallPolicy.statefulDefaultActions",
                "firewallPolicy.statelessDefaultActions",
                "firewallPolicy.statelessFragmentDefaultActions",
                "firewallPolicy.statefulRuleGroupReferences",
                "firewallPolicy.statelessRuleGroupReferences",
                "firewallPolicy.statelessCustomActions",
            }
        ),
        create=_create_policy,
        read=_read_policy,
        update=_update_policy,
        delete=_delete_policy,
        tagging=tagging,
    ),
)
