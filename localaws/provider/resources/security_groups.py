"""Security groups with the rules written in them, and the group that comes with a VPC."""

from __future__ import annotations

import secrets
from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import only, pick, tag_spec, tagging
from localaws.provider.errors import ProviderError
from localaws.provider.permissions import Permission, from_aws, from_inline, in_words_of
from localaws.provider.registry import Resource, words
from localaws.provider.values import Props

_SETS = words(
    "ingress ingress.cidrBlocks ingress.ipv6CidrBlocks ingress.prefixListIds ingress.securityGroups"
    " egress egress.cidrBlocks egress.ipv6CidrBlocks egress.prefixListIds egress.securityGroups"
)


def _describe(ctx: Context, id_: str) -> dict[str, Any] | None:
    return only(ctx.client("ec2").describe_security_groups(GroupIds=[id_])["SecurityGroups"])


def _sync(ctx: Context, id_: str, direction: str, old: set[Permission], new: set[Permission]) -> None:
    ec2 = ctx.client("ec2")
    calls = {
        "ingress": (ec2.revoke_security_group_ingress, ec2.authorize_security_group_ingress),
        "egress": (ec2.revoke_security_group_egress, ec2.authorize_security_group_egress),
    }
    revoke, authorize = calls[direction]
    if old - new:
        revoke(GroupId=id_, IpPermissions=[permission.to_aws(id_) for permission in old - new])
    if new - old:
        authorize(GroupId=id_, IpPermissions=[permission.to_aws(id_) for permission in new - old])


def _create(ctx: Context, inputs: Props) -> str:
    name = inputs.get("name") or f"{inputs['namePrefix']}{secrets.token_hex(13)}"
    answer = ctx.client("ec2").create_security_group(
        GroupName=name,
        Description=inputs["description"],
        **pick(inputs, {"vpcId": "VpcId"}),
        **tag_spec("security-group", inputs),
    )
    id_ = str(answer["GroupId"])
    ctx.created_id = id_
    # AWS lets a new group talk to everybody, by IPv6 too where its VPC has it; the official provider takes that away,
    # and so does the local AWS.
    everything = from_aws((_describe(ctx, id_) or {}).get("IpPermissionsEgress") or (), id_)
    _sync(ctx, id_, "egress", everything, from_inline(inputs.get("egress") or ()))
    _sync(ctx, id_, "ingress", set(), from_inline(inputs.get("ingress") or ()))
    return id_


def _read(ctx: Context, id_: str, state: Props) -> Props | None:
    group = _describe(ctx, id_)
    if group is None:
        return None
    outputs: Props = {
        "arn": ctx.arn("ec2", f"security-group/{id_}"),
        "description": group["Description"],
        "name": group["GroupName"],
        "namePrefix": state.get("namePrefix") or "",
        "ownerId": group["OwnerId"],
        "tagsAll": tag_map(group.get("Tags")),
        "vpcId": group.get("VpcId"),
    }
    for direction, key in (("ingress", "IpPermissions"), ("egress", "IpPermissionsEgress")):
        # Rules may be resources of their own; those of the group are told where the program writes them in it.
        if ctx.importing or direction in ctx.asked:
            outputs[direction] = in_words_of(state.get(direction), from_aws(group.get(key) or (), id_))
        else:
            outputs[direction] = state.get(direction, [])
    return outputs


def _update(ctx: Context, id_: str, old: Props, new: Props) -> None:
    for direction in ("ingress", "egress"):
        _sync(ctx, id_, direction, from_inline(old.get(direction) or ()), from_inline(new.get(direction) or ()))


def _delete(ctx: Context, id_: str, state: Props) -> None:
    if state.get("revokeRulesOnDelete"):
        group = _describe(ctx, id_) or {}
        _sync(ctx, id_, "ingress", from_aws(group.get("IpPermissions") or (), id_), set())
        _sync(ctx, id_, "egress", from_aws(group.get("IpPermissionsEgress") or (), id_), set())
    ctx.client("ec2").delete_security_group(GroupId=id_)


def _adopt(ctx: Context, inputs: Props) -> str:
    """Takes over a VPC's default group, and leaves in it just the rules that the program writes."""
    filters = [{"Name": "group-name", "Values": ["default"]}]
    if inputs.get("vpcId"):
        filters.append({"Name": "vpc-id", "Values": [inputs["vpcId"]]})
    group = only(ctx.client("ec2").describe_security_groups(Filters=filters)["SecurityGroups"])
    if group is None:
        raise ProviderError(f"VPC {inputs.get('vpcId') or '(default)'} has no default security group")
    id_ = str(group["GroupId"])
    for direction, key in (("ingress", "IpPermissions"), ("egress", "IpPermissionsEgress")):
        _sync(ctx, id_, direction, from_aws(group.get(key) or (), id_), from_inline(inputs.get(direction) or ()))
    wanted, tags = inputs.get("tagsAll") or {}, tag_map(group.get("Tags"))
    tagging(ctx, id_, inputs, wanted, [key for key in tags if key not in wanted])
    return id_


def _read_default(ctx: Context, id_: str, state: Props) -> Props | None:
    # All rules of a default group are the program's: that is what the type is for.
    ctx.asked |= {"ingress", "egress"}
    return _read(ctx, id_, state)


def _leave(ctx: Context, id_: str, state: Props) -> None:
    """What comes with the VPC goes with it."""


RESOURCES = (
    Resource(
        token="aws:ec2/securityGroup:SecurityGroup",
        inputs=words("name namePrefix description vpcId ingress egress revokeRulesOnDelete"),
        replace=words("name namePrefix description vpcId"),
        defaults={"description": "Managed by Pulumi", "revokeRulesOnDelete": False},
        at_most_one=(words("name namePrefix"),),
        sets=_SETS,
        write_only=words("revokeRulesOnDelete"),
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
        tagging=tagging,
    ),
    Resource(
        token="aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        inputs=words("vpcId ingress egress revokeRulesOnDelete"),
        replace=words("vpcId"),
        defaults={"revokeRulesOnDelete": False, "ingress": [], "egress": []},
        sets=_SETS,
        write_only=words("revokeRulesOnDelete"),
        create=_adopt,
        read=_read_default,
        update=_update,
        delete=_leave,
        tagging=tagging,
    ),
)
