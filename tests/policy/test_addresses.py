import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.egress.addresses import ALL, EMPTY, INTERNET, NAT64, V4_NOWHERE, V6_NOWHERE, AddressError, AddressSet

BLOCKS = st.one_of(
    st.tuples(st.integers(0, 2**32 - 1), st.integers(20, 32)).map(
        lambda pair: ipaddress.ip_network((pair[0], pair[1]), strict=False)
    ),
    st.tuples(st.integers(0, 2**128 - 1), st.integers(112, 128)).map(
        lambda pair: ipaddress.ip_network((pair[0], pair[1]), strict=False)
    ),
    # Neighbours and nested blocks, where mistakes live.
    st.tuples(st.integers(0, 15), st.integers(28, 32)).map(
        lambda pair: ipaddress.ip_network((0x0A000000 + pair[0], pair[1]), strict=False)
    ),
)
SETS = st.lists(BLOCKS, max_size=6)


def of(blocks):
    return AddressSet.of(*map(str, blocks))


def probes(*lists):
    found = {"10.0.0.0", "9.255.255.255", "::1"}
    for blocks in lists:
        for block in blocks:
            found |= {str(block[0]), str(block[-1]), str(block[0] + 1 if block.num_addresses > 1 else block[0])}
    return found


@given(SETS, SETS)
def test_union_intersection_and_difference_hold_address_by_address(one, other):
    a, b = of(one), of(other)
    for probe in probes(one, other):
        in_a = any(ipaddress.ip_address(probe) in block for block in one)
        in_b = any(ipaddress.ip_address(probe) in block for block in other)
        assert (probe in (a | b)) == (in_a or in_b)
        assert (probe in (a & b)) == (in_a and in_b)
        assert (probe in (a - b)) == (in_a and not in_b)


@given(SETS, SETS)
def test_sets_with_the_same_addresses_are_equal_however_they_were_made(one, other):
    a, b = of(one), of(other)
    assert (a - b) | (a & b) == a
    assert (ALL - a) & a == EMPTY
    assert hash(a | b) == hash(b | a)
    assert AddressSet.of(*a.cidrs()) == a


def test_the_two_families_never_meet():
    assert AddressSet.of("0.0.0.0/0").v6 == EMPTY
    assert AddressSet.of("::/0").v4 == EMPTY
    assert AddressSet.of("0.0.0.0/0", "::/0") == ALL


def test_nothing_past_nat64_belongs_to_it_and_what_holds_it_is_written_as_one():
    assert not AddressSet.of("64:ff9b::1:0:0/96") & NAT64
    assert AddressSet.of("64:ff9b::1:0:0/96").cidrs() == ["64:ff9b::1:0:0/96"]
    for around in ("::/0", "64:ff9b::/95", "64:ff9b::/32", "64:ff9b::/96", "64:ff9b::ff00:0/104"):
        assert AddressSet.of(around).cidrs() == [around]
        assert bool(NAT64 - AddressSet.of(around)) == (around == "64:ff9b::ff00:0/104")
    assert AddressSet.of("8.8.8.8").shifted(NAT64.bounds[0]).cidrs() == ["64:ff9b::808:808/128"]


def test_an_example_is_an_address_that_people_know_where_there_is_one():
    assert INTERNET.example() == "1.1.1.1"
    assert AddressSet.of("192.0.2.0/24").example() == "192.0.2.10"
    assert AddressSet.of("192.0.2.7/32").example() == "192.0.2.7"


def test_an_empty_set_has_no_example():
    with pytest.raises(ValueError, match="no address"):
        EMPTY.example()


@pytest.mark.parametrize(
    "kept",
    [
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "100.64.0.0/10", "169.254.0.0/16", "fe80::/10",
        "127.0.0.0/8", "::1/128", "224.0.0.0/4", "ff00::/8", "0.0.0.0/8", "::/128", "255.255.255.255/32",
        "64:ff9b::10.0.0.0/104",
    ],
)  # fmt: skip
def test_what_stays_inside_networks_is_no_internet(kept):
    assert not AddressSet.of(kept) & INTERNET


@pytest.mark.parametrize(
    "leaves",
    [
        "8.8.8.8/32", "2606:4700:4700::1111/128", "64:ff9b::808:808/128", "192.0.2.0/24", "198.51.100.0/24",
        "203.0.113.0/24", "198.18.0.0/15", "192.0.0.0/24", "240.0.0.0/5", "2001:db8::/32", "3fff::/20", "4000::/3",
    ],
)  # fmt: skip
def test_all_the_rest_is_internet_whether_anybody_lives_there_or_not(leaves):
    assert AddressSet.of(leaves) <= INTERNET


def test_ranges_that_are_not_known_yet_are_no_addresses_and_only_a_whole_family_holds_them():
    unknown = AddressSet.of_intervals([V4_NOWHERE, V6_NOWHERE])
    assert not unknown & INTERNET
    assert unknown & AddressSet.of("0.0.0.0/0") == AddressSet(V4_NOWHERE)
    assert unknown & AddressSet.of("::/0") == AddressSet(V6_NOWHERE)
    assert not unknown & AddressSet.of("0.0.0.0/1", "128.0.0.0/1", "240.0.0.0/4", "::/1", "8000::/1")
    assert unknown.v4.shifted(NAT64.bounds[0]) <= NAT64
    assert (unknown.cidrs(), unknown.example(), str(unknown)) == ([], "", "a range that isn't known yet")
    assert (unknown | AddressSet.of("10.0.0.0/24")).example() == "10.0.0.10"


def test_a_text_that_is_no_block_is_refused_by_name():
    with pytest.raises(AddressError, match="'ten'"):
        AddressSet.of("ten")
