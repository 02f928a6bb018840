"""Networks as patterns of text, and parameters by kind."""

import ipaddress
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hunts.catalog import hunt
from hunts.errors import HuntError
from hunts.parameters import networks, question
from hunts.window import Window, window


@given(st.integers(0, 2**32 - 1), st.integers(0, 32), st.lists(st.integers(0, 2**32 - 1), max_size=30))
def test_an_address_matches_if_and_only_if_the_network_has_it(base: int, length: int, others: list[int]):
    net = ipaddress.ip_network((base >> (32 - length) << (32 - length), length))
    pattern = re.compile(networks(str(net)))
    edges = {int(net.network_address), int(net.broadcast_address)}
    near = {value + step for value in edges for step in (-1, 0, 1) if 0 <= value + step < 2**32}
    for value in near | set(others):
        address = ipaddress.IPv4Address(value)
        assert bool(pattern.search(str(address))) == (address in net)


def test_several_networks_are_any_of_them():
    pattern = re.compile(networks("10.1.0.0/16, 192.168.7.0/24"))
    assert [bool(pattern.search(item)) for item in ("10.1.2.3", "192.168.7.9", "10.10.1.1", "192.168.70.1")] == [
        True,
        True,
        False,
        False,
    ]


def test_ipv6_as_suricata_writes_it():
    pattern = re.compile(networks("2001:db8:ab00::/40"))
    assert pattern.search("2001:0db8:ab12:0000:0000:0000:0000:0001")
    assert not pattern.search("2001:0db8:ac12:0000:0000:0000:0000:0001")


@pytest.mark.parametrize("text", ["", " , ", "10.0.0.0/33", "10.0.0.1/8", "x", "2001:db8::/33"])
def test_what_is_no_network_is_refused(text: str):
    with pytest.raises(HuntError):
        networks(text)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("top-sni", {"top": "-1"}),
        ("top-sni", {"top": "2.5"}),
        ("top-sni", {"top": "99999999999999999999"}),
        ("beacons", {"jitter": "nan"}),
        ("beacons", {"jitter": "inf"}),
        ("beacons", {"jitter": "-0.1"}),
        ("beacons", {"shortest": "soon"}),
    ],
)
def test_a_number_that_no_query_can_use_is_refused(name: str, values: dict[str, str]):
    with pytest.raises(HuntError, match=r"not a value of kind|is no duration"):
        question(hunt(name), values, Window(0, 60))


def test_a_window_from_before_all_logs_is_refused():
    with pytest.raises(HuntError, match="before 1970"):
        window(last="999999999w")
