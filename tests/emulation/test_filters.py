"""What stands at a subnet's and at an instance's ports: network ACLs without state, security groups with."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

from emulation.plan import Acl, Entry, Group, Host, Permission, Plan, Subnet
from emulation.wiring import wire
from emulation.wiring.spaces import Wiring
from tests.emulation.test_wiring import ANY, WORK, host_port, one_vpc

LET_ALL = Entry(allow=True, protocol="-1", peer=ANY)
EVERYTHING = Permission("-1", None, (ANY,))


def with_acl(acl: Acl) -> Wiring:
    plan = one_vpc()
    subnets = {"work": replace(plan.subnets["work"], acl="acl"), "other": Subnet("other", "vpc", "a", (), "plain")}
    return alive(replace(plan, subnets=subnets, acls={"acl": acl}))


def alive(plan: Plan) -> Wiring:
    return wire(plan, lambda end: f"{end.kind} {end.id}", alive=True)


def chain(wiring: Wiring, table: str, name: str) -> list[str]:
    text = next(one for one in wiring.spaces["vpc"].filters if one.startswith(f"table inet {table}"))
    return [line.strip() for line in text.partition(f"chain {name} {{")[2].partition("}")[0].strip().splitlines()]


def test_a_network_acl_is_asked_in_order_both_ways_and_drops_the_rest() -> None:
    narrow = ip_network("203.0.113.0/24")
    acl = Acl("acl", (Entry(allow=False, protocol="6", peer=narrow, ports=(1024, 65535)), LET_ALL), (LET_ALL,))
    wiring = with_acl(acl)
    resolver = [f"ip saddr {one}/32 return" for one in ("10.0.0.2", "169.254.169.253", "169.254.169.254")]
    assert chain(wiring, "acls", "in0") == [
        *resolver,
        "ip saddr 203.0.113.0/24 meta l4proto 6 th dport 1024-65535 drop",
        "ip saddr 0.0.0.0/0 return",
        "drop",
    ]
    assert chain(wiring, "acls", "out0")[-2:] == ["ip daddr 0.0.0.0/0 return", "drop"]
    assert not any("ct state" in text for text in wiring.spaces["vpc"].filters)


def test_nothing_is_filtered_inside_a_subnet() -> None:
    wiring = with_acl(Acl("acl"))
    port = host_port(wiring, "host")
    hook = next(one for one in wiring.spaces["vpc"].filters if "acls" in one).partition("chain pass")[2]
    assert f"iif {{ {port} }} oif != {{ {port} }} jump out0" in hook
    assert f"oif {{ {port} }} iif != {{ {port} }} jump in0" in hook


def test_a_vpcs_own_list_costs_nothing() -> None:
    wiring = with_acl(Acl("acl", (LET_ALL,), (LET_ALL,)))
    assert not any("jump" in text for text in wiring.spaces["vpc"].filters)


def test_icmp_is_told_by_type_and_any_type_by_minus_one() -> None:
    echo, any_type = (Entry(allow=True, protocol="1", peer=ANY, icmp=icmp) for icmp in ((8, 0), (-1, -1)))
    lines = chain(with_acl(Acl("acl", (echo, any_type))), "acls", "in0")
    assert lines[-3:-1] == [
        "ip saddr 0.0.0.0/0 icmp type 8 icmp code 0 return",
        "ip saddr 0.0.0.0/0 meta l4proto 1 return",
    ]


def with_group(group: Group) -> Wiring:
    host = Host("host", "work", (WORK,), ("group",))
    return alive(replace(one_vpc(groups={"group": group}), hosts={"host": host}))


def test_a_tracked_flow_goes_on_by_its_mark_and_an_untracked_one_has_none() -> None:
    tracked = with_group(Group("group", (), (EVERYTHING,)))
    assert chain(tracked, "groups", "out0")[0].endswith("ct direction original ct mark & 1 == 1 return")
    assert chain(tracked, "groups", "out0")[-2:] == ["ip daddr 0.0.0.0/0 ct mark set ct mark | 1 return", "drop"]
    assert chain(tracked, "groups", "in0")[0].endswith("ct direction reply ct mark & 1 == 1 return")

    untracked = with_group(Group("group", (EVERYTHING,), (EVERYTHING,)))
    assert chain(untracked, "groups", "out0") == [
        "ct direction original ct mark set ct mark & 0xfffffffe",
        "ct direction reply ct mark set ct mark & 0xfffffffd",
    ]
