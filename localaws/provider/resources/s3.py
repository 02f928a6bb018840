"""S3 buckets and objects."""

from __future__ import annotations

import base64
import mimetypes
import secrets
from pathlib import Path
from typing import Any

from localaws.provider.context import Context, tag_list, tag_map
from localaws.provider.ec2 import pick
from localaws.provider.errors import ProviderError, is_gone
from localaws.provider.registry import AutoName, Resource, words
from localaws.provider.values import Props

_ZONES = {
    "us-east-1": "Z3AQBSTGFYJSTF",
    "us-east-2": "Z2O1EMRO9K5GLX",
    "us-west-2": "Z3BJ6K6RIION7M",
    "eu-west-1": "Z1BKCTXD74EZPE",
    "eu-central-1": "Z21DNDUVLTQW6Q",
}
"""Hosted zones of S3's website endpoints in a few Regions (AWS General Reference, S3 endpoints)."""


def _create_bucket(ctx: Context, inputs: Props) -> str:
    s3 = ctx.client("s3")
    name = inputs.get("bucket") or f"{inputs['bucketPrefix']}{secrets.token_hex(13)}"
    where = {} if ctx.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": ctx.region}}
    lock = {"ObjectLockEnabledForBucket": True} if inputs.get("objectLockEnabled") else {}
    s3.create_bucket(Bucket=name, **where, **lock)
    ctx.created_id = name
    if inputs.get("tagsAll"):
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tag_list(inputs["tagsAll"])})
    return str(name)


def bucket_tags(ctx: Context, name: str) -> dict[str, str]:
    """The tags of a bucket."""
    try:
        return tag_map(ctx.client("s3").get_bucket_tagging(Bucket=name)["TagSet"])
    except ctx.client("s3").exceptions.ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchTagSet":
            return {}
        raise


def _read_bucket(ctx: Context, id_: str, state: Props) -> Props | None:
    ctx.client("s3").head_bucket(Bucket=id_)
    return {
        "arn": f"arn:{ctx.partition}:s3:::{id_}",
        "bucket": id_,
        "bucketDomainName": f"{id_}.s3.amazonaws.com",
        "bucketPrefix": state.get("bucketPrefix") or "",
        "bucketRegion": ctx.region,
        "bucketRegionalDomainName": f"{id_}.s3.{ctx.region}.amazonaws.com",
        "hostedZoneId": _ZONES.get(ctx.region, ""),
        "objectLockEnabled": bool(state.get("objectLockEnabled")),
        "requestPayer": "BucketOwner",
        "tagsAll": bucket_tags(ctx, id_),
    }


def _tag_bucket(ctx: Context, id_: str, state: Props, to_set: dict[str, str], remove: list[str]) -> None:
    tags = {key: value for key, value in {**bucket_tags(ctx, id_), **to_set}.items() if key not in remove}
    if tags:
        ctx.client("s3").put_bucket_tagging(Bucket=id_, Tagging={"TagSet": tag_list(tags)})
    else:
        ctx.client("s3").delete_bucket_tagging(Bucket=id_)


def _delete_bucket(ctx: Context, id_: str, state: Props) -> None:
    s3 = ctx.client("s3")
    if state.get("forceDestroy"):
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=id_):
            found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
            keys = [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]
            if keys:
                s3.delete_objects(Bucket=id_, Delete={"Objects": keys, "Quiet": True})
    s3.delete_bucket(Bucket=id_)


# -- objects ----------------------------------------------------------------------------------------------------------


def _content(inputs: Props) -> bytes:
    if inputs.get("content") is not None:
        return str(inputs["content"]).encode()
    if inputs.get("contentBase64"):
        return base64.b64decode(inputs["contentBase64"])
    return asset_bytes(inputs["source"]) if inputs.get("source") else b""


def asset_bytes(asset: dict[str, Any]) -> bytes:
    """The content of a Pulumi asset: a text, or a file by its absolute path."""
    if "text" in asset:
        return str(asset["text"]).encode()
    path = Path(str(asset.get("path", "")))
    if not path.is_absolute():
        # The provider serves many programs; it can't know which one's folder a relative path starts from.
        raise ProviderError(f"a file asset needs an absolute path in the local AWS, got {str(path)!r}")
    return path.read_bytes()


