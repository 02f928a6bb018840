"""IAM roles, their policies, and instance profiles. IAM has no Region."""

from __future__ import annotations

import functools
import json
import secrets
from typing import Any
from urllib.parse import unquote

from localaws.provider.context import Context, tag_list, tag_map
from localaws.provider.ec2 import changed, pick
from localaws.provider.errors import gone_is_fine
from localaws.provider.registry import AutoName, Resource, words
from localaws.provider.values import Props


def _name(inputs: Props) -> str:
    return str(inputs.get("name") or f"{inputs['namePrefix']}{secrets.token_hex(13)}")


def _tags(inputs: Props) -> dict[str, Any]:
    return {"Tags": tag_list(inputs["tagsAll"])} if inputs.get("tagsAll") else {}


def _document(value: Any) -> str:
    """A policy document as text: botocore parses those of IAM."""
    if isinstance(value, dict):
        return json.dumps(value)
    return unquote(str(value))


# -- roles ------------------------------------------------------------------------------------------------------------


def _create_role(ctx: Context, inputs: Props) -> str:
    iam = ctx.client("iam")
    name = _name(inputs)
    iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=inputs["assumeRolePolicy"],
        **pick(
            inputs,
            {
                "description": "Description",
                "path": "Path",
                "maxSessionDuration": "MaxSessionDuration",
                "permissionsBoundary": "PermissionsBoundary",
            },
        ),
        **_tags(inputs),
    )
    ctx.created_id = name
    for policy in inputs.get("inlinePolicies") or ():
        if policy.get("policy"):
            iam.put_role_policy(RoleName=name, PolicyName=policy["name"], PolicyDocument=policy["policy"])
    for arn in inputs.get("managedPolicyArns") or ():
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    return name


def _read_role(ctx: Context, id_: str, state: Props) -> Props | None:
    iam = ctx.client("iam")
    role = iam.get_role(RoleName=id_)["Role"]
    outputs: Props = {
        "arn": role["Arn"],
        "assumeRolePolicy": _document(role["AssumeRolePolicyDocument"]),
        "createDate": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "description": role.get("Description") or None,
        "maxSessionDuration": role.get("MaxSessionDuration", 3600),
        "name": role["RoleName"],
        "namePrefix": state.get("namePrefix") or "",
        "path": role["Path"],
        "permissionsBoundary": (role.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn"),
        "tagsAll": tag_map(role.get("Tags")),
        "uniqueId": role["RoleId"],
    }
    # Policies may be resources of their own; the role's are told where the program writes them in it.
    if "managedPolicyArns" in ctx.asked:
        attached = iam.list_attached_role_policies(RoleName=id_)["AttachedPolicies"]
        outputs["managedPolicyArns"] = [policy["PolicyArn"] for policy in attached]
    else:
        outputs["managedPolicyArns"] = state.get("managedPolicyArns", [])
    if "inlinePolicies" in ctx.asked:
        outputs["inlinePolicies"] = [
            {"name": name, "policy": _document(iam.get_role_policy(RoleName=id_, PolicyName=name)["PolicyDocument"])}
            for name in iam.list_role_policies(RoleName=id_)["PolicyNames"]
        ]
    else:
        outputs["inlinePolicies"] = state.get("inlinePolicies", [])
    return outputs


def _update_role(ctx: Context, id_: str, old: Props, new: Props) -> None:
    iam = ctx.client("iam")
    if changed(old, new, ["assumeRolePolicy"]):
        iam.update_assume_role_policy(RoleName=id_, PolicyDocument=new["assumeRolePolicy"])
    if changed(old, new, ["description", "maxSessionDuration"]):
        iam.update_role(
            RoleName=id_,
            Description=new.get("description") or "",
            MaxSessionDuration=new.get("maxSessionDuration") or 3600,
        )
    if changed(old, new, ["permissionsBoundary"]):
        if new.get("permissionsBoundary"):
            iam.put_role_permissions_boundary(RoleName=id_, PermissionsBoundary=new["permissionsBoundary"])
        else:
            iam.delete_role_permissions_boundary(RoleName=id_)
    before, after = set(old.get("managedPolicyArns") or ()), set(new.get("managedPolicyArns") or ())
    for arn in before - after:
        iam.detach_role_policy(RoleName=id_, PolicyArn=arn)
    for arn in after - before:
        iam.attach_role_policy(RoleName=id_, PolicyArn=arn)
    kept = {policy["name"]: policy["policy"] for policy in new.get("inlinePolicies") or () if policy.get("policy")}
    for policy in old.get("inlinePolicies") or ():
        if policy["name"] not in kept:
            iam.delete_role_policy(RoleName=id_, PolicyName=policy["name"])
    for name, document in kept.items():
        iam.put_role_policy(RoleName=id_, PolicyName=name, PolicyDocument=document)


def _tag_role(ctx: Context, id_: str, state: Props, to_set: dict[str, str], remove: list[str]) -> None:
    iam = ctx.client("iam")
    if remove:
        iam.untag_role(RoleName=id_, TagKeys=remove)
    if to_set:
        iam.tag_role(RoleName=id_, Tags=tag_list(to_set))


def _delete_role(ctx: Context, id_: str, state: Props) -> None:
    iam = ctx.client("iam")
    for policy in state.get("inlinePolicies") or ():
        gone_is_fine(functools.partial(iam.delete_role_policy, RoleName=id_, PolicyName=policy["name"]))
    arns = set(state.get("managedPolicyArns") or ())
    if state.get("forceDetachPolicies"):
        arns = {p["PolicyArn"] for p in iam.list_attached_role_policies(RoleName=id_)["AttachedPolicies"]}
        for name in iam.list_role_policies(RoleName=id_)["PolicyNames"]:
            iam.delete_role_policy(RoleName=id_, PolicyName=name)
    for arn in arns:
        gone_is_fine(functools.partial(iam.detach_role_policy, RoleName=id_, PolicyArn=arn))
    iam.delete_role(RoleName=id_)


# -- what a role has --------------------------------------------------------------------------------------------------


def _put_role_policy(ctx: Context, inputs: Props) -> str:
    name = _name(inputs)
    ctx.client("iam").put_role_policy(RoleName=inputs["role"], PolicyName=name, PolicyDocument=inputs["policy"])
    return f"{inputs['role']}:{name}"


def _read_role_policy(ctx: Context, id_: str, state: Props) -> Props | None:
    role, _, name = id_.partition(":")
    found = ctx.client("iam").get_role_policy(RoleName=role, PolicyName=name)
    return {
        "name": name,
        "namePrefix": state.get("namePrefix") or "",
        "policy": _document(found["PolicyDocument"]),
        "role": role,
    }


def _update_role_policy(ctx: Context, id_: str, old: Props, new: Props) -> None:
    role, _, name = id_.partition(":")
    ctx.client("iam").put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=new["policy"])


