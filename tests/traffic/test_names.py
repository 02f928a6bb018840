import random

import pytest

from traffic.names import AddressBook, fill, may_use


@pytest.mark.parametrize(
    "target",
    [
        "www.example.com",
        "example.net.",
        "a.b.test",
        "x.invalid",
        "203.0.113.9",
        "2001:db8::1",
        "10.1.2.3",
        "{hex:32}.t.example.org",
    ],
)
def test_reserved_names_and_addresses_may_be_used(target):
    assert may_use(target)


@pytest.mark.parametrize("target", ["www.example.co", "notexample.com", "198.51.101.1", "2001:db9::1", "{word:5}.com"])
def test_what_belongs_to_others_may_not(target):
    assert not may_use(target)


def test_what_the_operator_owns_may_be_used():
    assert may_use("a.lab.mine.io", ("lab.mine.io",))
    assert not may_use("mine.io", ("lab.mine.io",))


def test_templates_are_filled_with_characters_of_their_kind():
    filled = fill("{hex:8}.{base32:60}.{digits:2}.{word:6}.t.example.com", random.Random(1))  # noqa: S311

    one, two, three, four, *rest = filled.split(".")
    assert (len(one), len(two), len(three), len(four)) == (8, 60, 2, 6)
    assert int(one, 16) >= 0
    assert three.isdigit()
    assert rest == ["t", "example", "com"]


def test_the_same_seed_fills_the_same():
    one, two = (fill("{hex:16}", random.Random(7)) for _ in range(2))  # noqa: S311

    assert one == two


def test_every_name_has_an_address_of_its_own_and_keeps_it():
    book = AddressBook({"www.example.com": "203.0.113.200"})

    assert book.address("WWW.example.com.") == "203.0.113.200"
    assert book.address("a.example.com") == book.address("a.example.com")
    assert len({book.address(f"n{number}.example.com") for number in range(700)}) == 700


def test_when_addresses_run_out_names_share_them():
    book = AddressBook({})

    assert len({book.address(f"n{number}.example.com") for number in range(1000)}) == 762


def test_a_name_has_an_ipv6_address_too_and_either_leads_back_to_it():
    book = AddressBook({"www.example.com": "203.0.113.9"})

    assert book.ipv6("www.example.com") == "2001:db8::cb00:7109"
    assert book.names("203.0.113.9") == book.names("2001:db8::cb00:7109") == ["www.example.com"]
    assert book.names("203.0.113.10") == []
