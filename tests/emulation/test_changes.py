"""What a network that stands is told when the account changes, and when it has to be built anew."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

from emulation.changes import Change, rewired
from emulation.plan import LOCAL, Acl, Endpoint, Host, Plan, Route, Table
from tests.emulation.test_wiring import ANY, OWN, one_vpc

OTHER = ip_network("203.0.113.0/24")


def with_routes(*routes: Route) -> Plan:
    return one_vpc(*routes, endpoints={"vpce": Endpoint("vpce", "fire")})


def test_the_same_is_no_change() -> None:
    assert not rewired(one_vpc(), one_vpc())


def test_a_route_is_added_before_the_one_that_it_replaces_goes() -> None:
    change = rewired(with_routes(Route(ANY, "vpce")), with_routes(Route(OTHER, "vpce")))
    assert change is not None
    lines = change.routing["vpc"][4]
    assert [(line.split()[1], line.split()[2]) for line in lines] == [("append", str(OTHER)), ("del", str(ANY))]
    assert change == Change(routing=change.routing)


def test_a_subnet_that_uses_another_table_has_its_routes() -> None:
    before = with_routes(Route(ANY, "vpce"))
    other = Table("other", "vpc", (Route(OWN, LOCAL),))
    now = replace(
        before,
        tables={**before.tables, "other": other},
        subnets={**before.subnets, "work": replace(before.subnets["work"], table="other")},
    )
    change = rewired(before, now)
    assert change is not None
    assert [line.split()[:3] for line in change.routing["vpc"][4]] == [["route", "del", str(ANY)]]


def test_filters_are_told_whole() -> None:
    before = one_vpc()
    now = replace(
        before,
        acls={"acl": Acl("acl")},
        subnets={**before.subnets, "work": replace(before.subnets["work"], acl="acl")},
    )
    change = rewired(before, now)
    assert change is not None
    assert "delete table inet acls" in change.filters["vpc"]
    assert not change.routing


def test_another_host_is_another_network() -> None:
    before = one_vpc()
    more = Host("more", "work", (ip_network("10.0.0.9/32"),))
    assert rewired(before, replace(before, hosts={**before.hosts, "more": more})) is None
