"""What an entry of a deny list takes with it that a person may not mean: public suffixes, AWS itself, own networks."""

from ipaddress import IPv4Network, ip_network

from hunts.destinations import Addresses
from hunts.folds.domains import domain_of, is_public_suffix
from hunts.stack import StackOutputs, Vpc

AWS_DOMAINS = (
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "api.aws",
    "on.aws",
    "aws.amazon.com",
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
    if own or (not found.is_global and isinstance(found, IPv4Network)):
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
    if domain_of(name) in AWS_DOMAINS or any(own == name or own.endswith(f".{name}") for own in AWS_DOMAINS):
        told.append(f"{name} is AWS's own: what the workloads use of AWS would be blocked with it")
    return told
