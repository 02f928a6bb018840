"""Systems Manager's parameters."""

from __future__ import annotations

from localaws.provider.context import Context, tag_list, tag_map
from localaws.provider.ec2 import only, pick
from localaws.provider.registry import AutoName, Resource, words
from localaws.provider.tagging import tagged
from localaws.provider.values import Props


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
