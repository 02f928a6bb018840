"""Names and addresses that traffic may use: those reserved for examples, and those that the operator owns."""

import base64
import random
import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Literal

Encoding = Literal["base64", "base32", "hex"]

# RFC 2606, RFC 6761
RESERVED_DOMAINS = ("example.com", "example.net", "example.org", "example", "test", "invalid", "localhost")
# RFC 5737, RFC 3849, RFC 1918
RESERVED_NETWORKS = tuple(
    ip_network(text)
    for text in (
        *("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"),
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
    )
)
_EXAMPLE_NETWORKS = ("203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24")
_EXAMPLE_IPV6 = int(ip_address("2001:db8::"))
_TEMPLATE = re.compile(r"\{(hex|base32|word|digits):(\d{1,2})\}")
_ALPHABETS = {
    "hex": "0123456789abcdef",
    "base32": "abcdefghijklmnopqrstuvwxyz234567",
    "digits": "0123456789",
}
_CONSONANTS, _VOWELS = "bcdfghklmnprstvw", "aeiou"


def is_address(text: str) -> bool:
    """Return whether a text is an IP address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def may_use(target: str, owned: tuple[str, ...] = ()) -> bool:
    """Return whether traffic may name that host or address: reserved for examples, private, or owned."""
    bare = _TEMPLATE.sub("x", target).rstrip(".").lower()
    if is_address(bare):
        return any(ip_address(bare) in network for network in RESERVED_NETWORKS) or bare in owned
    return any(bare == domain or bare.endswith(f".{domain}") for domain in (*RESERVED_DOMAINS, *owned))


def fill(template: str, chance: random.Random) -> str:
    """Fill ``{hex:N}``, ``{base32:N}``, ``{digits:N}`` and ``{word:N}`` with N random characters."""

    def characters(found: "re.Match[str]") -> str:
        kind, size = found[1], int(found[2])
        if kind == "word":
            return "".join(chance.choice(_VOWELS if place % 2 else _CONSONANTS) for place in range(size))
        return "".join(chance.choice(_ALPHABETS[kind]) for _ in range(size))

    return _TEMPLATE.sub(characters, template)


def carrying(data: bytes, encoding: Encoding, size: int, below: str) -> tuple[str, ...]:
    """Return names that carry the data in numbered labels of up to ``size`` characters: ``1.aGVsbG8.below``."""
    match encoding:
        case "base64":
            text = base64.urlsafe_b64encode(data).decode()
        case "base32":
            text = base64.b32encode(data).decode().lower()
        case "hex":
            text = data.hex()
    text = text.rstrip("=")
    return tuple(f"{at // size + 1}.{text[at : at + size]}.{below}" for at in range(0, len(text), size))


class AddressBook:
    """Addresses of names: those that the scenario gives, else one reserved address a name, in order of first use."""

    def __init__(self, given: dict[str, str]) -> None:
        self._known = {name.lower(): address for name, address in given.items()}
        taken = set(self._known.values())
        self._free = [
            str(address)
            for network in _EXAMPLE_NETWORKS
            for address in ip_network(network).hosts()
            if str(address) not in taken
        ]
        self._next = 0

    def address(self, name: str) -> str:
        """Return the address of a name. When all reserved ones are given out, names share them, as sites behind one."""
        key = name.lower().rstrip(".")
        if key not in self._known:
            self._known[key] = self._free[self._next % len(self._free)]
            self._next += 1
        return self._known[key]

    def ipv6(self, name: str) -> str:
        """Return the IPv6 address of a name: reserved for documentation, its last 32 bits those of the other one."""
        return str(IPv6Address(_EXAMPLE_IPV6 + int(IPv4Address(self.address(name)))))

    def names(self, address: str) -> list[str]:
        """Return the names that have an address so far, of either family."""
        found = ip_address(address)
        if isinstance(found, IPv6Address):
            found = IPv4Address(int(found) & 0xFFFFFFFF)
        return [name for name, known in self._known.items() if known == str(found)]

    def place(self, name: str, address: IPv4Address | str) -> None:
        """Set the address of a name."""
        self._known[name.lower()] = str(address)
