from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.egress.addresses import ALL, AddressSet
from policy.egress.network.model import Rank, Route, Table, Target
from policy.egress.walking.forwarding import ForwardingTable


def route(cidr, name, rank=Rank.STATIC):
    return Route(tuple(AddressSet.of(cidr).intervals()), (Target("nat-gateway", name),), None, cidr, rank)


def winners(routes, address):
    pieces, _rest = ForwardingTable(Table("t", "t", None, "v", tuple(routes))).look_up(AddressSet.of(address))
    return [each.targets[0].key for choice, _piece in pieces for each in choice]


def test_the_longest_prefix_wins():
    routes = [route("0.0.0.0/0", "all"), route("10.0.0.0/8", "ten"), route("10.1.0.0/16", "ten-one")]
    assert winners(routes, "10.1.2.3") == ["ten-one"]
    assert winners(routes, "10.2.2.3") == ["ten"]
    assert winners(routes, "8.8.8.8") == ["all"]


# AWS, "How route priority works" of the VPC and the "Route evaluation order" of the transit gateway.
VPC_ORDER = [Rank.STATIC, Rank.PREFIX_LIST, Rank.DIRECT_CONNECT, Rank.STATIC_VPN, Rank.VPN, Rank.LOCAL]
TRANSIT_ORDER = [Rank.STATIC, Rank.PREFIX_LIST, Rank.VPC, Rank.DIRECT_CONNECT, Rank.CONNECT, Rank.VPN]


@pytest.mark.parametrize("order", [VPC_ORDER, TRANSIT_ORDER], ids=["vpc", "transit gateway"])
def test_of_routes_to_the_same_prefix_the_first_kind_wins_in_whatever_order_they_stand(order):
    for first, second in pairwise(order):
        if second is not Rank.LOCAL:
            routes = [route("10.0.0.0/8", rank.name, rank) for rank in (second, first)]
            assert winners(routes, "10.1.1.1") == winners(routes[::-1], "10.1.1.1") == [first.name]


def test_a_longer_prefix_beats_every_rank():
    routes = [route("10.0.0.0/8", "static"), route("10.1.0.0/16", "learned", Rank.VPN)]
    assert winners(routes, "10.1.1.1") == ["learned"]


def test_two_routes_of_one_kind_to_the_same_prefix_may_both_be_taken():
    routes = [route("10.0.0.0/16", "one", Rank.VPC), route("10.0.0.0/16", "other", Rank.VPC)]
    assert winners(routes, "10.0.1.1") == ["one", "other"]


def test_ranges_that_touch_stay_apart():
    blocks = [route("10.0.0.0/16", "low", Rank.VPC), route("10.1.0.0/16", "high", Rank.VPC)]
    for address, name in (("10.0.0.1", "low"), ("10.1.0.1", "high")):
        assert winners([*blocks, route("10.0.0.0/15", "static")], address) == [name]


def test_a_propagated_route_wider_than_each_of_two_touching_local_blocks_loses_to_both():
    table = [route(block, "local", Rank.LOCAL) for block in ("10.0.0.0/16", "10.1.0.0/16")]
    for learned in ("10.0.0.0/15", "10.1.2.0/24"):
        assert winners([*table, route(learned, "learned", Rank.VPN)], "10.1.2.3") == ["local"]


def test_the_local_route_beats_more_specific_propagated_ones_but_not_static_ones():
    local = route("10.0.0.0/16", "local", Rank.LOCAL)
    assert winners([local, route("10.0.1.0/24", "learned", Rank.VPN)], "10.0.1.1") == ["local"]
    assert winners([local, route("10.0.1.0/24", "mine")], "10.0.1.1") == ["mine"]
    assert winners([local, route("10.0.0.0/16", "instead")], "10.0.1.1") == ["instead"]


CIDRS = st.tuples(st.integers(0, 63), st.integers(26, 32)).map(
    lambda p: AddressSet.of(f"10.0.0.{p[0]}/{p[1]}").cidrs()[0]
)


@given(st.lists(CIDRS, max_size=8), st.lists(CIDRS, max_size=5))
def test_a_set_is_split_as_its_addresses_would_be_one_by_one(prefixes, asked):
    routes = [route(cidr, cidr) for cidr in dict.fromkeys(prefixes)]
    table = ForwardingTable(Table("t", "t", None, "v", tuple(routes)))
    for addresses in (AddressSet.of(*asked), ALL):
        pieces, rest = table.look_up(addresses)
        assert AddressSet.union([rest, *(piece for _choice, piece in pieces)]) == addresses
        for host in range(64):
            address = f"10.0.0.{host}"
            matching = [cidr for cidr in prefixes if address in AddressSet.of(cidr)]
            best = max(matching, key=lambda cidr: int(cidr.partition("/")[2]), default=None)
            found = [choice[0].text for choice, piece in pieces if address in piece]
            assert found == ([best] if best and address in addresses else [])
