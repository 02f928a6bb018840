"""Route 53 Resolver's DNS Firewall: domain lists, rule groups, rules, and what puts them on a VPC."""

from __future__ import annotations

import uuid
from typing import Any

from localaws.provider.context import Context, tag_list, tag_map
from localaws.provider.ec2 import changed, pick
from localaws.provider.registry import Resource, words
from localaws.provider.tagging import by_arn, tagged
from localaws.provider.values import Props

_BATCH = 1000
"""Names that one UpdateFirewallDomains takes."""

_RULE = {
    "name": "Name",
    "priority": "Priority",
    "action": "Action",
    "blockResponse": "BlockResponse",
    "blockOverrideDomain": "BlockOverrideDomain",
    "blockOverrideDnsType": "BlockOverrideDnsType",
    "blockOverrideTtl": "BlockOverrideTtl",
    "confidenceThreshold": "ConfidenceThreshold",
    "dnsThreatProtection": "DnsThreatProtection",
    "firewallDomainRedirectionAction": "FirewallDomainRedirectionAction",
    "qType": "Qtype",
}


tagging = tagged("route53resolver", by_arn("ResourceArn"))
"""Tags anything of Resolver by the ARN in its state."""


def new_tags(inputs: Props) -> dict[str, Any]:
    """The `Tags` argument of a create call."""
    return {"Tags": tag_list(inputs["tagsAll"])} if inputs.get("tagsAll") else {}


def request_id() -> dict[str, str]:
    """A `CreatorRequestId` argument that no other request has."""
    return {"CreatorRequestId": uuid.uuid4().hex}


def tags_by_arn(ctx: Context, arn: str) -> dict[str, str]:
    """The tags of a Resolver resource."""
    return tag_map(ctx.client("route53resolver").list_tags_for_resource(ResourceArn=arn)["Tags"])


