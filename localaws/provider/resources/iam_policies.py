"""Managed policies of the account."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import pick
from localaws.provider.iam_shapes import NAMED, document_of, name_of, tags_of
from localaws.provider.registry import AutoName, Resource, words
from localaws.provider.tagging import by_id, tagged
from localaws.provider.values import Props


def _create_policy(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("iam").create_policy(
        PolicyName=name_of(inputs),
        PolicyDocument=inputs["policy"],
        **pick(inputs, {"description": "Description", "path": "Path"}),
        **tags_of(inputs),
    )
    return str(answer["Policy"]["Arn"])


def _read_policy(ctx: Context, id_: str, state: Props) -> Props | None:
    iam = ctx.client("iam")
    policy = iam.get_policy(PolicyArn=id_)["Policy"]
    version = iam.get_policy_version(PolicyArn=id_, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
    return {
        "arn": id_,
        # How often it is attached follows from other resources.
        "attachmentCount": state.get("attachmentCount", 0),
        "description": policy.get("Description") or None,
        "name": policy["PolicyName"],
        "namePrefix": state.get("namePrefix") or "",
        "path": policy["Path"],
        "policy": document_of(version["Document"]),
        "policyId": policy["PolicyId"],
        "tagsAll": tag_map(policy.get("Tags")),
    }


def _update_policy(ctx: Context, id_: str, old: Props, new: Props) -> None:
    iam = ctx.client("iam")
    _drop_versions(iam, id_, keep=4)  # AWS allows five, the new one included
    iam.create_policy_version(PolicyArn=id_, PolicyDocument=new["policy"], SetAsDefault=True)


def _drop_versions(iam: Any, arn: str, keep: int) -> None:
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    others = sorted((v for v in versions if not v["IsDefaultVersion"]), key=lambda v: v["CreateDate"], reverse=True)
    for version in others[max(keep - 1, 0) :]:
        iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])


_tag_policy = tagged("iam", by_id("PolicyArn"), calls=("tag_policy", "untag_policy"))


def _delete_policy(ctx: Context, id_: str, state: Props) -> None:
    iam = ctx.client("iam")
    _drop_versions(iam, id_, keep=0)
    iam.delete_policy(PolicyArn=id_)


RESOURCES = (
    Resource(
        token="aws:iam/policy:Policy",
        inputs=words("name namePrefix path description policy"),
        replace=words("name namePrefix path description"),
        auto_name=AutoName(max_length=128),
        at_most_one=NAMED,
        defaults={"path": "/"},
        json=words("policy"),
        create=_create_policy,
        read=_read_policy,
        update=_update_policy,
        delete=_delete_policy,
        tagging=_tag_policy,
    ),
)
