"""What may stand on a deny or an allow list: a domain as Network Firewall writes it, or addresses.

Config, rule groups and `hunts block` all ask here, so that they cannot disagree. Standard library only.
"""

import re
from ipaddress import IPv4Network, IPv6Network, ip_network

MAX_NAME = 253
"""Characters of a domain name without its final dot (RFC 1035 allows 255 octets, lengths and root included)."""

Addresses = IPv4Network | IPv6Network
NAT64 = IPv6Network("64:ff9b::/96")
"""The prefix in which a NAT gateway takes IPv4 addresses from who speaks IPv6 (RFC 6052)."""
_MAPPED = IPv6Network("::ffff:0:0/96")
"""How programs write IPv4 addresses among IPv6 ones (RFC 4291, 2.5.5.2)."""

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")


def domain_problem(name: str) -> str:
    """Say what keeps a name off a domain list; empty for a good one.

    `example.net` is that name alone, `.example.net` the name and all below it. Capitals are as good as small letters.
    """
    bare = name.removeprefix(".").lower()
    labels = bare.split(".")
    if "*" in name:
        return "a leading dot stands for a name and all below it (.example.com), an asterisk does not"
    if is_address(name) or _NUMBER.fullmatch(labels[-1]):
        return "an address, not a name: the last part of a domain is no number"
    if not name.isascii():
        return "not ASCII: write it in Punycode (xn--…), as clients send it"
    if name.endswith("."):
        return "leave the final dot out"
    if len(bare) > MAX_NAME:
        return f"{len(bare)} characters, a domain name has {MAX_NAME} at most"
    if len(labels) == 1 or not all(_LABEL.fullmatch(label) for label in labels):
        return "not a domain name (at least two labels of letters, digits and hyphens, 63 characters each at most)"
    return ""


def covers(entry: str, name: str) -> bool:
    """Whether a domain list's entry stands for a name, both in lower case."""
    return name == entry.removeprefix(".") or (entry.startswith(".") and name.endswith(entry))


def is_address(text: str) -> bool:
    """Whether the text is an IPv4 or IPv6 address, or a range of them in CIDR notation; none has a zone (`%eth0`)."""
    if "%" in text:
        return False
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def addresses(text: str) -> Addresses:
    """Return an address or a range in CIDR notation, IPv4 or IPv6; ValueError says what is wrong with it."""
    if not is_address(text):
        raise ValueError("not an address such as 203.0.113.66, nor a range such as 203.0.113.0/24")
    found = ip_network(text, strict=False)
    if found.prefixlen == 0:
        raise ValueError("all the addresses there are")
    if isinstance(found, IPv6Network) and found.subnet_of(_MAPPED):
        raise ValueError("IPv4 in IPv6's notation, which no packet bears: write the IPv4 address")
    try:
        return ip_network(text)
    except ValueError:
        raise ValueError(f"a range begins at its first address: {found}") from None


def forms(text: str) -> list[str]:
    """Return the ranges that a firewall must deny for an address or a range: an IPv4 one has a form in NAT64 too."""
    found = addresses(text)
    if found.version == NAT64.version:
        return [str(found)]
    first = int(NAT64.network_address) + int(found.network_address)
    return [str(found), str(IPv6Network((first, NAT64.prefixlen + found.prefixlen)))]
