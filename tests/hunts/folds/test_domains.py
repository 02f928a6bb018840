"""Registered domains: by the public suffix list, and addresses are no domains."""

import pytest

from hunts.folds.domains import below, domain_of


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
