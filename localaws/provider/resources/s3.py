"""S3 buckets."""

from __future__ import annotations

import secrets

from localaws.provider.context import Context, tag_list, tag_map
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
)
