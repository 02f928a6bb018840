"""Lambda functions."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from localaws.provider.context import Context
from localaws.provider.ec2 import changed, pick
from localaws.provider.errors import ProviderError
from localaws.provider.registry import AutoName, Resource, words
from localaws.provider.resources.s3 import asset_bytes
from localaws.provider.tagging import by_arn, tagged
from localaws.provider.values import Props

_SETTINGS = {
    "description": "Description",
    "handler": "Handler",
    "kmsKeyArn": "KMSKeyArn",
    "layers": "Layers",
    "memorySize": "MemorySize",
    "role": "Role",
    "runtime": "Runtime",
    "timeout": "Timeout",
}
_CODE = words("code imageUri s3Bucket s3Key s3ObjectVersion sourceCodeHash")


def _archive_bytes(archive: dict[str, Any]) -> bytes:
    """A Pulumi archive as a zip file: a file or folder by its absolute path, or assets by name."""
    if "assets" in archive:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as bundle:
            for name, asset in sorted(archive["assets"].items()):
                bundle.writestr(zipfile.ZipInfo(name), asset_bytes(asset))
        return buffer.getvalue()
    path = Path(str(archive.get("path", "")))
    if not path.is_absolute():
        raise ProviderError(f"a file archive needs an absolute path in the local AWS, got {str(path)!r}")
    if path.is_file():
        return path.read_bytes()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        for file in sorted(path.rglob("*")):
            if file.is_file():
                bundle.writestr(zipfile.ZipInfo(str(file.relative_to(path))), file.read_bytes())
    return buffer.getvalue()


def _code(inputs: Props) -> dict[str, Any]:
    if inputs.get("code"):
        return {"ZipFile": _archive_bytes(inputs["code"])}
    return pick(
        inputs,
        {"imageUri": "ImageUri", "s3Bucket": "S3Bucket", "s3Key": "S3Key", "s3ObjectVersion": "S3ObjectVersion"},
    )


def _settings(inputs: Props) -> dict[str, Any]:
    found = pick(inputs, _SETTINGS)
    if inputs.get("environment"):
        found["Environment"] = {"Variables": inputs["environment"].get("variables") or {}}
    if inputs.get("vpcConfig"):
        found["VpcConfig"] = {
            "SubnetIds": inputs["vpcConfig"]["subnetIds"],
            "SecurityGroupIds": inputs["vpcConfig"]["securityGroupIds"],
        }
    return found


def _create(ctx: Context, inputs: Props) -> str:
    name = str(inputs["name"])
    ctx.client("lambda").create_function(
        FunctionName=name,
        Code=_code(inputs),
        **_settings(inputs),
        **pick(inputs, {"architectures": "Architectures", "packageType": "PackageType", "tagsAll": "Tags"}),
    )
    return name


def _read(ctx: Context, id_: str, state: Props) -> Props | None:
    answer = ctx.client("lambda").get_function(FunctionName=id_)
    found = answer["Configuration"]
    vpc = found.get("VpcConfig") or {}
    arn = found["FunctionArn"]
    invoke = f"arn:{ctx.partition}:apigateway:{ctx.region}:lambda:path/2015-03-31/functions/{arn}/invocations"
    variables = (found.get("Environment") or {}).get("Variables")
    return {
        **{ours: found[theirs] for ours, theirs in _SETTINGS.items() if found.get(theirs) and ours != "layers"},
        "architectures": found.get("Architectures") or ["x86_64"],
        "arn": arn,
        "codeSha256": found["CodeSha256"],
        "environment": {"variables": variables} if variables else None,
        "invokeArn": invoke,
        "lastModified": found["LastModified"],
        "name": found["FunctionName"],
        "packageType": found.get("PackageType") or "Zip",
        "qualifiedArn": f"{arn}:$LATEST",
        "qualifiedInvokeArn": invoke,
        "responseStreamingInvokeArn": invoke.replace("/invocations", "/response-streaming-invocations"),
        "signingJobArn": "",
        "signingProfileVersionArn": "",
        "sourceCodeHash": state.get("sourceCodeHash") or found["CodeSha256"],
        "sourceCodeSize": found["CodeSize"],
        "tagsAll": answer.get("Tags") or {},
        "version": "$LATEST",
        "vpcConfig": {
            "securityGroupIds": vpc.get("SecurityGroupIds") or [],
            "subnetIds": vpc["SubnetIds"],
            "vpcId": vpc.get("VpcId", ""),
        }
        if vpc.get("SubnetIds")
        else None,
    }


def _update(ctx: Context, id_: str, old: Props, new: Props) -> None:
    functions = ctx.client("lambda")
    if changed(old, new, _CODE):
        functions.update_function_code(FunctionName=id_, **_code(new))
    settings = _settings({key: value for key, value in new.items() if key in ctx.asked})
    if old.get("vpcConfig") and not new.get("vpcConfig"):
        settings["VpcConfig"] = {"SubnetIds": [], "SecurityGroupIds": []}
    functions.update_function_configuration(FunctionName=id_, **settings)


_tag = tagged("lambda", by_arn("Resource"), form=dict)


def _delete(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("lambda").delete_function(FunctionName=id_)


RESOURCES = (
    Resource(
        token="aws:lambda/function:Function",
        inputs=frozenset(_SETTINGS) | _CODE | words("name architectures packageType environment vpcConfig"),
        replace=words("name packageType architectures"),
        auto_name=AutoName(max_length=64),
        defaults={"memorySize": 128, "packageType": "Zip", "timeout": 3},
        sets=words("vpcConfig.subnetIds vpcConfig.securityGroupIds"),
        recompute=dict.fromkeys(("codeSha256", "lastModified", "sourceCodeSize"), _CODE),
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
        tagging=_tag,
    ),
)
