"""Finds the ids of AWS's managed DNS lists by name, which the Pulumi provider cannot: its look-up wants the id.

The one place in the program that speaks to AWS by itself (docs/adr/0012-managed-dns-lists.md). It only reads, and only
where config names managed lists without their ids.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pulumi

ListDomainLists = Callable[[], Iterable[Mapping[str, str]]]
"""Yields domain lists as ListFirewallDomainLists has them: ``Name``, ``Id``, ``ManagedOwnerName``."""


@dataclass(frozen=True)
class ProviderAccess:
    """The profile that the provider uses (``None``: the environment's), and keys that only the provider understands."""

    profile: str | None
    own_credentials: tuple[str, ...]


class ManagedListError(pulumi.RunError):
    """Managed lists could not be looked up; the message says which, and what to put into config instead."""


def find_managed_lists(
    names: Sequence[str], known: Mapping[str, str], listed: ListDomainLists, *, region: str
) -> dict[str, str]:
    """Return ids by name: those that are ``known`` from config, and for the others what AWS lists.

    :raises ManagedListError: when AWS has no managed list of such a name in the Region.
    """
    found = {name: known[name] for name in names if name in known}
    missing = [name for name in names if name not in found]
    if missing:
        managed = {item["Name"]: item["Id"] for item in listed() if item.get("ManagedOwnerName")}
        absent = [name for name in missing if name not in managed]
        if absent:
            raise ManagedListError(
                f"dns_managed_lists: {', '.join(absent)} not found in {region}; "
                f"it has {', '.join(sorted(managed)) or 'no managed list'}"
            )
        found |= {name: managed[name] for name in missing}
    return {name: found[name] for name in names}


def listed_by_aws(access: ProviderAccess, *, region: str) -> ListDomainLists:
    """Return the look-up by boto3, with the profile that the provider uses.

    :raises ManagedListError: when called, if it cannot have the provider's credentials or AWS refuses.
    """

    def look_up() -> Iterable[Mapping[str, str]]:
        # Costs a third of a second, which only those pay who name lists without ids.
        import boto3
        from botocore.exceptions import BotoCoreError, ClientError

        if access.own_credentials:
            given = ", ".join(access.own_credentials)
            raise ManagedListError(_advice(f"the provider has credentials of its own ({given})"))
        try:
            client = boto3.Session(profile_name=access.profile, region_name=region).client("route53resolver")
            pages = client.get_paginator("list_firewall_domain_lists").paginate()
            return [item for page in pages for item in page["FirewallDomainLists"]]
        except (BotoCoreError, ClientError) as error:
            raise ManagedListError(_advice(str(error))) from None

    return look_up


def _advice(reason: str) -> str:
    return (
        f"dns_managed_lists: the ids of the lists could not be looked up: {reason}. Put them into "
        "dns_managed_list_ids; aws route53resolver list-firewall-domain-lists shows them"
    )
