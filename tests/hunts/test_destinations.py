"""One answer to what a domain is and what an address is, for config, for rule groups and for whoever blocks one."""

import json

import pytest

from components.rules.domains import domain_list
from components.settings.load import SettingsError, parse
from hunts.actions.block import entry
from hunts.destinations import addresses, domain_problem
from hunts.errors import HuntError

LONGEST = ".".join(["a" * 61, "b" * 63, "c" * 63, "d" * 63])  # 253 characters
GOOD = ["example.com", "a-b.c_d.example.com", "xn--bcher-kva.example", "7.203.0.113.7.example.com", LONGEST]
WRONG = {
    "*.example.com": "leading dot",
    "example.com.": "final dot",
    "localhost": "not a domain name",
    "com": "not a domain name",
    "": "not a domain name",
    "exa mple.com": "not a domain name",
    "-a.example.com": "not a domain name",
    "a..example.com": "not a domain name",
    "x" * 64 + ".com": "not a domain name",
    "https://example.com": "not a domain name",
    "example.com:443": "not a domain name",
    'a".example.com': "not a domain name",
    "example.com\n": "not a domain name",
    "b\u00fccher.example": "Punycode",
    "\u212aelvin.example": "Punycode",
    "10.0.0.1": "an address",
    "10.0.0.0/8": "an address",
    "2001:db8::7": "an address",
    "1.2": "an address",
    "1.2.3": "an address",
    "127.0x1": "an address",
    "a" + LONGEST: "254 characters",
}


def from_config(name: str) -> tuple[str, ...]:
    find = {"deny_domains": json.dumps([name])}.get
    return parse(find, project="p", stack="s", region="eu-west-1").deny_domains


@pytest.mark.parametrize("name", [*GOOD, *(f".{name}" for name in GOOD[:3]), "Example.COM"])
def test_a_domain_is_one_for_everybody(name: str):
    assert domain_problem(name) == ""
    assert domain_list("DENYLIST", [name]).targets == (name.lower(),)
    assert from_config(name) == (name.lower(),)
    assert entry(name).removeprefix(".") == name.lower().removeprefix(".")


@pytest.mark.parametrize(("name", "why"), WRONG.items())
def test_what_is_no_domain_is_none_for_anybody_and_everybody_says_why(name: str, why: str):
    assert why in domain_problem(name)
    with pytest.raises(ValueError, match=why):
        domain_list("DENYLIST", [name])
    with pytest.raises(SettingsError, match=why):
        from_config(name)


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("203.0.113.66", "203.0.113.66/32"),
        ("203.0.113.0/24", "203.0.113.0/24"),
        ("2001:db8::7", "2001:db8::7/128"),
        ("2001:DB8::/32", "2001:db8::/32"),
        (" 203.0.113.66 ", "203.0.113.66/32"),
        ("Evil.Example.", ".evil.example"),
        ("*.evil.example", ".evil.example"),
        (".evil.example", ".evil.example"),
    ],
)
def test_who_blocks_may_write_it_as_it_was_found(text: str, becomes: str):
    assert entry(text) == becomes


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("10.0.0.1/8", "begins at its first address: 10.0.0.0/8"),
        ("0.0.0.0/0", "all the addresses"),
        ("::/0", "all the addresses"),
        ("203.0.113.256", "an address, not a name"),
        ("::ffff:203.0.113.66", "write the IPv4 address"),
        ("fe80::1%eth0", "not a domain name"),
        ("203.0.113.66:443", "not a domain name"),
        ("https://evil.example/x", "not a domain name"),
        ("evil", "not a domain name"),
        ("", "not a domain name"),
    ],
)
def test_what_can_not_be_blocked_is_told_why(text: str, why: str):
    with pytest.raises(HuntError, match=f"can't be blocked: .*{why}"):
        entry(text)


def test_what_is_no_address_is_none():
    with pytest.raises(ValueError, match="not an address"):
        addresses("evil.example")
    with pytest.raises(ValueError, match="not an address"):
        addresses("fe80::1%eth0")
