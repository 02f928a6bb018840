"""What config values may be: small checks that settings are put together from. Standard library only.

Each returns the value that the program works with, or raises ``RefusedError``; an empty one leaves it to the key to say
what is allowed.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from components.settings.schema import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from components.settings.schema import Check

RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827),
    *(2192, 2557, 2922, 3288, 3653),
)
"""The retention periods that CloudWatch Logs offers (PutRetentionPolicy)."""

PRIVATE_RANGES = tuple(
    ipaddress.IPv4Network(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)

_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_HOST = re.compile(rf"({_LABEL}\.)*{_LABEL}(:\d+)?")
_DOMAIN = re.compile(rf"\.?({_LABEL}\.)+{_LABEL}")


def one_of(values: Collection[Any]) -> Check:
    """Take one of ``values``."""

    def check(value: Any) -> Any:
        if value not in values:
            raise RefusedError
        return value

    return check


def between(lowest: int, highest: int) -> Check:
    """Take a whole number from ``lowest`` to ``highest``, both included."""

    def check(value: int) -> int:
        if not lowest <= value <= highest:
            raise RefusedError
        return value

    return check


def matching(pattern: str, *, or_empty: bool = True) -> Check:
    """Take text that ``pattern`` matches whole, and, unless told otherwise, the empty text that stands for "none"."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not (or_empty and value == "") and compiled.fullmatch(value) is None:
            raise RefusedError
        return value

    return check


def each(check_item: Callable[[str], Any]) -> Check:
    """Take a list whose items all pass and of which none comes twice; return it as a tuple."""

    def check(value: Sequence[str]) -> tuple[Any, ...]:
        checked = tuple(check_item(item) for item in value)
        twice = sorted({str(item) for item in checked if checked.count(item) > 1})
        if twice:
            raise RefusedError(f"each name once, but {', '.join(twice)} comes twice")
        return checked

    return check


def levels(known: Callable[[], Mapping[str, Collection[str]]]) -> Check:
    """Take a map from known names to one of the levels that each offers.

    :param known: levels by name; asked when a value is checked, so that nothing is read before it is needed.
    """

    def check(value: Mapping[str, Any]) -> dict[str, str]:
        offered = known()
        problems = []
        for name, level in value.items():
            if name not in offered:
                problems.append(f"{name} is not one of {', '.join(offered)}")
            elif level not in offered[name]:
                problems.append(f"{name} can be {' or '.join(offered[name])}")
        if problems:
            raise RefusedError("; ".join(problems))
        return dict(value)

    return check


def domain(value: str) -> str:
    """Take a domain in Network Firewall's notation: ``example.net``, or ``.example.net`` for it and all below it."""
    name = value.lower()
    if name.startswith("*."):
        raise RefusedError(f"a leading dot instead of *: .{name[2:]}")
    if _DOMAIN.fullmatch(name) is None:
        raise RefusedError(f"domains such as example.net or .example.net, but found {value}")
    return name


def site(value: str) -> str:
    """Take a URL or a host name (then HTTPS) that a shell loop can visit; return the URL."""
    url = value if "://" in value else f"https://{value}/"
    allowed = f"http and https URLs or host names, but found {value}"
    if not url.isascii() or not url.isprintable() or re.search(r"[\s\"'`\\{}\[\]<>|^]", url):
        raise RefusedError(allowed)
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise RefusedError(allowed) from None
    if parts.scheme not in ("http", "https") or _HOST.fullmatch(parts.netloc.lower()) is None:
        raise RefusedError(allowed)
    return url


def private_network(longest_mask: int, shortest_mask: int) -> Check:
    """Take a private IPv4 range whose mask is between the two, written with its first address; return the network."""

    def check(value: str) -> ipaddress.IPv4Network:
        try:
            network = ipaddress.IPv4Network(value)
        except ValueError:
            raise RefusedError from None
        if not shortest_mask <= network.prefixlen <= longest_mask or not any(
            network.subnet_of(private) for private in PRIVATE_RANGES
        ):
            raise RefusedError
        return network

    return check
