"""What a stack's config tells the AWS provider, for the one look-up that has to be made beside it."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

_BESIDE = ("accessKey", "secretKey", "token", "assumeRoles", "assumeRoleWithWebIdentity", "sharedCredentialsFiles")


@dataclass(frozen=True)
class ProviderAccess:
    """The profile that the provider uses (``None``: the environment's), and keys that only the provider understands."""

    profile: str | None
    own_credentials: tuple[str, ...]


def provider_access() -> ProviderAccess:
    """Return how the stack's provider comes by its credentials."""
    config = pulumi.Config("aws")
    return ProviderAccess(config.get("profile"), tuple(key for key in _BESIDE if config.get(key) is not None))
