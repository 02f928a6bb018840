"""Data sources that find one thing by its name or its ARN: roles, policies, buckets, firewalls, keys, parameters."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from localaws.provider.context import Context
from localaws.provider.errors import ProviderError, is_gone
from localaws.provider.invokes.lookup import read_as, told
from localaws.provider.registry import Function, words
from localaws.provider.resources.networkfirewall import ends_of
from localaws.provider.values import Props

_ROLE = "aws:iam/getRole:getRole"
_POLICY = "aws:iam/getPolicy:getPolicy"
_BUCKET = "aws:s3/getBucket:getBucket"
_FIREWALL = "aws:networkfirewall/getFirewall:getFirewall"
_KEY = "aws:kms/getKey:getKey"
_ALIAS = "aws:kms/getAlias:getAlias"
_PARAMETER = "aws:ssm/getParameter:getParameter"


def _role(ctx: Context, arguments: Props) -> Props:
    return read_as(ctx, "aws:iam/role:Role", _ROLE, arguments["name"], arguments)


_MANAGED_PATHS = ("/", "/aws-service-role/", "/job-function/", "/service-role/")
"""Where AWS has policies of its own; the local AWS knows each by its ARN, and lists those that were asked for."""


def _policies(ctx: Context, name: str, prefix: str) -> set[str]:
    """The ARNs of the policies of a name below a path."""
    iam = ctx.client("iam")
    pages = iam.get_paginator("list_policies").paginate(PathPrefix=prefix)
    found = {one["Arn"] for page in pages for one in page["Policies"] if one["PolicyName"] == name}
    for path in _MANAGED_PATHS:
        arn = f"arn:{ctx.partition}:iam::aws:policy{path}{name}"
        if path.startswith(prefix) and arn not in found:
            try:
                found.add(iam.get_policy(PolicyArn=arn)["Policy"]["Arn"])
            except ClientError as error:
                if not is_gone(error):
                    raise
    return found


def _policy(ctx: Context, arguments: Props) -> Props:
    arn = arguments.get("arn")
    if not arn:
        found = _policies(ctx, arguments.get("name") or "", arguments.get("pathPrefix") or "/")
        if len(found) != 1:
            raise ProviderError(f"exactly one policy must match, {len(found)} do")
        (arn,) = found
    result = read_as(ctx, "aws:iam/policy:Policy", _POLICY, arn, arguments)
    return {**result, "attachmentCount": ctx.client("iam").get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"]}


def _bucket(ctx: Context, arguments: Props) -> Props:
    result = read_as(ctx, "aws:s3/bucket:Bucket", _BUCKET, arguments["bucket"], arguments)
    return {**result, "bucketRegion": result["region"]}


def _firewall(ctx: Context, arguments: Props) -> Props:
    named = {"FirewallArn": arguments.get("arn"), "FirewallName": arguments.get("name")}
    answer = ctx.client("network-firewall").describe_firewall(**{key: value for key, value in named.items() if value})
    arn, status = answer["Firewall"]["FirewallArn"], answer["FirewallStatus"]
    result = read_as(ctx, "aws:networkfirewall/firewall:Firewall", _FIREWALL, arn, arguments)
    owned = answer["Firewall"].get("EncryptionConfiguration") or {}
    return {
        **result,
        "encryptionConfigurations": [{"keyId": owned.get("KeyId", ""), "type": owned["Type"]}] if owned else [],
        "firewallStatuses": [_status(status, result["firewallStatuses"])],
    }


def _status(status: dict[str, Any], told_already: list[Props]) -> Props:
    states = status.get("SyncStates") or {}
    return {
        **told_already[0],
        "capacityUsageSummaries": [],
        "configurationSyncStateSummary": status["ConfigurationSyncStateSummary"],
        "status": status["Status"],
        "syncStates": [
            {
                "availabilityZone": zone,
                "attachments": [{**end, "status": state["Attachment"]["Status"]} for end in ends_of(state)],
            }
            for zone, state in states.items()
        ],
    }


def _key(ctx: Context, arguments: Props) -> Props:
    key = ctx.client("kms").describe_key(KeyId=arguments["keyId"])["KeyMetadata"]
    return told(
        ctx,
        _KEY,
        arguments,
        key,
        awsAccountId=key["AWSAccountId"],
        creationDate=key["CreationDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        customerMasterKeySpec=key.get("CustomerMasterKeySpec") or key["KeySpec"],
        id=key["KeyId"],
    )


def _alias(ctx: Context, arguments: Props) -> Props:
    return read_as(ctx, "aws:kms/alias:Alias", _ALIAS, arguments["name"], arguments)


def _parameter(ctx: Context, arguments: Props) -> Props:
    name, decrypt = arguments["name"], arguments.get("withDecryption", True)
    found = ctx.client("ssm").get_parameter(Name=name, WithDecryption=decrypt)["Parameter"]
    secure = found["Type"] == "SecureString"
    return told(
        ctx,
        _PARAMETER,
        arguments,
        found,
        arn=found["ARN"],
        id=name,
        insecureValue="" if secure else found["Value"],
        name=name,
        withDecryption=decrypt,
    )


FUNCTIONS = (
    Function(_ROLE, words("name"), _role, required=words("name")),
    Function(_POLICY, words("arn name pathPrefix"), _policy),
    Function(_BUCKET, words("bucket"), _bucket, required=words("bucket")),
    Function(_FIREWALL, words("arn name"), _firewall),
    Function(_KEY, words("keyId"), _key, required=words("keyId")),
    Function(_ALIAS, words("name"), _alias, required=words("name")),
    Function(_PARAMETER, words("name withDecryption"), _parameter, required=words("name")),
)