def _create_list(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("route53resolver").create_firewall_domain_list(
        Name=inputs["name"], **request_id(), **new_tags(inputs)
    )
    id_ = str(answer["FirewallDomainList"]["Id"])
    ctx.created_id = id_
    _put_domains(ctx, id_, inputs.get("domains") or [], empty=True)
    return id_


def _put_domains(ctx: Context, id_: str, domains: list[str], *, empty: bool) -> None:
    """Makes the names of a list these: the first batch replaces, the others add."""
    client = ctx.client("route53resolver")
    if not domains:
        present = [] if empty else _domains(ctx, id_)
        for start in range(0, len(present), _BATCH):
            batch = present[start : start + _BATCH]
            client.update_firewall_domains(FirewallDomainListId=id_, Operation="REMOVE", Domains=batch)
    for start in range(0, len(domains), _BATCH):
        operation = "ADD" if start else "REPLACE"
        batch = domains[start : start + _BATCH]
        client.update_firewall_domains(FirewallDomainListId=id_, Operation=operation, Domains=batch)


def _domains(ctx: Context, id_: str) -> list[str]:
    pages = ctx.client("route53resolver").get_paginator("list_firewall_domains").paginate(FirewallDomainListId=id_)
    return [name for page in pages for name in page["Domains"]]


def _read_list(ctx: Context, id_: str, state: Props) -> Props | None:
    found = ctx.client("route53resolver").get_firewall_domain_list(FirewallDomainListId=id_)["FirewallDomainList"]
    return {
        "arn": found["Arn"],
        # AWS keeps names with a dot at the end, and the official provider tells them so.
        "domains": _domains(ctx, id_),
        "name": found["Name"],
        "tagsAll": tags_by_arn(ctx, found["Arn"]),
    }


def _update_list(ctx: Context, id_: str, old: Props, new: Props) -> None:
    if changed(old, new, ["domains"]):
        _put_domains(ctx, id_, new.get("domains") or [], empty=False)


def _delete_list(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("route53resolver").delete_firewall_domain_list(FirewallDomainListId=id_)


def _create_group(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("route53resolver").create_firewall_rule_group(
        Name=inputs["name"], **request_id(), **new_tags(inputs)
    )
    return str(answer["FirewallRuleGroup"]["Id"])


def _read_group(ctx: Context, id_: str, state: Props) -> Props | None:
    group = ctx.client("route53resolver").get_firewall_rule_group(FirewallRuleGroupId=id_)["FirewallRuleGroup"]
    return {
        "arn": group["Arn"],
        "name": group["Name"],
        "ownerId": group["OwnerId"],
        "shareStatus": group["ShareStatus"],
        "tagsAll": tags_by_arn(ctx, group["Arn"]),
    }


def _delete_group(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("route53resolver").delete_firewall_rule_group(FirewallRuleGroupId=id_)


def _create_rule(ctx: Context, inputs: Props) -> str:
    rule = ctx.client("route53resolver").create_firewall_rule(
        FirewallRuleGroupId=inputs["firewallRuleGroupId"],
        **pick(inputs, {**_RULE, "firewallDomainListId": "FirewallDomainListId"}),
        **request_id(),
    )["FirewallRule"]
    return ":".join(
        part
        for part in (
            rule["FirewallRuleGroupId"],
            rule.get("FirewallDomainListId") or rule["FirewallThreatProtectionId"],
            rule.get("Qtype"),
        )
        if part
    )


def _key(id_: str) -> dict[str, str]:
    """What names a rule to AWS, from the id that the official provider gives it."""
    group, target, *qtype = id_.split(":")
    kind = "FirewallThreatProtectionId" if target.startswith("rslvr-ftp-") else "FirewallDomainListId"
    return {"FirewallRuleGroupId": group, kind: target, **({"Qtype": qtype[0]} if qtype else {})}


def _read_rule(ctx: Context, id_: str, state: Props) -> Props | None:
    key = _key(id_)
    pages = (
        ctx.client("route53resolver")
        .get_paginator("list_firewall_rules")
        .paginate(FirewallRuleGroupId=key["FirewallRuleGroupId"])
    )
    for rule in (rule for page in pages for rule in page["FirewallRules"]):
        if all(rule.get(name) == value for name, value in key.items()) and rule.get("Qtype") == key.get("Qtype"):
            return {
                **{ours: rule.get(theirs) for ours, theirs in _RULE.items()},
                "firewallDomainListId": rule.get("FirewallDomainListId"),
                "firewallRuleGroupId": rule["FirewallRuleGroupId"],
                "firewallThreatProtectionId": rule.get("FirewallThreatProtectionId", ""),
            }
    return None


def _update_rule(ctx: Context, id_: str, old: Props, new: Props) -> None:
    arguments = pick(new, {ours: theirs for ours, theirs in _RULE.items() if ours != "qType"})
    ctx.client("route53resolver").update_firewall_rule(**_key(id_), **arguments)


def _delete_rule(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("route53resolver").delete_firewall_rule(**_key(id_))


def _create_association(ctx: Context, inputs: Props) -> str:
    association = ctx.client("route53resolver").associate_firewall_rule_group(
        FirewallRuleGroupId=inputs["firewallRuleGroupId"],
        VpcId=inputs["vpcId"],
        Priority=inputs["priority"],
        Name=inputs["name"],
        **pick(inputs, {"mutationProtection": "MutationProtection"}),
        **request_id(),
        **new_tags(inputs),
    )["FirewallRuleGroupAssociation"]
    id_ = str(association["Id"])
    ctx.created_id = id_
    _settle(ctx, id_)
    return id_


def _association(ctx: Context, id_: str) -> dict[str, Any]:
    answer = ctx.client("route53resolver").get_firewall_rule_group_association(FirewallRuleGroupAssociationId=id_)
    found: dict[str, Any] = answer["FirewallRuleGroupAssociation"]
    return found


def _settle(ctx: Context, id_: str) -> None:
    ctx.wait(f"association {id_}", lambda: True if _association(ctx, id_)["Status"] == "COMPLETE" else None)


def _read_association(ctx: Context, id_: str, state: Props) -> Props | None:
    found = _association(ctx, id_)
    return {
        "arn": found["Arn"],
        "firewallRuleGroupId": found["FirewallRuleGroupId"],
        "mutationProtection": found["MutationProtection"],
        "name": found["Name"],
        "priority": found["Priority"],
        "tagsAll": tags_by_arn(ctx, found["Arn"]),
        "vpcId": found["VpcId"],
    }


def _update_association(ctx: Context, id_: str, old: Props, new: Props) -> None:
    ctx.client("route53resolver").update_firewall_rule_group_association(
        FirewallRuleGroupAssociationId=id_,
        **pick(new, {"name": "Name", "priority": "Priority", "mutationProtection": "MutationProtection"}),
    )


def _delete_association(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("route53resolver").disassociate_firewall_rule_group(FirewallRuleGroupAssociationId=id_)
    ctx.wait_gone(f"removal of association {id_}", lambda: _association(ctx, id_))


def _create_config(ctx: Context, inputs: Props) -> str:
    mode = inputs.get("firewallFailOpen") or "DISABLED"
    answer = ctx.client("route53resolver").update_firewall_config(
        ResourceId=inputs["resourceId"], FirewallFailOpen=mode
    )
    return str(answer["FirewallConfig"]["Id"])


def _read_config(ctx: Context, id_: str, state: Props) -> Props | None:
    pages = ctx.client("route53resolver").get_paginator("list_firewall_configs").paginate()
    for config in (config for page in pages for config in page["FirewallConfigs"]):
        if config["Id"] == id_:
            return {
                "firewallFailOpen": config["FirewallFailOpen"],
                "ownerId": config["OwnerId"],
                "resourceId": config["ResourceId"],
            }
    return None


def _update_config(ctx: Context, id_: str, old: Props, new: Props) -> None:
    _create_config(ctx, new)


def _delete_config(ctx: Context, id_: str, state: Props) -> None:
    # A VPC always has a configuration; without one of its own it is the default.
    _create_config(ctx, {"resourceId": state["resourceId"]})


RESOURCES = (
    Resource(
        token="aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList",
        inputs=words("name domains"),
        replace=words("name"),
        sets=words("domains"),
        create=_create_list,
        read=_read_list,
        update=_update_list,
        delete=_delete_list,
        tagging=tagging,
    ),
    Resource(
        token="aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup",
        inputs=words("name"),
        replace=words("name"),
        create=_create_group,
        read=_read_group,
        delete=_delete_group,
        tagging=tagging,
    ),
    Resource(
        token="aws:route53/resolverFirewallRule:ResolverFirewallRule",
        inputs=frozenset(_RULE) | words("firewallRuleGroupId firewallDomainListId"),
        replace=words("firewallRuleGroupId firewallDomainListId dnsThreatProtection qType"),
        # AWS names a rule by what it matches: a new one with the same cannot stand beside the old one.
        delete_before_replace=True,
        create=_create_rule,
        read=_read_rule,
        update=_update_rule,
        delete=_delete_rule,
        import_id=lambda text: (text, {"firewallRuleGroupId": text.split(":")[0]}),
    ),
    Resource(
        token="aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation",
        inputs=words("name firewallRuleGroupId vpcId priority mutationProtection"),
        replace=words("firewallRuleGroupId vpcId"),
        create=_create_association,
        read=_read_association,
        update=_update_association,
        delete=_delete_association,
        tagging=tagging,
    ),
    Resource(
        token="aws:route53/resolverFirewallConfig:ResolverFirewallConfig",
        inputs=words("resourceId firewallFailOpen"),
        replace=words("resourceId"),
        create=_create_config,
        read=_read_config,
        update=_update_config,
        delete=_delete_config,
    ),
)
