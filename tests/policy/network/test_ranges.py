"""Where stand-ins for unknown ranges are put, and what is said of them."""

from dataclasses import replace

import pytest

from policy.egress.addresses import INTERNET, NOWHERE, AddressSet, interval
from policy.egress.judging.proof import prove
from policy.egress.network import build
from policy.egress.network.unwritten import Unwritten
from policy.egress.program.snapshot import UNKNOWN
from tests.policy.build import Program, lab, made


def pooled(*, pool=("10.64.0.0/12",), source=None, by_id=False, routes=(), more=()):
    """A VPC whose range comes from a pool, beside a known one in 10.66.0.0/16 with some routes."""
    program = Program(preview=True)
    outer = None
    if source is not None:
        outer = program.add("ec2/vpcIpamPool:VpcIpamPool", "outer", addressFamily="ipv4")
        program.add("ec2/vpcIpamPoolCidr:VpcIpamPoolCidr", "outer-0", ipamPoolId=outer, cidr=source)
    made = program.add("ec2/vpcIpamPool:VpcIpamPool", "pool", addressFamily="ipv4", sourceIpamPoolId=outer)
    for n, cidr in enumerate(pool):
        length = {"netmaskLength": 12} if cidr is UNKNOWN else {}
        program.add("ec2/vpcIpamPoolCidr:VpcIpamPoolCidr", f"pool-{n}", ipamPoolId=made, cidr=cidr, **length)
    for n, cidr in enumerate(more):
        other = program.add("ec2/vpcIpamPool:VpcIpamPool", f"more-{n}", addressFamily="ipv4")
        program.add("ec2/vpcIpamPoolCidr:VpcIpamPoolCidr", f"more-{n}-0", ipamPoolId=other, cidr=cidr)
    vpc = program.add(
        "ec2/vpc:Vpc", "spoke", cidrBlock=UNKNOWN, ipv4IpamPoolId="ipam-pool-1" if by_id else made, ipv4NetmaskLength=16
    )
    program.subnet("work", vpc, UNKNOWN)
    table = program.table("other", program.vpc("other", "10.66.0.0/16"))
    for cidr in routes:
        program.route(table, cidr, transitGatewayId="tgw-1")
    return program.network(), vpc.urn


@pytest.mark.parametrize(
    ("routes", "inside"),
    [
        ([], [[]]),
        (["0.0.0.0/0"], [[]]),
        (["10.0.0.0/8"], [["10.0.0.0/8", "10.64.0.0/12"]]),
        (["10.0.0.0/8", "10.66.1.0/24"], [["10.0.0.0/8", "10.64.0.0/12"]]),
        (["10.64.0.0/14"], [["10.64.0.0/14", "10.64.0.0/12"], []]),
        (["10.64.0.0/13", "10.72.0.0/13"], [["10.64.0.0/13"], ["10.72.0.0/13"]]),
        (["0.0.0.0/1", "128.0.0.0/1"], [["0.0.0.0/1", "10.64.0.0/12"]]),
        (["10.66.0.0/16", "192.168.0.0/16", "10.64.1.7/32"], [[]]),
    ],
)
def test_a_range_from_a_pool_stands_once_wherever_prefixes_treat_the_pool_alike(routes, inside):
    network, vpc = pooled(routes=routes)
    blocks = network.vpcs[vpc].blocks
    assert len(blocks) == len(inside)
    for block, prefixes in zip(blocks, inside, strict=True):
        assert all(AddressSet(block) <= AddressSet.of(prefix) for prefix in prefixes)
        assert not AddressSet(block) & (AddressSet.of("10.66.0.0/16") | INTERNET)
        assert (AddressSet(block) <= NOWHERE) == (not prefixes)
    assert bool(next(iter(network.subnets.values())).vague) == (len(inside) > 1)


@pytest.mark.parametrize(
    ("given", "least"),
    [
        ({"pool": [UNKNOWN], "source": "10.0.0.0/9"}, ["10.0.0.0/9"]),
        ({"pool": [], "source": "10.0.0.0/9"}, ["10.0.0.0/9"]),
        ({"pool": ["10.0.0.0/12", "10.16.0.0/12"]}, ["10.0.0.0/12", "10.16.0.0/12"]),
        ({"pool": ["10.0.0.0/9"], "more": ["10.0.0.0/10", "10.64.0.0/11"]}, ["10.96.0.0/11"]),
    ],
)
def test_a_pool_is_what_its_source_leaves_it_and_it_leaves_to_others(given, least):
    network, vpc = pooled(routes=["10.0.0.0/8"], **given)
    for block, prefix in zip(network.vpcs[vpc].blocks, least, strict=True):
        assert AddressSet(block) <= AddressSet.of(prefix)


def test_a_range_of_a_pool_in_nobodys_sight_may_lie_under_any_private_prefix_and_under_none():
    network, vpc = pooled(pool=[], by_id=True, routes=["10.0.0.0/8", "8.8.8.0/24", "172.16.0.0/16"])
    one, two, nowhere = (AddressSet(block) for block in network.vpcs[vpc].blocks)
    assert one <= AddressSet.of("10.0.0.0/8")
    assert two <= AddressSet.of("172.16.0.0/16")
    assert nowhere <= NOWHERE


