"""The order of routes, held to AWS's documented examples."""

from __future__ import annotations

import ipaddress

from tests.oracle.records import BY_VPC, BY_VPN, PREFIX_LIST, PROPAGATED, Route
from tests.oracle.routes import winners

ip, net = ipaddress.ip_address, ipaddress.ip_network


def best(routes: list[Route], address: str) -> list[str]:
    return [route.target for route in winners(routes, ip(address))]


def test_longest_prefix_then_static_then_list_then_propagated() -> None:
    routes = [
        Route(net("10.1.0.0/16"), "nat", "propagated", PROPAGATED),
        Route(net("10.1.0.0/16"), "nat", "listed", PREFIX_LIST),
        Route(net("10.0.0.0/8"), "nat", "wide"),
    ]
    assert best(routes, "10.1.2.3") == ["listed"]
    assert best([*routes, Route(net("10.1.0.0/16"), "nat", "own")], "10.1.2.3") == ["own"]
    assert best(routes, "10.2.2.3") == ["wide"]
    assert best(routes, "11.0.0.1") == []


def test_local_beats_a_longer_propagated_route_but_not_a_longer_static_one() -> None:
    local = Route(net("10.0.0.0/16"), "local", "vpc")
    assert best([local, Route(net("10.0.1.0/24"), "gateway", "vgw", PROPAGATED)], "10.0.1.9") == ["vpc"]
    assert best([local, Route(net("10.0.1.0/24"), "endpoint", "vpce")], "10.0.1.9") == ["vpce"]


def test_a_static_route_as_long_as_local_replaces_it_and_a_shorter_one_over_two_touching_ranges_does_not() -> None:
    locals_ = [Route(net(cidr), "local", "vpc") for cidr in ("10.0.0.0/16", "10.1.0.0/16")]
    assert best([*locals_, Route(net("10.0.0.0/15"), "endpoint", "vpce")], "10.1.0.9") == ["vpc"]
    assert best([*locals_, Route(net("10.1.0.0/16"), "endpoint", "vpce")], "10.1.0.9") == ["vpce"]


def test_a_gateways_longer_propagated_routes_beat_its_static_one_over_both() -> None:
    propagated = [Route(net(cidr), "attachment", "spoke", BY_VPC) for cidr in ("10.2.0.0/16", "10.3.0.0/16")]
    assert best([*propagated, Route(net("10.2.0.0/15"), "attachment", "inspection")], "10.3.0.9") == ["spoke"]


def test_what_a_vpc_propagates_beats_what_a_vpn_does() -> None:
    routes = [Route(net("10.1.0.0/16"), "attachment", kind, rank) for kind, rank in (("vpn", BY_VPN), ("vpc", BY_VPC))]
    assert best(routes, "10.1.0.9") == ["vpc"]


def test_between_two_prefix_lists_with_the_same_range_aws_chooses() -> None:
    routes = [Route(net("10.1.0.0/16"), "nat", name, PREFIX_LIST) for name in ("one", "other")]
    assert best(routes, "10.1.0.9") == ["one", "other"]
