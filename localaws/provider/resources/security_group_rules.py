"""Security group rules that are resources of their own, in the present form and the older one."""

from __future__ import annotations

import zlib
from typing import Any

from localaws.provider.context import Context, tag_list, tag_map
from localaws.provider.ec2 import only, present, tagging
from localaws.provider.permissions import Permission, from_aws, from_inline, protocol_of
from localaws.provider.registry import Resource, words
from localaws.provider.values import Props

_PEERS = {
    "cidrIpv4": "CidrIpv4",
    "cidrIpv6": "CidrIpv6",
    "prefixListId": "PrefixListId",
    "referencedSecurityGroupId": "ReferencedGroupId",
}
_ALL = "-1"


def _permission(inputs: Props) -> dict[str, Any]:
    """The one rule of a resource as an element of AWS's `IpPermissions`."""
    text = present({"Description": inputs.get("description") or None})
    found: dict[str, Any] = {"IpProtocol": protocol_of(inputs["ipProtocol"])}
    if found["IpProtocol"] != _ALL:
        found.update(present({"FromPort": inputs.get("fromPort"), "ToPort": inputs.get("toPort")}))
    if inputs.get("cidrIpv4"):
        found["IpRanges"] = [{"CidrIp": inputs["cidrIpv4"], **text}]
    elif inputs.get("cidrIpv6"):
        found["Ipv6Ranges"] = [{"CidrIpv6": inputs["cidrIpv6"], **text}]
    elif inputs.get("prefixListId"):
        found["PrefixListIds"] = [{"PrefixListId": inputs["prefixListId"], **text}]
    else:
        found["UserIdGroupPairs"] = [{"GroupId": inputs["referencedSecurityGroupId"], **text}]
    return found


def _create(direction: str) -> Any:
    def create(ctx: Context, inputs: Props) -> str:
        tags = inputs.get("tagsAll")
        spec = [{"ResourceType": "security-group-rule", "Tags": tag_list(tags)}] if tags else []
        answer = getattr(ctx.client("ec2"), f"authorize_security_group_{direction}")(
            GroupId=inputs["securityGroupId"],
            IpPermissions=[_permission(inputs)],
            **({"TagSpecifications": spec} if spec else {}),
        )
        return str(answer["SecurityGroupRules"][0]["SecurityGroupRuleId"])

    return create


def _read(ctx: Context, id_: str, state: Props) -> Props | None:
    rules = ctx.client("ec2").describe_security_group_rules(SecurityGroupRuleIds=[id_])["SecurityGroupRules"]
    rule = only(rules)
    if rule is None:
        return None
    ports = {ours: rule[theirs] for ours, theirs in (("fromPort", "FromPort"), ("toPort", "ToPort")) if theirs in rule}
    if rule["IpProtocol"] == _ALL:
        ports = {prop: state[prop] for prop in ("fromPort", "toPort") if prop in state}
    return {
        "arn": ctx.arn("ec2", f"security-group-rule/{id_}"),
        "cidrIpv4": rule.get("CidrIpv4"),
        "cidrIpv6": rule.get("CidrIpv6"),
        "description": rule.get("Description") or None,
        "ipProtocol": _in_own_words(state.get("ipProtocol"), rule["IpProtocol"]),
        "prefixListId": rule.get("PrefixListId"),
        "referencedSecurityGroupId": (rule.get("ReferencedGroupInfo") or {}).get("GroupId"),
        "securityGroupId": rule["GroupId"],
        "securityGroupRuleId": id_,
        "tagsAll": tag_map(rule.get("Tags")),
        **ports,
    }


def _in_own_words(known: Any, actual: str) -> str:
    return str(known) if known is not None and protocol_of(known) == protocol_of(actual) else actual


def _update(ctx: Context, id_: str, old: Props, new: Props) -> None:
    protocol = protocol_of(new["ipProtocol"])
    rule: dict[str, Any] = {"IpProtocol": protocol, "Description": new.get("description") or ""}
    every = {"FromPort": -1, "ToPort": -1}  # a change names ports even where all are meant
    ports = present({"FromPort": new.get("fromPort"), "ToPort": new.get("toPort")})
    rule.update(every if protocol == _ALL else ports)
    rule.update({theirs: new[ours] for ours, theirs in _PEERS.items() if new.get(ours)})
    ctx.client("ec2").modify_security_group_rules(
        GroupId=new["securityGroupId"], SecurityGroupRules=[{"SecurityGroupRuleId": id_, "SecurityGroupRule": rule}]
    )