def _delete_role_policy(ctx: Context, id_: str, state: Props) -> None:
    role, _, name = id_.partition(":")
    ctx.client("iam").delete_role_policy(RoleName=role, PolicyName=name)


def _attach_policy(ctx: Context, inputs: Props) -> str:
    role, arn = inputs["role"], inputs["policyArn"]
    ctx.client("iam").attach_role_policy(RoleName=role, PolicyArn=arn)
    return f"{role}/{arn}"


def _read_attached_policy(ctx: Context, id_: str, state: Props) -> Props | None:
    role, _, arn = id_.partition("/")
    attached = ctx.client("iam").list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    return {"role": role, "policyArn": arn} if arn in [policy["PolicyArn"] for policy in attached] else None


def _detach_policy(ctx: Context, id_: str, state: Props) -> None:
    role, _, arn = id_.partition("/")
    ctx.client("iam").detach_role_policy(RoleName=role, PolicyArn=arn)


# -- instance profiles ------------------------------------------------------------------------------------------------


def _create_profile(ctx: Context, inputs: Props) -> str:
    iam = ctx.client("iam")
    name = _name(inputs)
    iam.create_instance_profile(InstanceProfileName=name, **pick(inputs, {"path": "Path"}), **_tags(inputs))
    ctx.created_id = name
    if inputs.get("role"):
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=inputs["role"])
    return name


