"""Settings of an S3 bucket that are resources of their own: each is one put, get and delete call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localaws.provider.context import Context, tag_list, tag_map
from localaws.provider.ec2 import aws_case, pascal
from localaws.provider.registry import Resource, words
from localaws.provider.values import Props


def _lower(value: Any) -> Any:
    """A nested answer of AWS in our names."""
    if isinstance(value, dict):
        return {key[0].lower() + key[1:]: _lower(item) for key, item in value.items()}
    return [_lower(item) for item in value] if isinstance(value, list) else value


def _setting(
    token: str,
    inputs: str,
    *,
    put: Callable[[Any, Props], None],
    get: Callable[[Any, str], Props | None],
    remove: Callable[[Any, str], None],
    aliases: tuple[str, ...] = (),
    **more: Any,
) -> Resource:
    """A setting that has its bucket's name as id."""

    def create(ctx: Context, props: Props) -> str:
        # Two settings of one bucket at the same moment get in each other's way on AWS.
        ctx.retry(lambda: put(ctx.client("s3"), props), codes=words("OperationAborted"))
        return str(props["bucket"])

    def read(ctx: Context, id_: str, state: Props) -> Props | None:
        found = get(ctx.client("s3"), id_)
        return None if found is None else {"bucket": id_, **found}

    def update(ctx: Context, id_: str, old: Props, new: Props) -> None:
        ctx.retry(lambda: put(ctx.client("s3"), new), codes=words("OperationAborted"))

    def delete(ctx: Context, id_: str, state: Props) -> None:
        remove(ctx.client("s3"), id_)

    return Resource(
        token=token,
        aliases=aliases,
        inputs=words(inputs),
        replace=words("bucket"),
        create=create,
        read=read,
        update=update,
        delete=delete,
        **more,
    )


# -- policy -----------------------------------------------------------------------------------------------------------


def _put_policy(s3: Any, props: Props) -> None:
    s3.put_bucket_policy(Bucket=props["bucket"], Policy=props["policy"])


def _get_policy(s3: Any, bucket: str) -> Props | None:
    return {"policy": s3.get_bucket_policy(Bucket=bucket)["Policy"]}


# -- public access block ----------------------------------------------------------------------------------------------

_BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def _put_block(s3: Any, props: Props) -> None:
    settings = {pascal(name): bool(props.get(name)) for name in _BLOCKS}
    s3.put_public_access_block(Bucket=props["bucket"], PublicAccessBlockConfiguration=settings)


def _get_block(s3: Any, bucket: str) -> Props | None:
    found = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    return {name: bool(found.get(pascal(name))) for name in _BLOCKS}


# -- versioning -------------------------------------------------------------------------------------------------------


def _put_versioning(s3: Any, props: Props) -> None:
    status = props["versioningConfiguration"]["status"]
    if status != "Disabled":  # AWS has no such status: a bucket is like that until it is switched on once
        s3.put_bucket_versioning(Bucket=props["bucket"], VersioningConfiguration={"Status": status})


def _get_versioning(s3: Any, bucket: str) -> Props | None:
    status = s3.get_bucket_versioning(Bucket=bucket).get("Status") or "Disabled"
    return {"versioningConfiguration": {"status": status}}


def _suspend_versioning(s3: Any, bucket: str) -> None:
    if s3.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled":
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})


# -- object lock ------------------------------------------------------------------------------------------------------


def _put_lock(s3: Any, props: Props) -> None:
    default = (props.get("rule") or {}).get("defaultRetention")
    rule = {"Rule": {"DefaultRetention": aws_case(default)}} if default else {}
    s3.put_object_lock_configuration(
        Bucket=props["bucket"], ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", **rule}
    )


def _get_lock(s3: Any, bucket: str) -> Props | None:
    found = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    default = _lower((found.get("Rule") or {}).get("DefaultRetention") or {})
    given = {key: value for key, value in default.items() if value}
    return {"objectLockEnabled": "Enabled", "rule": {"defaultRetention": given} if given else None}


def _lift_lock(s3: Any, bucket: str) -> None:
    # What a bucket has for good is that it may lock; what new objects get by default goes.
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})


# -- encryption -------------------------------------------------------------------------------------------------------


