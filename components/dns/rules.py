"""What DNS Firewall rules may be, and the priority that belongs to each kind. Standard library only."""

from collections.abc import Iterable, Mapping

DENY_LIST_PRIORITY = 100
MANAGED_PREFIX = "AWSManagedDomains"
MANAGED_LIST_PRIORITY: Mapping[str, int] = {
    "AWSManagedDomainsMalwareDomainList": 200,
    "AWSManagedDomainsBotnetCommandandControl": 210,
    "AWSManagedDomainsAggregateThreatList": 220,
    "AWSManagedDomainsAmazonGuardDutyThreatList": 230,
}
"""The lists that AWS maintains, by name, and the priority that each one's rule has."""
ADVANCED_PRIORITY: Mapping[str, int] = {"DGA": 300, "DICTIONARY_DGA": 310, "DNS_TUNNELING": 320}
"""The threats that DNS Firewall Advanced finds by the look of a query, and the priority that each one's rule has."""
ALLOW_LIST_PRIORITY = 900
OTHERS_PRIORITY = 910
EVERY_NAME = "*"
"""What stands for all names in a domain list."""
CONFIDENCES = ("LOW", "MEDIUM", "HIGH")
ACTIONS = ("ALERT", "BLOCK")
BLOCK_RESPONSES = ("NODATA", "NXDOMAIN")
ASSOCIATION_PRIORITY = 200
"""The rule group's place among others on a VPC: above 100 and below 9900, what lies beyond is Firewall Manager's."""


def dns_names(domains: Iterable[str]) -> tuple[str, ...]:
    """Turn domains as config has them into DNS Firewall's notation.

    There a name stands for itself alone and ``*.example.net`` for what is below it, so ``.example.net`` becomes both.
    """
    names: list[str] = []
    for domain in domains:
        plain = domain.removeprefix(".")
        names += [plain, f"*.{plain}"] if domain.startswith(".") else [plain]
    return tuple(dict.fromkeys(names))
