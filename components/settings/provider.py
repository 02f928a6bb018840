"""What a stack's config tells the AWS provider, for the one look-up that has to be made beside it."""

import pulumi

from components.dns.managed_lists import ProviderAccess

_BESIDE = ("accessKey", "secretKey", "token", "assumeRoles", "assumeRoleWithWebIdentity", "sharedCredentialsFiles")


def provider_access() -> ProviderAccess:
    """Return how the stack's provider comes by its credentials."""
    config = pulumi.Config("aws")
    return ProviderAccess(config.get("profile"), tuple(key for key in _BESIDE if config.get(key) is not None))
