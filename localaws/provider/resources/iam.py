"""IAM roles and the policies on them. IAM has no Region."""

from __future__ import annotations

import functools

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import changed, pick
from localaws.provider.errors import gone_is_fine
from localaws.provider.iam_shapes import NAMED, document_of, name_of, tags_of
from localaws.provider.registry import AutoName, Resource, words
from localaws.provider.tagging import by_id, tagged
from localaws.provider.values import Props

# -- roles ------------------------------------------------------------------------------------------------------------


def _create_role(ctx: Context, inputs: Props) -> str:
    iam = ctx.client("iam")
    name = name_of(inputs)
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
        **tags_of(inputs),
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
        "assumeRolePolicy": document_of(role["AssumeRolePolicyDocument"]),
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
            {"name": name, "policy": document_of(iam.get_role_policy(RoleName=id_, PolicyName=name)["PolicyDocument"])}
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


_tag_role = tagged("iam", by_id("RoleName"), calls=("tag_role", "untag_role"))


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
    name = name_of(inputs)
    ctx.client("iam").put_role_policy(RoleName=inputs["role"], PolicyName=name, PolicyDocument=inputs["policy"])
    return f"{inputs['role']}:{name}"


def _read_role_policy(ctx: Context, id_: str, state: Props) -> Props | None:
    role, _, name = id_.partition(":")
    found = ctx.client("iam").get_role_policy(RoleName=role, PolicyName=name)
    return {
        "name": name,
        "namePrefix": state.get("namePrefix") or "",
        "policy": document_of(found["PolicyDocument"]),
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


RESOURCES = (
    Resource(
        token="aws:iam/role:Role",
        inputs=words(
            "name namePrefix assumeRolePolicy description path maxSessionDuration permissionsBoundary inlinePolicies"
            " managedPolicyArns forceDetachPolicies"
        ),
        replace=words("name namePrefix path"),
        auto_name=AutoName(max_length=64),
        at_most_one=NAMED,
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
        at_most_one=NAMED,
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
)
