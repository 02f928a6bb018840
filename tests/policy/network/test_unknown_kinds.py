"""What a resource is where the property that says so is known only after `up`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policy.egress.program.snapshot import UNKNOWN
from tests.policy.build import Program, lab, made
from tests.policy.judging.test_foreign_spokes import OFF, attach, hub, route


@pytest.mark.parametrize(
    ("mode", "placed", "regional"),
    [
        ("regional", False, True),
        ("zonal", True, False),
        (None, True, False),
        (UNKNOWN, True, False),
        (UNKNOWN, False, True),
    ],
)
def test_a_nat_gateway_without_a_subnet_is_regional_and_one_with_it_is_not(mode, placed, regional):
    program = lab()
    vpc, public = made(program, "vpc"), made(program, "public", "Subnet")
    where = {"subnetId": public} if placed else {"vpcId": vpc}
    nat = program.add("ec2/natGateway:NatGateway", "other", **where, **({"availabilityMode": mode} if mode else {}))
    found = program.network().nats[nat.urn]
    assert (found.table is not None, found.subnets, found.vpc) == (regional, () if regional else (public.urn,), vpc.urn)


@pytest.mark.parametrize(
    ("asked", "has"),
    [
        ({}, False),
        ({"ipv6Native": True}, True),
        ({"ipv6IpamPoolId": "ipam-pool-1"}, True),
        ({"ipv6CidrBlock": UNKNOWN}, True),
        ({"ipv6CidrBlock": "2600:1f18:0:1::/64"}, True),
    ],
)
def test_a_subnet_has_ipv6_addresses_where_it_asks_for_them_or_may_get_them(asked, has):
    program = Program()
    vpc = program.vpc("dual", "10.9.0.0/16", ipv6CidrBlock="2600:1f18::/56")
    subnet = program.subnet("work", vpc, "10.9.0.0/24", **asked)
    assert bool(program.network().subnets[subnet.urn].cidrs.v6) is has


@pytest.mark.parametrize(("hangs", "kinds"), [(True, ["blackhole", "attachment"]), (False, ["attachment"])])
def test_a_gateway_s_route_may_be_a_blackhole_where_that_hangs_on_another_resource(hangs, kinds):
    program, tgw, table = hub(**OFF)
    route(program, table, attach(program, tgw), "10.50.0.0/16")
    each = program.registrations[-1]
    others = {"blackhole": frozenset({tgw.urn})} if hangs else {}
    program.registrations[-1] = replace(
        each, properties={**each.properties, "blackhole": UNKNOWN}, dependencies={**each.dependencies, **others}
    )
    (found,) = program.network().transit_tables[table.urn].routes
    assert [target.kind for target in found.targets] == kinds
