"""KMS keys, their policies and aliases, and parameters of Systems Manager."""

from __future__ import annotations

import secrets

from localaws.provider.context import Context, tag_list, tag_map
from localaws.provider.ec2 import changed, only, pick
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


def _put_key_policy(ctx: Context, inputs: Props) -> str:
    ctx.client("kms").put_key_policy(KeyId=inputs["keyId"], PolicyName="default", Policy=inputs["policy"])
    return str(inputs["keyId"])


def _read_key_policy(ctx: Context, id_: str, state: Props) -> Props | None:
    return {"keyId": id_, "policy": ctx.client("kms").get_key_policy(KeyId=id_, PolicyName="default")["Policy"]}


def _update_key_policy(ctx: Context, id_: str, old: Props, new: Props) -> None:
    _put_key_policy(ctx, new)


def _leave_key_policy(ctx: Context, id_: str, state: Props) -> None:
    """A key always has a policy; the last one stays, as with the official provider."""


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


# -- Systems Manager parameters ---------------------------------------------------------------------------------------


def _put_parameter(ctx: Context, inputs: Props, *, overwrite: bool = False) -> str:
    tags = {} if overwrite or not inputs.get("tagsAll") else {"Tags": tag_list(inputs["tagsAll"])}
    ctx.client("ssm").put_parameter(
        Value=inputs.get("value") or inputs.get("insecureValue") or "",
        Overwrite=overwrite or bool(inputs.get("overwrite")),
        **pick(
            inputs,
            {
                "name": "Name",
                "type": "Type",
                "description": "Description",
                "keyId": "KeyId",
                "allowedPattern": "AllowedPattern",
                "tier": "Tier",
                "dataType": "DataType",
            },
        ),
        **tags,
    )
    return str(inputs["name"])


def _read_parameter(ctx: Context, id_: str, state: Props) -> Props | None:
    ssm = ctx.client("ssm")
    found = ssm.get_parameter(Name=id_, WithDecryption=True)["Parameter"]
    filters = [{"Key": "Name", "Option": "Equals", "Values": [id_]}]
    details = only(ssm.describe_parameters(ParameterFilters=filters)["Parameters"]) or {}
    value = {"insecureValue": found["Value"]} if state.get("insecureValue") else {"value": found["Value"]}
    return {
        "arn": found["ARN"],
        "dataType": found.get("DataType") or "text",
        "description": details.get("Description") or None,
        "hasValueWo": False,
        "keyId": details.get("KeyId") or "",
        "name": id_,
        "tagsAll": tag_map(ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=id_)["TagList"]),
        "tier": details.get("Tier") or "Standard",
        "type": found["Type"],
        "version": found["Version"],
        **value,
    }


def _update_parameter(ctx: Context, id_: str, old: Props, new: Props) -> None:
    _put_parameter(ctx, new, overwrite=True)


_tag_parameter = tagged(
    "ssm",
    lambda _ctx, id_, _state: {"ResourceType": "Parameter", "ResourceId": id_},
    calls=("add_tags_to_resource", "remove_tags_from_resource"),
)


def _delete_parameter(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ssm").delete_parameter(Name=id_)


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
        token="aws:kms/keyPolicy:KeyPolicy",
        inputs=words("keyId policy"),
        replace=words("keyId"),
        json=words("policy"),
        create=_put_key_policy,
        read=_read_key_policy,
        update=_update_key_policy,
        delete=_leave_key_policy,
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
    Resource(
        token="aws:ssm/parameter:Parameter",
        inputs=words("name type value insecureValue description keyId allowedPattern tier dataType overwrite"),
        replace=words("name dataType"),
        auto_name=AutoName(max_length=2048),
        exactly_one=(words("value insecureValue"),),
        recompute={"version": words("value insecureValue type")},
        write_only=words("overwrite"),
        create=_put_parameter,
        read=_read_parameter,
        update=_update_parameter,
        delete=_delete_parameter,
        tagging=_tag_parameter,
    ),
)