def _put_encryption(s3: Any, props: Props) -> None:
    rules = []
    for rule in props["rules"]:
        default = rule.get("applyServerSideEncryptionByDefault")
        rules.append(
            {
                **(
                    {
                        "ApplyServerSideEncryptionByDefault": {
                            "SSEAlgorithm": default["sseAlgorithm"],
                            **({"KMSMasterKeyID": default["kmsMasterKeyId"]} if default.get("kmsMasterKeyId") else {}),
                        }
                    }
                    if default
                    else {}
                ),
                "BucketKeyEnabled": bool(rule.get("bucketKeyEnabled")),
            }
        )
    s3.put_bucket_encryption(Bucket=props["bucket"], ServerSideEncryptionConfiguration={"Rules": rules})


def _get_encryption(s3: Any, bucket: str) -> Props | None:
    rules = []
    for rule in s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]:
        default = rule.get("ApplyServerSideEncryptionByDefault") or {}
        ours = {"sseAlgorithm": default.get("SSEAlgorithm"), "kmsMasterKeyId": default.get("KMSMasterKeyID")}
        rules.append(
            {
                "applyServerSideEncryptionByDefault": {key: value for key, value in ours.items() if value},
                "bucketKeyEnabled": bool(rule.get("BucketKeyEnabled")),
            }
        )
    return {"rules": rules}


# -- lifecycle --------------------------------------------------------------------------------------------------------


def _put_lifecycle(s3: Any, props: Props) -> None:
    rules = []
    for rule in props.get("rules") or ():
        ours = {key: value for key, value in rule.items() if key not in ("id", "filter")}
        given = rule.get("filter") or {}
        filter_: dict[str, Any] = aws_case({key: value for key, value in given.items() if key not in ("and", "tag")})
        if given.get("tag"):
            filter_["Tag"] = {"Key": given["tag"]["key"], "Value": given["tag"]["value"]}
        if given.get("and"):
            both = aws_case({key: value for key, value in given["and"].items() if key != "tags"})
            filter_["And"] = {**both, "Tags": tag_list(given["and"].get("tags"))}
        where = {} if rule.get("prefix") else {"Filter": filter_ or {"Prefix": ""}}
        rules.append({"ID": rule["id"], **aws_case(ours), **where})
    s3.put_bucket_lifecycle_configuration(Bucket=props["bucket"], LifecycleConfiguration={"Rules": rules})


def _get_lifecycle(s3: Any, bucket: str) -> Props | None:
    rules = []
    for rule in s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]:
        ours = _lower({key: value for key, value in rule.items() if key not in ("ID", "Filter")})
        found = rule.get("Filter") or {}
        filter_ = _lower({key: value for key, value in found.items() if key != "And" and value not in ("", {})})
        if "And" in found:
            both = {key: value for key, value in found["And"].items() if key != "Tags"}
            filter_["and"] = {**_lower(both), "tags": tag_map(found["And"].get("Tags"))}
        rules.append({"id": rule["ID"], **ours, "filter": filter_})
    return {"rules": rules, "transitionDefaultMinimumObjectSize": "all_storage_classes_128K"}


RESOURCES = (
    _setting(
        "aws:s3/bucketPolicy:BucketPolicy",
        "bucket policy",
        put=_put_policy,
        get=_get_policy,
        remove=lambda s3, bucket: s3.delete_bucket_policy(Bucket=bucket),
        json=words("policy"),
    ),
    _setting(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "bucket blockPublicAcls blockPublicPolicy ignorePublicAcls restrictPublicBuckets",
        put=_put_block,
        get=_get_block,
        remove=lambda s3, bucket: s3.delete_public_access_block(Bucket=bucket),
        defaults=dict.fromkeys(_BLOCKS, False),
    ),
    _setting(
        "aws:s3/bucketVersioning:BucketVersioning",
        "bucket versioningConfiguration",
        aliases=("aws:s3/bucketVersioningV2:BucketVersioningV2",),
        put=_put_versioning,
        get=_get_versioning,
        remove=_suspend_versioning,
    ),
    _setting(
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        "bucket rule objectLockEnabled",
        aliases=("aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",),
        defaults={"objectLockEnabled": "Enabled"},
        put=_put_lock,
        get=_get_lock,
        remove=_lift_lock,
    ),
    _setting(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "bucket rules",
        aliases=("aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",),
        put=_put_encryption,
        get=_get_encryption,
        remove=lambda s3, bucket: s3.delete_bucket_encryption(Bucket=bucket),
    ),
    _setting(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "bucket rules",
        aliases=("aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",),
        put=_put_lifecycle,
        get=_get_lifecycle,
        remove=lambda s3, bucket: s3.delete_bucket_lifecycle(Bucket=bucket),
    ),
)
