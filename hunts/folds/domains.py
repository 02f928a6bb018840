"""Registered domains by the public suffix list, which no SQL knows."""

import ipaddress
from functools import lru_cache

from publicsuffixlist import PublicSuffixList

_IPV4 = 4
_LABELS = 7
"""No public suffix has more than six labels: the last seven decide, and the cache lives on few values."""


def domain_of(name: str) -> str:
    """Return the registered domain of a name, such as `example.co.uk`; an address or a public suffix stays as it is."""
    end = name if name.count(".") < _LABELS else ".".join(name.rsplit(".", _LABELS)[-_LABELS:])
    return _registered(end) or name


@lru_cache(maxsize=65536)
def place_of(destination: str) -> str:
    """Return the registered domain of a name, and of an address the network: /24, of IPv6 /48.

    No longer prefix is routed between networks, so that neighbours in one are the same operator's. In a cloud they are
    its tenants': that an intruder's server is a neighbour of what the fleet has called of old is a chance of some 256
    in all the cloud's millions.
    """
    try:
        address = ipaddress.ip_address(destination)
    except ValueError:
        return domain_of(destination)
    return str(ipaddress.ip_network((address, 24 if address.version == _IPV4 else 48), strict=False))


@lru_cache(maxsize=65536)
def platform_of(domain: str) -> str:
    """Return the domain of whoever lets others have names below it, as `github.io` is; empty for the rest."""
    owner = _registrars().privatesuffix(domain) or domain
    return "" if owner == domain else owner


def is_public_suffix(name: str) -> bool:
    """Whether anybody may register names below this one, as below `co.uk` or `github.io`."""
    return bool(_list().is_public(name))


def below(name: str) -> str:
    """Return the part of a name below its registered domain, empty for the domain itself."""
    domain = domain_of(name)
    return name[: -len(domain) - 1] if len(name) > len(domain) else ""


@lru_cache(maxsize=65536)
def _registered(name: str) -> str:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return _list().privatesuffix(name) or ""
    return name


@lru_cache(maxsize=1)
def _registrars() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True)


@lru_cache(maxsize=1)
def _list() -> PublicSuffixList:
    return PublicSuffixList()
