"""Instance profiles, by which an instance gets its role."""

from __future__ import annotations

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import pick
from localaws.provider.iam_shapes import NAMED, name_of, tags_of
from localaws.provider.registry import AutoName, Resource, words
from localaws.provider.tagging import by_id, tagged
from localaws.provider.values import Props


def _create_profile(ctx: Context, inputs: Props) -> str:
    iam = ctx.client("iam")
    name = name_of(inputs)
    iam.create_instance_profile(InstanceProfileName=name, **pick(inputs, {"path": "Path"}), **tags_of(inputs))
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


_tag_profile = tagged("iam", by_id("InstanceProfileName"), calls=("tag_instance_profile", "untag_instance_profile"))


def _delete_profile(ctx: Context, id_: str, state: Props) -> None:
    iam = ctx.client("iam")
    profile = iam.get_instance_profile(InstanceProfileName=id_)["InstanceProfile"]
    for role in profile.get("Roles") or ():
        iam.remove_role_from_instance_profile(InstanceProfileName=id_, RoleName=role["RoleName"])
    iam.delete_instance_profile(InstanceProfileName=id_)


RESOURCES = (
    Resource(
        token="aws:iam/instanceProfile:InstanceProfile",
        inputs=words("name namePrefix path role"),
        replace=words("name namePrefix path"),
        auto_name=AutoName(max_length=128),
        at_most_one=NAMED,
        defaults={"path": "/"},
        create=_create_profile,
        read=_read_profile,
        update=_update_profile,
        delete=_delete_profile,
        tagging=_tag_profile,
    ),
)