def _read_profile(ctx: Context, id_: str, state: Props) -> Props | None:
    profile = ctx.client("iam").get_instance_profile(InstanceProfileName=id_)["InstanceProfile"]
    roles = profile.get("Roles") or []
    return {
        "arn": profile["Arn"],
        "createDate": profile["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "name": profile["InstanceProfileName"],
        "namePrefix": state.get("namePrefix") or "",
        "path": profile["Path"],
        "role": roles[0]["RoleName"] if roles else None,
        "tagsAll": tag_map(profile.get("Tags")),
        "uniqueId": profile["InstanceProfileId"],
    }


def _update_profile(ctx: Context, id_: str, old: Props, new: Props) -> None:
    iam = ctx.client("iam")
    if old.get("role"):
        iam.remove_role_from_instance_profile(InstanceProfileName=id_, RoleName=old["role"])
    if new.get("role"):
        iam.add_role_to_instance_profile(InstanceProfileName=id_, RoleName=new["role"])


def _tag_profile(ctx: Context, id_: str, state: Props, to_set: dict[str, str], remove: list[str]) -> None:
    iam = ctx.client("iam")
    if remove:
        iam.untag_instance_profile(InstanceProfileName=id_, TagKeys=remove)
    if to_set:
        iam.tag_instance_profile(InstanceProfileName=id_, Tags=tag_list(to_set))


def _delete_profile(ctx: Context, id_: str, state: Props) -> None:
    iam = ctx.client("iam")
    profile = iam.get_instance_profile(InstanceProfileName=id_)["InstanceProfile"]
    for role in profile.get("Roles") or ():
        iam.remove_role_from_instance_profile(InstanceProfileName=id_, RoleName=role["RoleName"])
    iam.delete_instance_profile(InstanceProfileName=id_)


# -- managed policies -------------------------------------------------------------------------------------------------


def _create_policy(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("iam").create_policy(
        PolicyName=_name(inputs),
        PolicyDocument=inputs["policy"],
        **pick(inputs, {"description": "Description", "path": "Path"}),
        **_tags(inputs),
    )
    return str(answer["Policy"]["Arn"])


def _read_policy(ctx: Context, id_: str, state: Props) -> Props | None:
    iam = ctx.client("iam")
    policy = iam.get_policy(PolicyArn=id_)["Policy"]
    version = iam.get_policy_version(PolicyArn=id_, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
    return {
        "arn": id_,
        # How often it is attached follows from other resources.
        "attachmentCount": state.get("attachmentCount", 0),
        "description": policy.get("Description") or None,
        "name": policy["PolicyName"],
        "namePrefix": state.get("namePrefix") or "",
        "path": policy["Path"],
        "policy": _document(version["Document"]),
        "policyId": policy["PolicyId"],
        "tagsAll": tag_map(policy.get("Tags")),
    }


def _update_policy(ctx: Context, id_: str, old: Props, new: Props) -> None:
    iam = ctx.client("iam")
    _drop_versions(iam, id_, keep=4)  # AWS allows five, the new one included
    iam.create_policy_version(PolicyArn=id_, PolicyDocument=new["policy"], SetAsDefault=True)


def _drop_versions(iam: Any, arn: str, keep: int) -> None:
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    others = sorted((v for v in versions if not v["IsDefaultVersion"]), key=lambda v: v["CreateDate"], reverse=True)
    for version in others[max(keep - 1, 0) :]:
        iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])


def _tag_policy(ctx: Context, id_: str, state: Props, to_set: dict[str, str], remove: list[str]) -> None:
    iam = ctx.client("iam")
    if remove:
        iam.untag_policy(PolicyArn=id_, TagKeys=remove)
    if to_set:
        iam.tag_policy(PolicyArn=id_, Tags=tag_list(to_set))


def _delete_policy(ctx: Context, id_: str, state: Props) -> None:
    iam = ctx.client("iam")
    _drop_versions(iam, id_, keep=0)
    iam.delete_policy(PolicyArn=id_)


_NAMED = (words("name namePrefix"),)

RESOURCES = (
    Resource(
        token="aws:iam/role:Role",
        inputs=words(
            "name namePrefix assumeRolePolicy description path maxSessionDuration permissionsBoundary inlinePolicies"
            " managedPolicyArns forceDetachPolicies"
        ),
        replace=words("name namePrefix path"),
        auto_name=AutoName(max_length=64),
        at_most_one=_NAMED,
        defaults={"path": "/", "maxSessionDuration": 3600, "forceDetachPolicies": False},
        sets=words("managedPolicyArns inlinePolicies"),
        json=words("assumeRolePolicy inlinePolicies.policy"),
        write_only=words("forceDetachPolicies"),
        create=_create_role,
        read=_read_role,
        update=_update_role,
        delete=_delete_role,
        tagging=_tag_role,
    ),
    Resource(
        token="aws:iam/rolePolicy:RolePolicy",
        inputs=words("name namePrefix role policy"),
        replace=words("name namePrefix role"),
        at_most_one=_NAMED,
        json=words("policy"),
        create=_put_role_policy,
        read=_read_role_policy,
        update=_update_role_policy,
        delete=_delete_role_policy,
    ),
    Resource(
        token="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        inputs=words("role policyArn"),
        delete_before_replace=True,
        create=_attach_policy,
        read=_read_attached_policy,
        delete=_detach_policy,
    ),
    Resource(
        token="aws:iam/instanceProfile:InstanceProfile",
        inputs=words("name namePrefix path role"),
        replace=words("name namePrefix path"),
        auto_name=AutoName(max_length=128),
        at_most_one=_NAMED,
        defaults={"path": "/"},
        create=_create_profile,
        read=_read_profile,
        update=_update_profile,
        delete=_delete_profile,
        tagging=_tag_profile,
    ),
    Resource(
        token="aws:iam/policy:Policy",
        inputs=words("name namePrefix path description policy"),
        replace=words("name namePrefix path description"),
        auto_name=AutoName(max_length=128),
        at_most_one=_NAMED,
        defaults={"path": "/"},
        json=words("policy"),
        create=_create_policy,
        read=_read_policy,
        update=_update_policy,
        delete=_delete_policy,
        tagging=_tag_policy,
    ),
)