_HEADERS = {
    "cacheControl": "CacheControl",
    "contentDisposition": "ContentDisposition",
    "contentEncoding": "ContentEncoding",
    "contentLanguage": "ContentLanguage",
    "kmsKeyId": "SSEKMSKeyId",
    "metadata": "Metadata",
    "serverSideEncryption": "ServerSideEncryption",
    "storageClass": "StorageClass",
}


def _put_object(ctx: Context, inputs: Props) -> str:
    key = str(inputs["key"])
    kind = inputs.get("contentType") or mimetypes.guess_type(key)[0] or "application/octet-stream"
    ctx.client("s3").put_object(
        Bucket=inputs["bucket"], Key=key, Body=_content(inputs), ContentType=kind, **pick(inputs, _HEADERS)
    )
    _tag_object(ctx, key, inputs, inputs.get("tagsAll") or {}, [])
    return key


def _read_object(ctx: Context, id_: str, state: Props) -> Props | None:
    s3 = ctx.client("s3")
    head = s3.head_object(Bucket=state["bucket"], Key=state["key"])
    tags = s3.get_object_tagging(Bucket=state["bucket"], Key=state["key"])["TagSet"]
    return {
        "arn": f"arn:{ctx.partition}:s3:::{state['bucket']}/{state['key']}",
        "bucketKeyEnabled": bool(head.get("BucketKeyEnabled")),
        "contentType": head.get("ContentType"),
        "etag": head["ETag"].strip('"'),
        "key": state["key"],
        "serverSideEncryption": head.get("ServerSideEncryption") or "AES256",
        "storageClass": head.get("StorageClass") or "STANDARD",
        "tagsAll": tag_map(tags),
        "versionId": head.get("VersionId", ""),
    }


def _tag_object(ctx: Context, id_: str, state: Props, to_set: dict[str, str], remove: list[str]) -> None:
    s3 = ctx.client("s3")
    where = {"Bucket": state["bucket"], "Key": state["key"]}
    now = tag_map(s3.get_object_tagging(**where)["TagSet"])
    tags = {key: value for key, value in {**now, **to_set}.items() if key not in remove}
    if tags != now:
        s3.put_object_tagging(**where, Tagging={"TagSet": tag_list(tags)})


def _update_object(ctx: Context, id_: str, old: Props, new: Props) -> None:
    _put_object(ctx, {key: value for key, value in new.items() if key in ctx.asked})


def _delete_object(ctx: Context, id_: str, state: Props) -> None:
    s3 = ctx.client("s3")
    try:
        versions = s3.list_object_versions(Bucket=state["bucket"], Prefix=state["key"])
    except s3.exceptions.ClientError as error:
        if is_gone(error):
            return
        raise
    for item in [*versions.get("Versions", ()), *versions.get("DeleteMarkers", ())]:
        if item["Key"] == state["key"]:
            s3.delete_object(Bucket=state["bucket"], Key=item["Key"], VersionId=item["VersionId"])


def _object(name: str) -> Resource:
    token = f"aws:s3/{name[0].lower()}{name[1:]}:{name}"
    return Resource(
        token=token,
        inputs=words("bucket key content contentBase64 source sourceHash contentType forceDestroy") | set(_HEADERS),
        replace=words("bucket key"),
        auto_name=AutoName("key", separator="-"),
        at_most_one=(words("content contentBase64 source"),),
        defaults={"forceDestroy": False},
        write_only=words("forceDestroy"),
        recompute={p: words("content contentBase64 source sourceHash") for p in ("etag", "versionId")},
        create=_put_object,
        read=_read_object,
        update=_update_object,
        delete=_delete_object,
        tagging=_tag_object,
    )


RESOURCES = (
    Resource(
        token="aws:s3/bucket:Bucket",
        aliases=("aws:s3/bucketV2:BucketV2",),
        inputs=words("bucket bucketPrefix forceDestroy objectLockEnabled"),
        replace=words("bucket bucketPrefix objectLockEnabled"),
        auto_name=AutoName("bucket", max_length=63, lower=True),
        at_most_one=(words("bucket bucketPrefix"),),
        defaults={"forceDestroy": False},
        write_only=words("forceDestroy"),
        create=_create_bucket,
        read=_read_bucket,
        delete=_delete_bucket,
        tagging=_tag_bucket,
        busy=words("OperationAborted"),
    ),
    _object("BucketObject"),
    _object("BucketObjectv2"),
)
