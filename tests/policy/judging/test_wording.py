"""What a person reads of names, addresses and fixes: phrases that agree, and counts that are right."""

from __future__ import annotations

import pytest

from policy.egress.addresses import INTERNET, AddressSet
from policy.egress.judging.config import Config
from policy.egress.judging.finding import Finding
from policy.egress.judging.violations import violations
from policy.egress.judging.wording import addresses_text, agree, name_list
from policy.egress.network.unwritten import Unwritten
from policy.egress.policies import POLICIES
from tests.policy.build import Program

V4, V6 = INTERNET.v4, INTERNET.v6


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ("", "this program"),
        ("a", "a"),
        ("ab", "a and b"),
        ("abc", "a, b and c"),
        ("abcdef", "a, b, c, d, e and f"),
        ("abcdefgh", "a, b, c, d, e, f and 2 more"),
    ],
)
def test_names_are_listed_as_a_person_does_and_a_long_list_is_counted(names, text):
    assert name_list(tuple(names)) == text


def blocks(count: int) -> AddressSet:
    return AddressSet.of(*(f"{number}.0.0.0/24" for number in range(20, 20 + count)))


@pytest.mark.parametrize(
    ("addresses", "text"),
    [
        (V4 | V6, "every IPv4 internet address; every IPv6 internet address"),
        (V6, "every IPv6 internet address"),
        (blocks(1) | V6, "20.0.0.0/24; every IPv6 internet address"),
        (blocks(4), "20.0.0.0/24, 21.0.0.0/24, 22.0.0.0/24, 23.0.0.0/24"),
        (blocks(7), "20.0.0.0/24, 21.0.0.0/24, 22.0.0.0/24, 23.0.0.0/24 and 3 more blocks"),
        (V4 - blocks(2), "IPv4 internet addresses, but not 20.0.0.0/24, 21.0.0.0/24"),
        (V4 - blocks(4), "IPv4 internet addresses, but not 20.0.0.0/24, 21.0.0.0/24, 22.0.0.0/24, 23.0.0.0/24"),
        (
            V4 - blocks(5),
            "IPv4 internet addresses, but not 20.0.0.0/24, 21.0.0.0/24, 22.0.0.0/24, 23.0.0.0/24 and others",
        ),
    ],
)
def test_a_person_sees_at_once_how_many_addresses_there_are(addresses, text):
    assert addresses_text(addresses, Unwritten()) == text


@pytest.mark.parametrize(
    ("count", "told"),
    [(1, "Do 0."), (3, "Do 0. Do 1. Do 2."), (5, "Do 0. Do 1. Do 2. And 2 more of the kind.")],
)
def test_of_many_fixes_three_are_told_and_the_others_counted(count, told):
    policy = POLICIES["firewall-logs"]
    findings = [
        Finding(
            cause=("one",), subject=f"fw-{number}", urn=None, what="sends its ALERT log nowhere", fix=f"do {number}."
        )
        for number in range(count)
    ]
    (found,) = violations(Program().network(), policy, Config().of(policy), findings)
    assert found.fix == told
    assert "Addresses" not in found.message


def test_every_verb_of_a_phrase_agrees() -> None:
    what = "has no DNS Firewall, and doesn't log what is asked of its resolver"
    assert agree(what, 1) == what
    assert agree(what, 2) == "have no DNS Firewall, and don't log what is asked of its resolver"
    said = "sends through fw, but isn't in the HOME_NET of p: rules that say $HOME_NET never match it"
    assert (
        agree(said, 2) == "send through fw, but aren't in the HOME_NET of p: rules that say $HOME_NET never match them"
    )
