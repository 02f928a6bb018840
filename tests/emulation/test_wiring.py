"""What is built of a plan: every line is one of AWS's rules about routes."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network

from emulation.plan import (
    LOCAL,
    Attachment,
    Endpoint,
    Gateway,
    Group,
    Host,
    Permission,
    Plan,
    Rank,
    Route,
    Subnet,
    Table,
    TransitTable,
    Vpc,
)
from emulation.wiring import wire
from emulation.wiring.spaces import LOCAL_TABLE, Space, Wiring

ANY, OWN, WORK = ip_network("0.0.0.0/0"), ip_network("10.0.0.0/16"), ip_network("10.0.0.0/24")


def built(plan: Plan) -> Wiring:
    return wire(plan, lambda end: f"{end.kind} {end.id}")


def one_vpc(*routes: Route, **more: object) -> Plan:
    return Plan(
        vpcs={"vpc": Vpc("vpc", (OWN,))},
        subnets={"work": Subnet("work", "vpc", "a", (WORK,), "table"), "fire": Subnet("fire", "vpc", "a", (), "plain")},
        tables={"table": Table("table", "vpc", (Route(OWN, LOCAL), *routes)), "plain": Table("plain", "vpc")},
        hosts={"host": Host("host", "work", (WORK,))},
        **more,
    )


def test_security_groups_stand_at_the_instances_port_and_members_of_a_group_are_peers_by_address() -> None:
    ssh, out = Permission("tcp", (22, 22), (), ("bastion",)), Permission("-1", None, (ANY,))
    plan = one_vpc(groups={"open": Group("open", (ssh,), (out,)), "bastion": Group("bastion", (), (out,))})
    hosts = {
        "one": Host("one", "work", (ip_network("10.0.0.4/32"),), ("open",)),
        "other": Host("other", "work", (ip_network("10.0.0.5/32"),), ("bastion",)),
    }
    wiring = wire(replace(plan, hosts=hosts), lambda end: f"{end.kind} {end.id}", alive=True)
    text, _ = wiring.spaces["vpc"].filters
    port = host_port(wiring, "one")
    assert f"iif {port} jump out0" in text
    assert f"oif {port} jump in0" in text
    enter = text.partition("chain in0 {")[2].partition("}")[0]
    assert "ip saddr 10.0.0.5/32 tcp dport 22-22 ct mark set ct mark | 2 return" in enter
    assert enter.rstrip().endswith("drop")
    leave = text.partition("chain out0 {")[2].partition("}")[0]
    assert f"ip daddr {ANY} ct mark set ct mark | 1 return" in leave
    # The second one's group lets nothing in.
    assert "saddr 10.0.0.4" not in text


def in_table(space: Space, port: str, to: str) -> list[str]:
    """The routes for a destination where packets that come in by a port are looked up."""
    rule = next(rule for rule in space.rules[4] if f"iif {port} " in rule)
    table = rule.rpartition(" ")[2]
    return [route for route in space.routes[4] if f" {to} " in route and f" table {table} " in route]


def host_port(wiring: Wiring, host: str) -> str:
    return next(near.name for near, far in wiring.links if far in wiring.ends and wiring.ends[far].id == host)


def test_local_is_left_to_the_table_of_the_vpcs_own_addresses() -> None:
    wiring = built(one_vpc())
    vpc = wiring.spaces["vpc"]
    assert [route.split()[2] for route in in_table(vpc, host_port(wiring, "host"), str(OWN))] == ["throw"]
    assert any(str(WORK) in route and f"table {LOCAL_TABLE}" in route for route in vpc.routes[4])


def test_static_beats_local_and_local_beats_a_prefix_list_of_the_same_length() -> None:
    wiring = built(
        one_vpc(
            Route(OWN, "listed", Rank.PREFIX_LIST),
            Route(OWN, "vpce", Rank.STATIC),
            endpoints={"vpce": Endpoint("vpce", "fire")},
        )
    )
    found = in_table(wiring.spaces["vpc"], host_port(wiring, "host"), str(OWN))
    metrics = sorted((int(route.rpartition(" ")[2]), route.split()[2] == "throw") for route in found)
    assert metrics == [(10, False), (15, True), (20, False)]


def test_a_propagated_route_inside_local_is_no_route() -> None:
    wiring = built(
        one_vpc(
            Route(WORK, "vgw", Rank.BY_VPC),
            Route(ip_network("192.168.0.0/16"), "vgw", Rank.BY_VPC),
            gateways={"vgw": Gateway("vgw", "premises", "vpc")},
        )
    )
    vpc, port = wiring.spaces["vpc"], host_port(wiring, "host")
    assert in_table(vpc, port, str(WORK)) == []
    assert len(in_table(vpc, port, "192.168.0.0/16")) == 1


def test_what_an_internet_gateway_of_another_vpc_is_asked_for_is_dropped() -> None:
    plan = one_vpc(Route(ANY, "igw"), gateways={"igw": Gateway("igw", "internet", "elsewhere")})
    wiring = built(plan)
    (route,) = in_table(wiring.spaces["vpc"], host_port(wiring, "host"), str(ANY))
    assert "blackhole" in route


def test_an_id_that_nothing_has_leads_out_of_sight() -> None:
    wiring = built(one_vpc(Route(ANY, "pcx-elsewhere")))
    (route,) = in_table(wiring.spaces["vpc"], host_port(wiring, "host"), str(ANY))
    assert "blackhole" not in route
    assert ("elsewhere", "pcx-elsewhere") in wiring.ends.values()


def test_appliance_mode_picks_the_zone_by_a_mark_and_no_mark_is_nought() -> None:
    """To the kernel, a rule for mark 0 is a rule for every mark."""
    subnets = {name: Subnet(name, "vpc", name[-1], (), "table") for name in ("gate-a", "gate-b")}
    plan = Plan(
        vpcs={"vpc": Vpc("vpc", (OWN,))},
        subnets=subnets,
        tables={"table": Table("table", "vpc")},
        transit_gateways=frozenset({"tgw"}),
        transit_tables={"out": TransitTable("out", "tgw", (Route(ANY, "attach"),))},
        attachments={
            "attach": Attachment("attach", "vpc", "tgw", "out", "vpc", {"a": "gate-a", "b": "gate-b"}, appliance=True)
        },
    )
    gateway = built(plan).spaces["tgw"]
    marks = [rule.split("fwmark ")[1].split()[0] for rule in gateway.rules[4]]
    assert sorted(marks) == ["1", "1", "2", "2"]
    ports = {route.split(" dev ")[1].split()[0] for route in gateway.routes[4]}
    assert len(ports) == 2


def test_the_public_addresses_of_hosts_are_mapped_both_ways_and_nothing_else_leaves() -> None:
    plan = one_vpc(
        Route(ANY, "igw"),
        gateways={"igw": Gateway("igw", "internet", "vpc")},
        public={("vpc", ip_address("10.0.0.10")): ip_address("198.51.100.1")},
    )
    (text,) = built(plan).spaces["igw"].nft
    assert "10.0.0.10 : 198.51.100.1" in text
    assert "198.51.100.1 : 10.0.0.10" in text
    assert "policy drop" in text
