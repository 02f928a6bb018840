"""What an entry of a deny list takes with it that a person may not mean: public suffixes, AWS itself, own networks."""

from ipaddress import ip_network

from hunts.destinations import Addresses
from hunts.folds.domains import domain_of, is_public_suffix
from hunts.stack import StackOutputs, Vpc
from policy.egress.addresses import INTERNET, AddressSet

AWS_DOMAINS = (
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "api.aws",
    "on.aws",
    "aws.amazon.com",
    "awsstatic.com",
    "amazontrust.com",
)
"""Domains by which AWS's services, consoles and certificate authority are reached."""

_MANY = {4: 24, 6: 48}
"""Prefix lengths by IP version below which a range is more than one site's."""


def warnings(entry: str, outputs: StackOutputs) -> list[str]:
    """Return what to think about before blocking an entry as `hunts.actions.block.entry` returns it."""
    if entry.startswith("."):
        return list(_of_a_domain(entry[1:]))
    found = ip_network(entry)
    told = []
    if found.prefixlen < _MANY[found.version]:
        told.append(f"{entry} holds {found.num_addresses:,} addresses, of whoever has them")
    own = [name for name, vpc in outputs.vpcs.items() if _overlaps(vpc, found)]
    if own or AddressSet.of(entry) - INTERNET:
        whose = f" ({', '.join(own)} is there)" if own else ""
        told.append(f"{entry} is not of the internet{whose}: traffic between your own networks would be dropped")
    return told


def _overlaps(vpc: Vpc, found: Addresses) -> bool:
    ranges = [ip_network(each) for each in vpc.ranges.split(",")]
    return any(each.version == found.version and each.overlaps(found) for each in ranges)


def _of_a_domain(name: str) -> list[str]:
    told = []
    if is_public_suffix(name):
        told.append(f"{name} is a public suffix: the domains of everybody below it would be blocked")
    if any(_within(own, name) or (_within(name, own) and _within(own, domain_of(name))) for own in AWS_DOMAINS):
        told.append(f"{name} is AWS's own: what the workloads use of AWS would be blocked with it")
    return told


def _within(name: str, domain: str | None) -> bool:
    """Tell whether a name is a domain or below it: a customer's name below AWS's is a domain of the customer's own."""
    return domain is not None and (name == domain or name.endswith(f".{domain}"))
