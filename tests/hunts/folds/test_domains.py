"""Registered domains: by the public suffix list, and addresses are no domains."""

import ipaddress

import pytest

from hunts.folds.domains import below, domain_of
from hunts.folds.fleet import Visitors


@pytest.mark.parametrize(
    ("name", "domain", "rest"),
    [
        ("a.b.example.com", "example.com", "a.b"),
        ("example.co.uk", "example.co.uk", ""),
        ("x.y.example.co.uk", "example.co.uk", "x.y"),
        ("d111.cloudfront.net", "d111.cloudfront.net", ""),
        ("bucket.s3.eu-west-1.amazonaws.com", "bucket.s3.eu-west-1.amazonaws.com", ""),
        ("203.0.113.9", "203.0.113.9", ""),
        ("com", "com", ""),
        ("localhost", "localhost", ""),
        (".".join(["label"] * 20) + ".example.org", "example.org", ".".join(["label"] * 20)),
    ],
)
def test_the_registered_domain_and_what_is_below_it(name: str, domain: str, rest: str):
    assert (domain_of(name), below(name)) == (domain, rest)


def test_an_address_is_looked_at_once_however_many_go_there(monkeypatch: pytest.MonkeyPatch):
    seen: list[str] = []
    read = ipaddress.ip_address
    monkeypatch.setattr(ipaddress, "ip_address", lambda text: seen.append(text) or read(text))
    there = Visitors()
    for number in range(100):
        there.add(f"10.0.0.{number}", "192.0.2.251", number)
    assert seen == ["192.0.2.251"]
    assert len(there.of["192.0.2.0/24"]) == 100
