"""Resource Access Manager: shares, and what and whom they join."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from localaws.provider.context import Context
from localaws.provider.errors import ProviderError, code_of
from localaws.provider.registry import Resource, words
from localaws.provider.tagging import by_id, lower_key_and_value, tagged
from localaws.provider.values import Props


def _share(ctx: Context, arn: str) -> dict[str, Any] | None:
    answer = ctx.client("ram").get_resource_shares(resourceOwner="SELF", resourceShareArns=[arn])
    for share in answer["resourceShares"]:
        if share["status"] not in ("DELETING", "DELETED"):
            return dict(share)
    return None


def _create_share(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("ram").create_resource_share(
        name=inputs["name"],
        allowExternalPrincipals=bool(inputs.get("allowExternalPrincipals")),
        **({"permissionArns": inputs["permissionArns"]} if inputs.get("permissionArns") else {}),
        **({"tags": lower_key_and_value(inputs["tagsAll"])} if inputs.get("tagsAll") else {}),
    )
    arn = str(answer["resourceShare"]["resourceShareArn"])
    ctx.created_id = arn
    ctx.wait(f"resource share {arn}", lambda: True if (_share(ctx, arn) or {}).get("status") == "ACTIVE" else None)
    return arn


def _read_share(ctx: Context, id_: str, state: Props) -> Props | None:
    share = _share(ctx, id_)
    if share is None:
        return None
    permissions = ctx.client("ram").list_resource_share_permissions(resourceShareArn=id_)["permissions"]
    return {
        "allowExternalPrincipals": share["allowExternalPrincipals"],
        "arn": share["resourceShareArn"],
        "name": share["name"],
        "permissionArns": [permission["arn"] for permission in permissions],
        "tagsAll": {tag["key"]: tag["value"] for tag in share.get("tags") or ()},
    }


def _update_share(ctx: Context, id_: str, old: Props, new: Props) -> None:
    ctx.client("ram").update_resource_share(
        resourceShareArn=id_, name=new["name"], allowExternalPrincipals=bool(new.get("allowExternalPrincipals"))
    )


def _delete_share(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ram").delete_resource_share(resourceShareArn=id_)


_tag_share = tagged("ram", by_id("resourceShareArn"), names=("tags", "tagKeys"), form=lower_key_and_value)


def _status(ctx: Context, share: str, kind: str, entity: str) -> str | None:
    """The status of an association; None if there is none."""
    which = {"principal": entity} if kind == "PRINCIPAL" else {"resourceArn": entity}
    found = ctx.client("ram").get_resource_share_associations(associationType=kind, resourceShareArns=[share], **which)[
        "resourceShareAssociations"
    ]
    return str(found[0]["status"]) if found else None


def _associate(ctx: Context, share: str, kind: str, entity: str) -> str:
    which = {"principals": [entity]} if kind == "PRINCIPAL" else {"resourceArns": [entity]}
    ctx.client("ram").associate_resource_share(resourceShareArn=share, **which)
    id_ = f"{share},{entity}"
    ctx.created_id = id_
    if kind == "PRINCIPAL" and entity.isdigit():
        return id_  # an account may have to accept first, and nobody knows when
    ctx.wait(f"sharing of {entity}", lambda: True if _status(ctx, share, kind, entity) == "ASSOCIATED" else None)
    return id_


def _disassociate(ctx: Context, id_: str, kind: str) -> None:
    share, _, entity = id_.partition(",")
    which = {"principals": [entity]} if kind == "PRINCIPAL" else {"resourceArns": [entity]}
    ctx.client("ram").disassociate_resource_share(resourceShareArn=share, **which)
    ctx.wait(f"end of sharing of {entity}", lambda: True if _status(ctx, share, kind, entity) is None else None)


def _create_resource(ctx: Context, inputs: Props) -> str:
    return _associate(ctx, inputs["resourceShareArn"], "RESOURCE", inputs["resourceArn"])


def _read_resource(ctx: Context, id_: str, state: Props) -> Props | None:
    share, _, entity = id_.partition(",")
    if _status(ctx, share, "RESOURCE", entity) != "ASSOCIATED":
        return None
    return {"resourceShareArn": share, "resourceArn": entity}


def _delete_resource(ctx: Context, id_: str, state: Props) -> None:
    _disassociate(ctx, id_, "RESOURCE")


def _create_principal(ctx: Context, inputs: Props) -> str:
    return _associate(ctx, inputs["resourceShareArn"], "PRINCIPAL", inputs["principal"])


def _read_principal(ctx: Context, id_: str, state: Props) -> Props | None:
    share, _, entity = id_.partition(",")
    if _status(ctx, share, "PRINCIPAL", entity) not in ("ASSOCIATED", "ASSOCIATING"):
        return None
    return {"resourceShareArn": share, "principal": entity}


def _delete_principal(ctx: Context, id_: str, state: Props) -> None:
    _disassociate(ctx, id_, "PRINCIPAL")


# -- the receiving side -----------------------------------------------------------------------------------------------


def _invitation(ctx: Context, share: str, status: str) -> dict[str, Any] | None:
    found = ctx.client("ram").get_resource_share_invitations(resourceShareArns=[share])["resourceShareInvitations"]
    return next((each for each in found if each["status"] == status), None)


def _received(ctx: Context, share: str) -> dict[str, Any] | None:
    found = ctx.client("ram").get_resource_shares(resourceOwner="OTHER-ACCOUNTS", resourceShareArns=[share])
    return next(iter(found["resourceShares"]), None)


def _accept(ctx: Context, inputs: Props) -> str:
    share = str(inputs["shareArn"])
    invitation = _invitation(ctx, share, "PENDING")
    if invitation is None:
        raise ProviderError(
            f"No pending RAM Resource Share ({share}) invitation found. If both accounts are in one organization that "
            "shares through RAM, this resource is not necessary"
        )
    ctx.client("ram").accept_resource_share_invitation(
        resourceShareInvitationArn=invitation["resourceShareInvitationArn"]
    )
    ctx.created_id = share
    return share


def _read_accepter(ctx: Context, id_: str, state: Props) -> Props | None:
    share = _received(ctx, id_)
    if share is None:
        return None
    invitation = _invitation(ctx, id_, "ACCEPTED") or {}
    held = ctx.client("ram").list_resources(resourceOwner="OTHER-ACCOUNTS", resourceShareArns=[id_])["resources"]
    return {
        "invitationArn": invitation.get("resourceShareInvitationArn", ""),
        "receiverAccountId": ctx.account,
        "resources": [each["arn"] for each in held],
        "senderAccountId": share["owningAccountId"],
        "shareArn": id_,
        "shareId": id_.rpartition(":")[2].replace("resource-share/", "rs-"),
        "shareName": share["name"],
        "status": share["status"],
    }


def _leave(ctx: Context, id_: str, state: Props) -> None:
    """Leave the share; one of the own organization can't be left, which the official provider lets pass."""
    try:
        ctx.client("ram").disassociate_resource_share(resourceShareArn=id_, principals=[ctx.account])
    except ClientError as error:
        if code_of(error) != "OperationNotPermittedException":
            raise
        return

    ctx.wait_gone(f"leaving of {id_}", lambda: _received(ctx, id_))


RESOURCES = (
    Resource(
        token="aws:ram/resourceShare:ResourceShare",
        inputs=words("name allowExternalPrincipals permissionArns"),
        replace=words("permissionArns"),
        sets=words("permissionArns"),
        defaults={"allowExternalPrincipals": False},
        create=_create_share,
        read=_read_share,
        update=_update_share,
        delete=_delete_share,
        tagging=_tag_share,
    ),
    Resource(
        token="aws:ram/resourceAssociation:ResourceAssociation",
        inputs=words("resourceShareArn resourceArn"),
        replace=words("resourceShareArn resourceArn"),
        create=_create_resource,
        read=_read_resource,
        delete=_delete_resource,
    ),
    Resource(
        token="aws:ram/principalAssociation:PrincipalAssociation",
        inputs=words("resourceShareArn principal"),
        replace=words("resourceShareArn principal"),
        create=_create_principal,
        read=_read_principal,
        delete=_delete_principal,
    ),
    Resource(
        token="aws:ram/resourceShareAccepter:ResourceShareAccepter",
        inputs=words("shareArn"),
        replace=words("shareArn"),
        create=_accept,
        read=_read_accepter,
        delete=_leave,
    ),
)
