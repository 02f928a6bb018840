"""The Glue data catalogue, as far as Athena needs it: databases and external tables."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context
from localaws.provider.ec2 import pick
from localaws.provider.registry import Resource, words
from localaws.provider.tagging import by_arn, tagged
from localaws.provider.values import Props


def _database_input(inputs: Props) -> dict[str, Any]:
    return pick(
        inputs,
        {"name": "Name", "description": "Description", "locationUri": "LocationUri", "parameters": "Parameters"},
    )


def _create_database(ctx: Context, inputs: Props) -> str:
    ctx.client("glue").create_database(
        DatabaseInput=_database_input(inputs),
        **({"Tags": dict(inputs["tagsAll"])} if inputs.get("tagsAll") else {}),
    )
    return f"{ctx.account}:{inputs['name']}"


def _read_database(ctx: Context, id_: str, state: Props) -> Props | None:
    name = id_.partition(":")[2]
    client = ctx.client("glue")
    found = client.get_database(Name=name)["Database"]
    arn = ctx.arn("glue", f"database/{name}")
    return {
        "arn": arn,
        "catalogId": ctx.account,
        "description": found.get("Description") or None,
        "locationUri": found.get("LocationUri") or "",
        "name": name,
        "parameters": found.get("Parameters") or None,
        "tagsAll": dict(client.get_tags(ResourceArn=arn).get("Tags") or {}),
    }


def _update_database(ctx: Context, id_: str, old: Props, new: Props) -> None:
    ctx.client("glue").update_database(Name=id_.partition(":")[2], DatabaseInput=_database_input(new))


def _delete_database(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("glue").delete_database(Name=id_.partition(":")[2])


_tag_database = tagged("glue", by_arn("ResourceArn"), names=("TagsToAdd", "TagsToRemove"), form=dict)


def _columns(items: list[Props]) -> list[dict[str, Any]]:
    return [pick(item, {"name": "Name", "type": "Type", "comment": "Comment"}) for item in items]


def _table_input(inputs: Props) -> dict[str, Any]:
    given = pick(
        inputs,
        {
            "name": "Name",
            "description": "Description",
            "owner": "Owner",
            "parameters": "Parameters",
            "retention": "Retention",
            "tableType": "TableType",
        },
    )
    if "partitionKeys" in inputs:
        given["PartitionKeys"] = _columns(inputs["partitionKeys"])
    storage = inputs.get("storageDescriptor")
    if storage:
        given["StorageDescriptor"] = pick(
            storage, {"location": "Location", "inputFormat": "InputFormat", "outputFormat": "OutputFormat"}
        )
        given["StorageDescriptor"]["Columns"] = _columns(storage.get("columns") or [])
        if storage.get("serDeInfo"):
            given["StorageDescriptor"]["SerdeInfo"] = pick(
                storage["serDeInfo"],
                {"name": "Name", "parameters": "Parameters", "serializationLibrary": "SerializationLibrary"},
            )
    return given


def _create_table(ctx: Context, inputs: Props) -> str:
    ctx.client("glue").create_table(DatabaseName=inputs["databaseName"], TableInput=_table_input(inputs))
    return f"{ctx.account}:{inputs['databaseName']}:{inputs['name']}"


def _read_table(ctx: Context, id_: str, state: Props) -> Props | None:
    _, database, name = id_.split(":")
    found = ctx.client("glue").get_table(DatabaseName=database, Name=name)["Table"]
    return {
        "arn": ctx.arn("glue", f"table/{database}/{name}"),
        "catalogId": ctx.account,
        "databaseName": database,
        "name": name,
        "parameters": found.get("Parameters") or None,
        "tableType": found.get("TableType") or None,
    }


def _update_table(ctx: Context, id_: str, old: Props, new: Props) -> None:
    ctx.client("glue").update_table(DatabaseName=new["databaseName"], TableInput=_table_input(new))


def _delete_table(ctx: Context, id_: str, state: Props) -> None:
    _, database, name = id_.split(":")
    ctx.client("glue").delete_table(DatabaseName=database, Name=name)


RESOURCES = (
    Resource(
        token="aws:glue/catalogDatabase:CatalogDatabase",
        inputs=words("name description locationUri parameters"),
        replace=words("name"),
        create=_create_database,
        read=_read_database,
        update=_update_database,
        delete=_delete_database,
        tagging=_tag_database,
    ),
    Resource(
        token="aws:glue/catalogTable:CatalogTable",
        inputs=words(
            "name databaseName description owner parameters partitionKeys retention storageDescriptor tableType"
        ),
        replace=words("name databaseName"),
        create=_create_table,
        read=_read_table,
        update=_update_table,
        delete=_delete_table,
    ),
)
