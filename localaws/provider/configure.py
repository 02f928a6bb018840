"""The configuration of a provider instance: from the engine's properties to a ProviderConfig."""

from __future__ import annotations

import functools
import json
import os
from typing import Any

import botocore.session

from localaws.provider.clients import Clients, Credentials
from localaws.provider.context import ProviderConfig, account_of
from localaws.provider.errors import ProviderError
from localaws.provider.registry import words
from localaws.provider.values import UNKNOWN, Props

FALLBACK_REGION = "eu-west-1"

_USED = words("region defaultTags ignoreTags assumeRoles allowedAccountIds forbiddenAccountIds")
_POINTLESS_HERE = words(
    "accessKey secretKey token profile sharedConfigFiles sharedCredentialsFiles skipCredentialsValidation"
    " skipMetadataApiCheck"
    " skipRegionValidation skipRequestingAccountId maxRetries retryMode httpProxy httpsProxy noProxy"
    " insecure customCaBundle stsRegion useDualstackEndpoint useFipsEndpoint s3UsePathStyle userAgents"
    " tokenBucketRateLimiterCapacity ec2MetadataServiceEndpoint ec2MetadataServiceEndpointMode version"
    " pluginDownloadURL s3UsEast1RegionalEndpoint"
)
"""How to reach the real AWS: a stack that says so runs here unchanged, and it means nothing here."""


def decode_config(raw: Props) -> Props:
    """Provider properties with nested ones parsed: the SDK sends those as JSON text."""
    found: Props = {}
    for key, value in raw.items():
        decoded: Any = value
        if isinstance(value, str) and key not in ("region", "accessKey", "secretKey", "token", "profile", "version"):
            try:
                decoded = json.loads(value)
            except ValueError:
                decoded = value
        if decoded is not None:
            found[key] = decoded
    return found


@functools.cache
def _regions() -> frozenset[str]:
    """All Regions, of every partition, as botocore's list of endpoints has them."""
    session = botocore.session.Session()
    return frozenset(
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("ec2", partition)
    )


def check_config(raw: Props) -> list[tuple[str, str]]:
    """What is wrong with a provider's properties, as (property, reason)."""
    known = _USED | _POINTLESS_HERE
    failures = [
        (key, f"the provider property {key!r} is not in the local AWS")
        for key in sorted(raw)
        if key not in known and not key.startswith("__")
    ]
    region = raw.get("region")
    if region is not None and region is not UNKNOWN and region not in _regions():
        failures.append(("region", f"expected the name of a Region, such as eu-west-1, got {region!r}"))
    return failures


def configure(clients: Clients, raw: Props) -> ProviderConfig:
    """The configuration; ProviderError if it names accounts that the credentials don't belong to."""
    values = {key: value for key, value in decode_config(raw).items() if value is not UNKNOWN}
    region = values.get("region") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    ignore = values.get("ignoreTags") or {}
    config = ProviderConfig(
        region=region or FALLBACK_REGION,
        default_tags={k: str(v) for k, v in ((values.get("defaultTags") or {}).get("tags") or {}).items()},
        ignore_tag_keys=frozenset(ignore.get("keys") or ()),
        ignore_tag_prefixes=tuple(ignore.get("keyPrefixes") or ()),
        credentials=_assume(clients, region or FALLBACK_REGION, values.get("assumeRoles") or []),
    )
    _check_account(clients, config, values)
    return config


def _assume(clients: Clients, region: str, roles: list[dict[str, Any]]) -> Credentials:
    credentials = Credentials()
    for role in roles:
        answer = clients.get("sts", region, credentials).assume_role(
            RoleArn=role["roleArn"], RoleSessionName=role.get("sessionName", "pulumi")
        )["Credentials"]
        credentials = Credentials(answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"])
    return credentials


def _check_account(clients: Clients, config: ProviderConfig, values: Props) -> None:
    allowed, forbidden = values.get("allowedAccountIds"), values.get("forbiddenAccountIds")
    if not allowed and not forbidden:
        return
    account = account_of(clients, config)
    if allowed and account not in allowed:
        raise ProviderError(f"account {account} is not among allowedAccountIds ({', '.join(allowed)})")
    if forbidden and account in forbidden:
        raise ProviderError(f"account {account} is among forbiddenAccountIds")
