"""KMS keys and their aliases."""

from __future__ import annotations

import secrets

from localaws.provider.context import Context
from localaws.provider.ec2 import changed, pick
from localaws.provider.registry import AutoName, Resource, words
from localaws.provider.tagging import by_id, tag_key_and_value, tagged
from localaws.provider.values import Props

# -- keys -------------------------------------------------------------------------------------------------------------

_GONE = ("PendingDeletion", "PendingReplicaDeletion")


def _create_key(ctx: Context, inputs: Props) -> str:
    kms = ctx.client("kms")
    key = kms.create_key(
        **pick(
            inputs,
            {
                "description": "Description",
                "policy": "Policy",
                "keyUsage": "KeyUsage",
                "customerMasterKeySpec": "KeySpec",
                "multiRegion": "MultiRegion",
                "bypassPolicyLockoutSafetyCheck": "BypassPolicyLockoutSafetyCheck",
            },
        ),
        **({"Tags": tag_key_and_value(inputs["tagsAll"])} if inputs.get("tagsAll") else {}),
    )["KeyMetadata"]
    ctx.created_id = str(key["KeyId"])
    if inputs.get("enableKeyRotation"):
        kms.enable_key_rotation(KeyId=key["KeyId"], **pick(inputs, {"rotationPeriodInDays": "RotationPeriodInDays"}))
    if inputs.get("isEnabled") is False:
        kms.disable_key(KeyId=key["KeyId"])
    return ctx.created_id


def _read_key(ctx: Context, id_: str, state: Props) -> Props | None:
    kms = ctx.client("kms")
    key = kms.describe_key(KeyId=id_)["KeyMetadata"]
    if key["KeyState"] in _GONE:
        return None
    rotation = kms.get_key_rotation_status(KeyId=id_) if key["KeySpec"] == "SYMMETRIC_DEFAULT" else {}
    tags = {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=id_)["Tags"]}
    policy = kms.get_key_policy(KeyId=id_, PolicyName="default")["Policy"]
    return {
        "arn": key["Arn"],
        "customerMasterKeySpec": key["KeySpec"],
        "description": key.get("Description", ""),
        "enableKeyRotation": bool(rotation.get("KeyRotationEnabled")),
        "isEnabled": key["Enabled"],
        "keyId": key["KeyId"],
        "keyUsage": key["KeyUsage"],
        "multiRegion": bool(key.get("MultiRegion")),
        "policy": policy if ctx.importing or "policy" in ctx.asked else state.get("policy", policy),
        "rotationPeriodInDays": rotation.get("RotationPeriodInDays"),
        "tagsAll": tags,
    }


def _update_key(ctx: Context, id_: str, old: Props, new: Props) -> None:
    kms = ctx.client("kms")
    if changed(old, new, ["description"]):
        kms.update_key_description(KeyId=id_, Description=new.get("description") or "")
    if changed(old, new, ["policy"]) and new.get("policy"):
        kms.put_key_policy(KeyId=id_, PolicyName="default", Policy=new["policy"])
    if bool(old.get("isEnabled", True)) != bool(new.get("isEnabled", True)):
        (kms.enable_key if new.get("isEnabled", True) else kms.disable_key)(KeyId=id_)
    if changed(old, new, ["enableKeyRotation", "rotationPeriodInDays"]):
        if new.get("enableKeyRotation"):
            kms.enable_key_rotation(KeyId=id_, **pick(new, {"rotationPeriodInDays": "RotationPeriodInDays"}))
        else:
            kms.disable_key_rotation(KeyId=id_)


_tag_key = tagged("kms", by_id("KeyId"), form=tag_key_and_value)


def _delete_key(ctx: Context, id_: str, state: Props) -> None:
    days = pick(state, {"deletionWindowInDays": "PendingWindowInDays"})
    ctx.client("kms").schedule_key_deletion(KeyId=id_, **days)


# -- aliases ----------------------------------------------------------------------------------------------------------


def _create_alias(ctx: Context, inputs: Props) -> str:
    name = inputs.get("name") or f"{inputs['namePrefix']}{secrets.token_hex(13)}"
    ctx.client("kms").create_alias(AliasName=name, TargetKeyId=inputs["targetKeyId"])
    return str(name)


def _read_alias(ctx: Context, id_: str, state: Props) -> Props | None:
    for page in ctx.client("kms").get_paginator("list_aliases").paginate():
        for alias in page["Aliases"]:
            if alias["AliasName"] == id_:
                return {
                    "arn": alias["AliasArn"],
                    "name": id_,
                    "namePrefix": state.get("namePrefix") or "",
                    "targetKeyArn": ctx.arn("kms", f"key/{alias['TargetKeyId']}"),
                    "targetKeyId": _same_key(state.get("targetKeyId"), alias["TargetKeyId"]),
                }
    return None


def _same_key(known: str | None, actual: str) -> str:
    return known if known and known.endswith(actual) else actual


def _update_alias(ctx: Context, id_: str, old: Props, new: Props) -> None:
    ctx.client("kms").update_alias(AliasName=id_, TargetKeyId=new["targetKeyId"])


def _delete_alias(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("kms").delete_alias(AliasName=id_)


def _check_alias(inputs: Props) -> list[tuple[str, str]]:
    name = inputs.get("name")
    if isinstance(name, str) and not name.startswith("alias/"):
        return [("name", f"the name of a KMS alias starts with alias/, got {name!r}")]
    return []


RESOURCES = (
    Resource(
        token="aws:kms/key:Key",
        inputs=words(
            "description policy keyUsage customerMasterKeySpec multiRegion enableKeyRotation rotationPeriodInDays"
            " isEnabled deletionWindowInDays bypassPolicyLockoutSafetyCheck"
        ),
        replace=words("keyUsage customerMasterKeySpec multiRegion"),
        defaults={
            "bypassPolicyLockoutSafetyCheck": False,
            "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
            "enableKeyRotation": False,
            "isEnabled": True,
            "keyUsage": "ENCRYPT_DECRYPT",
        },
        json=words("policy"),
        write_only=words("deletionWindowInDays bypassPolicyLockoutSafetyCheck"),
        create=_create_key,
        read=_read_key,
        update=_update_key,
        delete=_delete_key,
        tagging=_tag_key,
    ),
    Resource(
        token="aws:kms/alias:Alias",
        inputs=words("name namePrefix targetKeyId"),
        replace=words("name namePrefix"),
        auto_name=AutoName(prefix="alias/"),
        at_most_one=(words("name namePrefix"),),
        check=_check_alias,
        create=_create_alias,
        read=_read_alias,
        update=_update_alias,
        delete=_delete_alias,
    ),
)
