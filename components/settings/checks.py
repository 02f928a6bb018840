"""What config values may be: small checks that the types of settings are put together from.

Each returns the value that the program works with, or raises ``RefusedError``; an empty one leaves it to the key to say
what is allowed.
"""

import ipaddress
import re
from collections.abc import Collection, Mapping
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

from components.network.s3_buckets import AWS_BUCKETS, MAX_BUCKETS, mistakes
from components.rules.places import COUNTRIES
from components.settings.schema import RefusedError
from hunts.destinations import addresses, domain_problem

RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827),
    *(2192, 2557, 2922, 3288, 3653),
)
"""The retention periods that CloudWatch Logs offers (PutRetentionPolicy)."""

PRIVATE_RANGES = tuple(
    ipaddress.IPv4Network(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)

_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_HOST = re.compile(rf"({_LABEL}\.)*{_LABEL}(:\d+)?")
_Value = TypeVar("_Value")


def one_of(values: Collection[Any]) -> AfterValidator:
    """Take one of ``values``."""

    def check(value: _Value) -> _Value:
        if value not in values:
            raise RefusedError
        return value

    return AfterValidator(check)


def matching(pattern: str, *, or_empty: bool = True) -> AfterValidator:
    """Take text that ``pattern`` matches whole, and, unless told otherwise, the empty text that stands for "none"."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not (or_empty and value == "") and compiled.fullmatch(value) is None:
            raise RefusedError
        return value

    return AfterValidator(check)


def _each_once(value: tuple[str, ...]) -> tuple[str, ...]:
    twice = sorted({item for item in value if value.count(item) > 1})
    if twice:
        raise RefusedError(f"each name once, but {', '.join(twice)} comes twice")
    return value


Once = AfterValidator(_each_once)
"""Takes a list of which no item comes twice."""


def at_levels(value: Mapping[str, str], offered: Mapping[str, Collection[str]]) -> Mapping[str, str]:
    """Return a map from known names to one of the levels that each offers."""
    problems = []
    for name, level in value.items():
        if name not in offered:
            problems.append(f"{name} is not one of {', '.join(offered)}")
        elif level not in offered[name]:
            problems.append(f"{name} can be {' or '.join(offered[name])}")
    if problems:
        raise RefusedError("; ".join(problems))
    return value


def levels(offered: Mapping[str, Collection[str]]) -> AfterValidator:
    """Take a map from known names to one of the levels that each offers."""
    return AfterValidator(lambda value: at_levels(value, offered))


def _domain(value: str) -> str:
    if problem := domain_problem(value):
        raise RefusedError(f"a domain such as example.net or .example.net; {problem}")
    return value.lower()


def _host(value: str) -> str:
    if value.startswith("."):
        raise RefusedError
    return _domain(value)


Domain = AfterValidator(_domain)
"""Takes a domain in Network Firewall's notation: ``example.net``, or ``.example.net`` for it and all below it."""


Host = AfterValidator(_host)
"""Takes one name, such as ``www.example.net``."""

Domains = Annotated[tuple[Annotated[str, Domain], ...], Once]
"""Such domains, each once."""


def _addresses(value: str) -> str:
    try:
        return str(addresses(value))
    except ValueError as error:
        raise RefusedError(f"addresses such as 203.0.113.66, ranges such as 203.0.113.0/24; {error}") from None


Addresses = Annotated[tuple[Annotated[str, AfterValidator(_addresses)], ...], Once]
"""Addresses and ranges, IPv4 and IPv6, each once; they become ranges."""


def _country(value: str) -> str:
    if value.upper() not in COUNTRIES:
        raise RefusedError
    return value.upper()


Countries = Annotated[tuple[Annotated[str, AfterValidator(_country)], ...], Once]
"""Countries by their ISO 3166-1 alpha-2 codes, each once."""


def _site(value: str) -> str:
    url = value if "://" in value else f"https://{value}/"
    if not url.isascii() or not url.isprintable() or re.search(r"[\s\"'`\\{}\[\]<>|^]", url):
        raise RefusedError
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise RefusedError from None
    if parts.scheme not in ("http", "https") or _HOST.fullmatch(parts.netloc.lower()) is None:
        raise RefusedError
    return url


Site = AfterValidator(_site)
"""Takes a URL or a host name (then HTTPS) that a shell loop can visit; it becomes the URL."""


def network(value: object, *, longest: int, shortest: int) -> ipaddress.IPv4Network:
    """Return a private IPv4 range whose mask is between the two, written with its first address."""
    try:
        found = ipaddress.IPv4Network(value if isinstance(value, str) else "")
    except ValueError:
        raise RefusedError from None
    if not shortest <= found.prefixlen <= longest or not any(found.subnet_of(private) for private in PRIVATE_RANGES):
        raise RefusedError
    return found


def private(longest: int, shortest: int) -> BeforeValidator:
    """Take a private IPv4 range whose mask is between the two; it becomes the network."""
    return BeforeValidator(lambda value: network(value, longest=longest, shortest=shortest))


def _buckets(value: Mapping[str, str]) -> Mapping[str, str]:
    names = [name for name in value if name not in AWS_BUCKETS and _BUCKET.fullmatch(name) is None]
    problems = [f"bucket names such as my-bucket, {' or '.join(AWS_BUCKETS)}, not {', '.join(names)}"] if names else []
    problems += mistakes(value)
    if len(value) > MAX_BUCKETS:
        problems.append(f"at most {MAX_BUCKETS} buckets: the endpoint's policy has no room for more")
    if problems:
        raise RefusedError("; ".join(problems))
    return value


Buckets = Annotated[Mapping[str, str], AfterValidator(_buckets)]
"""Takes a map from buckets by name, or names that stand for AWS's own, to what may be done with them."""
