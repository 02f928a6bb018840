"""Who reaches what through RAM: what other services ask before they let an account use another one's things."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.organizations.models import organizations_backends
from moto.ram.models import ram_backends


def reaches(account_id: str, region: str, arn: str) -> bool:
    """Whether an account may use a resource of another one: shared with it, and accepted where that is needed."""
    return any(arn in share_resources(backend, share) for backend, share in shares_for(account_id, region))


def shares_for(account_id: str, region: str) -> Iterator[tuple[Any, Any]]:
    """Yield the active shares of other accounts that an account is in, each with the backend that owns it."""
    for backend in region_backends(region):
        if backend.account_id == account_id:
            continue
        backend.settle()
        for share in backend.resource_shares:
            principals = (
                name
                for (arn, kind, name), item in backend.associations.items()
                if (arn, kind) == (share.arn, "PRINCIPAL") and item["status"] == "ASSOCIATED"
            )
            if share.status == "ACTIVE" and any(stands_for(name, account_id) for name in principals):
                yield backend, share


def share_resources(backend: Any, share: Any) -> list[str]:
    """List the ARNs of what a share holds."""
    return [
        name
        for (arn, kind, name), item in backend.associations.items()
        if (arn, kind) == (share.arn, "RESOURCE") and item["status"] == "ASSOCIATED"
    ]


def region_backends(region: str) -> list[Any]:
    """RAM's backends of all accounts in a Region, as far as anybody has asked for them."""
    known = ((account, dict.get(regions, region)) for account, regions in list(ram_backends.items()))
    return [backend for _, backend in known if backend is not None]


def stands_for(principal: str, account_id: str) -> bool:
    """Whether a principal means an account: by its id, or by the organization or unit that it is in."""
    if principal == account_id:
        return True
    if ":organizations:" not in principal:
        return False  # a role or user of IAM's: the local AWS knows callers by their account alone
    organization = organization_of(account_id)
    if organization is None:
        return False
    kind, name = principal.rsplit(":", 1)[1].split("/", 1)
    if kind == "organization":
        return bool(organization.org.id == name)
    return name.rpartition("/")[2] in _units(organization, account_id)


def organization_of(account_id: str) -> Any:
    """Find the backend of the organization that an account is a member of; None if it is in none."""
    for partitions in list(organizations_backends.values()):
        for backend in list(partitions.values()):
            if backend.org is not None and any(member.id == account_id for member in backend.accounts):
                return backend
    return None


def shares_freely(one: str, other: str) -> bool:
    """Whether two accounts are in one organization that RAM may share within, so that nobody has to accept."""
    organization = organization_of(one)
    return bool(
        organization is not None
        and organization is organization_of(other)
        and getattr(organization.org, "shares_through_ram", False)
    )


def _units(organization: Any, account_id: str) -> set[str]:
    """List the organizational units that an account is in, however deep."""
    parents = {unit.id: unit.parent_id for unit in organization.ou}
    parents |= {member.id: member.parent_id for member in organization.accounts}
    found, current = set(), parents.get(account_id)
    while current:
        found.add(current)
        current = parents.get(current)
    return found