def _delete(direction: str) -> Any:
    def delete(ctx: Context, id_: str, state: Props) -> None:
        getattr(ctx.client("ec2"), f"revoke_security_group_{direction}")(
            GroupId=state["securityGroupId"], SecurityGroupRuleIds=[id_]
        )

    return delete


def _check(inputs: Props) -> list[tuple[str, str]]:
    protocol = inputs.get("ipProtocol")
    if isinstance(protocol, str) and protocol_of(protocol) in ("tcp", "udp"):
        return [(p, f"protocol {protocol} needs {p}") for p in ("fromPort", "toPort") if p not in inputs]
    return []


def _one_of(direction: str, name: str) -> Resource:
    return Resource(
        token=f"aws:vpc/securityGroup{name}:SecurityGroup{name}",
        inputs=words("ipProtocol securityGroupId description fromPort toPort") | set(_PEERS),
        replace=words("securityGroupId"),
        exactly_one=(frozenset(_PEERS),),
        check=_check,
        create=_create(direction),
        read=_read,
        update=_update,
        delete=_delete(direction),
        tagging=tagging,
    )


# -- the older form: several other sides in one rule ------------------------------------------------------------------


def _legacy_permissions(inputs: Props) -> set[Permission]:
    rule = {
        **inputs,
        "securityGroups": [inputs["sourceSecurityGroupId"]] if inputs.get("sourceSecurityGroupId") else [],
    }
    return from_inline([rule])


def _call(ctx: Context, verb: str, inputs: Props, permissions: set[Permission]) -> dict[str, Any]:
    group = inputs["securityGroupId"]
    answer: dict[str, Any] = getattr(ctx.client("ec2"), f"{verb}_security_group_{inputs['type']}")(
        GroupId=group, IpPermissions=[permission.to_aws(group) for permission in sorted(permissions, key=repr)]
    )
    return answer


def _create_legacy(ctx: Context, inputs: Props) -> str:
    permissions = _legacy_permissions(inputs)
    _call(ctx, "authorize", inputs, permissions)
    text = repr((inputs["securityGroupId"], inputs["type"], sorted(permissions, key=repr)))
    return f"sgrule-{zlib.crc32(text.encode())}"


def _read_legacy(ctx: Context, id_: str, state: Props) -> Props | None:
    group = only(ctx.client("ec2").describe_security_groups(GroupIds=[state["securityGroupId"]])["SecurityGroups"])
    key = "IpPermissions" if state["type"] == "ingress" else "IpPermissionsEgress"
    actual = from_aws((group or {}).get(key) or (), state["securityGroupId"])
    if not _legacy_permissions(state) <= actual:
        return None
    asked = {key: value for key, value in state.items() if key not in ("tags", "tagsAll")}
    return {**asked, "securityGroupRuleId": state.get("securityGroupRuleId", "")}


def _update_legacy(ctx: Context, id_: str, old: Props, new: Props) -> None:
    group = new["securityGroupId"]
    getattr(ctx.client("ec2"), f"update_security_group_rule_descriptions_{new['type']}")(
        GroupId=group, IpPermissions=[permission.to_aws(group) for permission in _legacy_permissions(new)]
    )


def _delete_legacy(ctx: Context, id_: str, state: Props) -> None:
    _call(ctx, "revoke", state, _legacy_permissions(state))


RESOURCES = (
    _one_of("ingress", "IngressRule"),
    _one_of("egress", "EgressRule"),
    Resource(
        token="aws:ec2/securityGroupRule:SecurityGroupRule",
        inputs=words(
            "type protocol fromPort toPort securityGroupId cidrBlocks ipv6CidrBlocks prefixListIds self"
            " sourceSecurityGroupId description"
        ),
        replace=words(
            "type protocol fromPort toPort securityGroupId cidrBlocks ipv6CidrBlocks prefixListIds self"
            " sourceSecurityGroupId"
        ),
        defaults={"self": False},
        at_most_one=(words("cidrBlocks sourceSecurityGroupId"), words("self sourceSecurityGroupId")),
        delete_before_replace=True,
        create=_create_legacy,
        read=_read_legacy,
        update=_update_legacy,
        delete=_delete_legacy,
    ),
)
