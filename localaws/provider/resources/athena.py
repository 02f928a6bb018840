"""Athena workgroups."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context, tag_list, tag_map
from localaws.provider.ec2 import pick
from localaws.provider.registry import Resource, words
from localaws.provider.tagging import tagged
from localaws.provider.values import Props


def _configuration(inputs: Props) -> dict[str, Any]:
    given = inputs.get("configuration") or {}
    # The official provider's defaults, which AWS shares.
    found: dict[str, Any] = {
        "EnforceWorkGroupConfiguration": given.get("enforceWorkgroupConfiguration", True),
        "PublishCloudWatchMetricsEnabled": given.get("publishCloudwatchMetricsEnabled", True),
        **pick(given, {"bytesScannedCutoffPerQuery": "BytesScannedCutoffPerQuery"}),
    }
    result = given.get("resultConfiguration")
    if result:
        found["ResultConfiguration"] = pick(result, {"outputLocation": "OutputLocation"})
        if result.get("encryptionConfiguration"):
            found["ResultConfiguration"]["EncryptionConfiguration"] = pick(
                result["encryptionConfiguration"], {"encryptionOption": "EncryptionOption", "kmsKeyArn": "KmsKey"}
            )
    return found


def _create(ctx: Context, inputs: Props) -> str:
    ctx.client("athena").create_work_group(
        Name=inputs["name"],
        Configuration=_configuration(inputs),
        Description=inputs.get("description") or "",
        Tags=tag_list(inputs.get("tagsAll") or {}),
    )
    return str(inputs["name"])


def _read(ctx: Context, id_: str, state: Props) -> Props | None:
    client = ctx.client("athena")
    found = next((group for group in client.list_work_groups()["WorkGroups"] if group["Name"] == id_), None)
    if found is None:
        return None
    arn = ctx.arn("athena", f"workgroup/{id_}")
    return {
        "arn": arn,
        "description": found.get("Description") or None,
        "name": id_,
        "state": found["State"],
        "tagsAll": tag_map(client.list_tags_for_resource(ResourceARN=arn)["Tags"]),
    }


def _delete(ctx: Context, id_: str, state: Props) -> None:
    client = ctx.client("athena")
    if any(group["Name"] == id_ for group in client.list_work_groups()["WorkGroups"]):
        client.delete_work_group(WorkGroup=id_, RecursiveDeleteOption=bool(state.get("forceDestroy")))


_tag = tagged("athena", lambda ctx, id_, _state: {"ResourceARN": ctx.arn("athena", f"workgroup/{id_}")})


def _update(ctx: Context, id_: str, old: Props, new: Props) -> None:
    configuration = _configuration(new)
    results = configuration.pop("ResultConfiguration", {})
    updates: dict[str, Any] = {
        **configuration,
        "ResultConfigurationUpdates": {
            **results,
            **{f"Remove{key}": True for key in ("OutputLocation", "EncryptionConfiguration") if key not in results},
        },
    }
    if "BytesScannedCutoffPerQuery" not in configuration:
        updates["RemoveBytesScannedCutoffPerQuery"] = True
    ctx.client("athena").update_work_group(
        WorkGroup=id_,
        Description=new.get("description") or "",
        State=new.get("state") or "ENABLED",
        ConfigurationUpdates=updates,
    )


RESOURCES = (
    Resource(
        token="aws:athena/workgroup:Workgroup",
        inputs=words("name description configuration forceDestroy state"),
        replace=words("name"),
        write_only=words("forceDestroy"),
        defaults={"forceDestroy": False, "state": "ENABLED"},
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
        tagging=_tag,
    ),
)
