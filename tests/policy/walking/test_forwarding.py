from hypothesis import given
from hypothesis import strategies as st

from policy.egress.addresses import ALL, AddressSet
from policy.egress.network.model import LOCAL, PREFIX_LIST, PROPAGATED, STATIC, Route, Table, Target
from policy.egress.walking.forwarding import ForwardingTable


def route(cidr, name, rank=STATIC):
    return Route(tuple(AddressSet.of(cidr).intervals()), (Target("nat-gateway", name),), None, cidr, rank)


def winners(routes, address):
    pieces, _rest = ForwardingTable(Table("t", "t", None, "v", tuple(routes))).look_up(AddressSet.of(address))
    return [each.targets[0].key for choice, _piece in pieces for each in choice]


def test_the_longest_prefix_wins():
    routes = [route("0.0.0.0/0", "all"), route("10.0.0.0/8", "ten"), route("10.1.0.0/16", "ten-one")]
    assert winners(routes, "10.1.2.3") == ["ten-one"]
    assert winners(routes, "10.2.2.3") == ["ten"]
    assert winners(routes, "8.8.8.8") == ["all"]


def test_at_equal_length_static_beats_a_prefix_list_beats_what_was_propagated():
    ranks = [("learned", PROPAGATED), ("list", PREFIX_LIST), ("mine", STATIC)]
    routes = [route("10.0.0.0/8", name, rank) for name, rank in ranks]
    assert winners(routes, "10.1.1.1") == ["mine"]
    assert winners(routes[:2], "10.1.1.1") == ["list"]


def test_the_local_route_beats_more_specific_propagated_ones_but_not_static_ones():
    local = route("10.0.0.0/16", "local", LOCAL)
    assert winners([local, route("10.0.1.0/24", "learned", PROPAGATED)], "10.0.1.1") == ["local"]
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
