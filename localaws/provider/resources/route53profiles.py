"""Route 53 Profiles: a profile, what it holds, and the VPCs that take it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from localaws.provider.context import Context, tag_list
from localaws.provider.registry import Resource, words
from localaws.provider.tagging import by_arn, tagged
from localaws.provider.values import Props

Found = dict[str, Any]
Get = Callable[[Context, str], Found]

_tagging = tagged("route53profiles", by_arn("ResourceArn"), form=lambda tags: tags)


def _tags(ctx: Context, arn: str) -> dict[str, str]:
    return dict(ctx.client("route53profiles").list_tags_for_resource(ResourceArn=arn)["Tags"])


def _new_tags(inputs: Props) -> dict[str, Any]:
    return {"Tags": tag_list(inputs["tagsAll"])} if inputs.get("tagsAll") else {}


def _made(ctx: Context, get: Get, id_: str) -> str:
    """Wait until a thing that was asked for is there."""
    ctx.created_id = id_
    ctx.wait(id_, lambda: True if get(ctx, id_)["Status"] == "COMPLETE" else None)
    return id_


def _profile(ctx: Context, id_: str) -> Found:
    found: Found = ctx.client("route53profiles").get_profile(ProfileId=id_)["Profile"]
    return found


def _create_profile(ctx: Context, inputs: Props) -> str:
    made = ctx.client("route53profiles").create_profile(
        Name=inputs["name"], ClientToken=uuid.uuid4().hex, **_new_tags(inputs)
    )["Profile"]
    return _made(ctx, _profile, str(made["Id"]))


def _read_profile(ctx: Context, id_: str, state: Props) -> Props | None:
    found = _profile(ctx, id_)
    return {
        "arn": found["Arn"],
        "name": found["Name"],
        "ownerId": found["OwnerId"],
        "shareStatus": found["ShareStatus"],
        "status": found["Status"],
        "statusMessage": found["StatusMessage"],
        "tagsAll": _tags(ctx, found["Arn"]),
    }


def _delete_profile(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("route53profiles").delete_profile(ProfileId=id_)
    ctx.wait_gone(f"removal of {id_}", lambda: _profile(ctx, id_))


def _holding(ctx: Context, id_: str) -> Found:
    answer = ctx.client("route53profiles").get_profile_resource_association(ProfileResourceAssociationId=id_)
    found: Found = answer["ProfileResourceAssociation"]
    return found


def _create_holding(ctx: Context, inputs: Props) -> str:
    properties = inputs.get("resourceProperties")
    made = ctx.client("route53profiles").associate_resource_to_profile(
        Name=inputs["name"],
        ProfileId=inputs["profileId"],
        ResourceArn=inputs["resourceArn"],
        **({"ResourceProperties": properties} if properties else {}),
    )["ProfileResourceAssociation"]
    return _made(ctx, _holding, str(made["Id"]))


def _read_holding(ctx: Context, id_: str, state: Props) -> Props | None:
    found = _holding(ctx, id_)
    return {
        "name": found["Name"],
        "ownerId": found["OwnerId"],
        "profileId": found["ProfileId"],
        "resourceArn": found["ResourceArn"],
        "resourceProperties": found.get("ResourceProperties"),
        "resourceType": found["ResourceType"],
        "status": found["Status"],
        "statusMessage": found["StatusMessage"],
    }


def _delete_holding(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("route53profiles").disassociate_resource_from_profile(
        ProfileId=state["profileId"], ResourceArn=state["resourceArn"]
    )
    ctx.wait_gone(f"removal of {id_}", lambda: _holding(ctx, id_))


def _taking(ctx: Context, id_: str) -> Found:
    answer = ctx.client("route53profiles").get_profile_association(ProfileAssociationId=id_)
    found: Found = answer["ProfileAssociation"]
    return found


def _create_taking(ctx: Context, inputs: Props) -> str:
    made = ctx.client("route53profiles").associate_profile(
        Name=inputs["name"], ProfileId=inputs["profileId"], ResourceId=inputs["resourceId"], **_new_tags(inputs)
    )["ProfileAssociation"]
    return _made(ctx, _taking, str(made["Id"]))


def _read_taking(ctx: Context, id_: str, state: Props) -> Props | None:
    found = _taking(ctx, id_)
    arn = f"arn:{ctx.partition}:route53profiles:{ctx.region}:{found['OwnerId']}:profile-association/{id_}"
    return {
        "arn": arn,
        "name": found["Name"],
        "ownerId": found["OwnerId"],
        "profileId": found["ProfileId"],
        "resourceId": found["ResourceId"],
        "status": found["Status"],
        "statusMessage": found["StatusMessage"],
        "tagsAll": _tags(ctx, arn),
    }


def _delete_taking(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("route53profiles").disassociate_profile(ProfileId=state["profileId"], ResourceId=state["resourceId"])
    ctx.wait_gone(f"removal of {id_}", lambda: _taking(ctx, id_))


RESOURCES = (
    Resource(
        token="aws:route53/profilesProfile:ProfilesProfile",
        inputs=words("name"),
        replace=words("name"),
        create=_create_profile,
        read=_read_profile,
        delete=_delete_profile,
        tagging=_tagging,
    ),
    Resource(
        token="aws:route53/profilesResourceAssociation:ProfilesResourceAssociation",
        inputs=words("name profileId resourceArn resourceProperties"),
        replace=words("name profileId resourceArn resourceProperties"),
        json=words("resourceProperties"),
        create=_create_holding,
        read=_read_holding,
        delete=_delete_holding,
    ),
    Resource(
        token="aws:route53/profilesAssociation:ProfilesAssociation",
        inputs=words("name profileId resourceId"),
        replace=words("name profileId resourceId"),
        create=_create_taking,
        read=_read_taking,
        delete=_delete_taking,
        tagging=_tagging,
    ),
)