def test_stand_ins_stay_apart_and_subnets_inside_their_vpc():
    program = Program(preview=True)
    pool = program.add("ec2/vpcIpamPool:VpcIpamPool", "pool", addressFamily="ipv4")
    program.add("ec2/vpcIpamPoolCidr:VpcIpamPoolCidr", "block", ipamPoolId=pool, cidr="10.0.0.0/8")
    program.route(program.table("t", program.vpc("other", "10.9.0.0/16")), "10.0.0.0/8", transitGatewayId="tgw-1")
    for n in range(40):
        vpc = program.add("ec2/vpc:Vpc", f"v{n}", cidrBlock=UNKNOWN, ipv4IpamPoolId=pool if n % 2 else "ipam-pool-1")
        for k in range(6):
            program.subnet(f"s{n}-{k}", vpc, UNKNOWN)
    network = program.network()
    taken = AddressSet()
    for vpc in network.vpcs.values():
        assert not vpc.cidrs & taken
        taken |= vpc.cidrs
        mine = [subnet.cidrs for subnet in network.subnets.values() if subnet.vpc == vpc.key]
        assert AddressSet.union(mine) <= vpc.cidrs
        assert sum(end - start for own in mine for start, end in own.intervals()) == sum(
            end - start for start, end in AddressSet.union(mine).intervals()
        )


def test_what_a_pool_that_is_its_own_source_holds_nobody_knows():
    program = Program(preview=True)
    program.add("ec2/vpcIpamPool:VpcIpamPool", "pool", sourceIpamPoolId="pool-id")
    registered = [type(r)(r.urn, r.type, r.name, r.properties, {}, "pool-id") for r in program.registrations]
    program.registrations = registered
    program.add("ec2/vpc:Vpc", "v", cidrBlock=UNKNOWN, ipv4IpamPoolId="pool-id")
    assert [found for found in prove(program.network()) if found.level == "mandatory"] == []


def test_a_set_that_would_end_where_a_hidden_range_does_is_shown_with_it_or_not_at_all():
    secret = AddressSet.of("10.7.0.0/16")
    unwritten = Unwritten((), frozenset({"10.7.0.0/16"}))
    assert unwritten.shown(AddressSet.of("10.0.0.0/8")) == AddressSet.of("10.0.0.0/8")
    assert unwritten.shown(AddressSet.of("10.0.0.0/8") - secret) == AddressSet.of("10.0.0.0/8")
    assert unwritten.shown(AddressSet.of("10.6.0.0/16")) == AddressSet()
    assert unwritten.shown(AddressSet.of("10.7.3.0/24")) == AddressSet()
    assert unwritten.shown(AddressSet.of("10.9.0.0/16")) == AddressSet.of("10.9.0.0/16")
    assert not unwritten.open(AddressSet.of("10.0.0.0/8")) & secret


def test_ranges_that_are_not_known_are_named_by_their_owners_all_of_a_vpc_as_one():
    vpc, subnets = (1000, 2000), [(1000, 1100), (1100, 1200)]
    owners = ((vpc, "spoke"), (subnets[0], "a"), (subnets[1], "b"), ((5000, 6000), "other"))
    start = interval("10.0.0.0/8")[0]
    unwritten = Unwritten(tuple(((start + s, start + e), name) for (s, e), name in owners))

    def named(*blocks):
        return unwritten.owners_of(AddressSet.of_intervals((start + s, start + e) for s, e in blocks))

    assert named(vpc) == ["spoke"]
    assert named(subnets[1]) == ["b"]
    assert named(*subnets) == ["a", "b"]
    assert named((1010, 1020), (5500, 5501)) == ["a", "other"]
    assert named((0, 10_000)) == ["spoke", "other"]
    assert named((1500, 1501)) == ["spoke"]
    assert named((3000, 4000)) == []


def test_a_secret_id_leads_where_it_does_and_is_never_written():
    program = lab()
    secret = "tgw-0123456789abcdef0"
    route = program.route(made(program, "work", "RouteTable"), "8.8.8.0/24", transitGatewayId=secret)
    read = [
        replace(r, secrets=frozenset({secret, "short"})) if r.urn == route.urn else r for r in program.registrations
    ]
    (violation,) = [v for v in prove(build(read)) if v.policy == "egress-through-firewall"]
    assert violation.verdict.value == "undecided"
    assert secret not in repr(violation)
    assert "a secret id" in violation.message


def test_places_too_small_for_all_leave_every_range_the_largest_and_none_without():
    program = Program(preview=True)
    pool = program.add("ec2/vpcIpamPool:VpcIpamPool", "pool", addressFamily="ipv4")
    program.add("ec2/vpcIpamPoolCidr:VpcIpamPoolCidr", "block", ipamPoolId=pool, cidr="10.0.0.0/8")
    table = program.table("t", program.vpc("other", "172.16.0.0/16"))
    small = [f"10.200.{n}.0/28" for n in range(200)]
    for cidr in ("10.0.0.0/8", *small):
        program.route(table, cidr, transitGatewayId="tgw-1")
    for n in range(60):
        program.add("ec2/vpc:Vpc", f"v{n}", cidrBlock=UNKNOWN, ipv4IpamPoolId=pool)
    spokes = [vpc for vpc in program.network().vpcs.values() if vpc.name != "other"]
    rest = AddressSet.of("10.0.0.0/8") - AddressSet.of(*small)
    assert all(vpc.cidrs & rest and vpc.cidrs <= AddressSet.of("10.0.0.0/8") for vpc in spokes)
    spoken_for = AddressSet.union(vpc.cidrs for vpc in spokes)
    assert all(spoken_for & AddressSet.of(cidr) for cidr in small)
