"""Which addresses are whose: the internet's, private networks', or nobody's at all."""

from __future__ import annotations

import ipaddress

Net = ipaddress.IPv4Network | ipaddress.IPv6Network
Addr = ipaddress.IPv4Address | ipaddress.IPv6Address

# Stand-ins for what AWS's own prefix lists hold: the program can't know, the oracle needs one concrete address.
SERVICE_NETWORKS: dict[str, tuple[Net, ...]] = {
    "s3": (ipaddress.ip_network("52.218.0.0/17"),),
    "dynamodb": (ipaddress.ip_network("52.94.0.0/22"),),
}
AWS_PREFIX_LISTS = {"pl-6da54004": "s3", "pl-6fa54006": "dynamodb"}

PRIVATE = [ipaddress.ip_network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")]
SHARED = ipaddress.ip_network("100.64.0.0/10")
NOWHERE = [
    ipaddress.ip_network(net)
    for net in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "::/127", "fe80::/10", "ff00::/8")
]
"""This network, loopback, link-local and multicast: no route takes packets for these anywhere."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""The IPv6 addresses behind which NAT gateways find IPv4 ones (AWS: NAT64 and DNS64)."""


def within(address: Addr, *nets: Net) -> bool:
    """Whether any of the networks has the address."""
    return any(address in net for net in nets if net.version == address.version)


def is_internet(address: Addr) -> bool:
    """Whether packets for `address` go out into the world, whoever answers: those given to nobody do too."""
    if address.version == 6 and address in NAT64:
        return is_internet(behind_nat64(address))
    return not within(address, *PRIVATE, SHARED, *NOWHERE)


def is_private(address: Addr) -> bool:
    """Whether only somebody's own network can have `address` (RFC 1918, unique local)."""
    return within(address, *PRIVATE)


def behind_nat64(address: Addr) -> ipaddress.IPv4Address:
    """The IPv4 address that NAT64 makes of an IPv6 one."""
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def is_s3(address: Addr) -> bool:
    return within(address, *SERVICE_NETWORKS["s3"])


def may_be_service(address: Addr) -> bool:
    """Whether the address lies where Amazon's services with gateway endpoints have theirs, the stand-ins among them."""
    return within(address, *AMAZONS, NAT64)


AMAZONS = [ipaddress.ip_network(net) for net in ("3.0.0.0/8", "16.0.0.0/8", "18.0.0.0/8", "52.0.0.0/8")]


def middle_of(net: Net) -> int:
    """The number of the address in the middle."""
    return (int(net.network_address) + int(net.broadcast_address)) // 2
