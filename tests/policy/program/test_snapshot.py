from dataclasses import replace

from policy.egress.judging.proof import prove
from policy.egress.network import build
from policy.egress.program.snapshot import UNKNOWN, Outside, Ref, Registration, Snapshot, Unknown
from tests.policy.build import Program, lab, made


def snapshot(*registrations):
    return Snapshot(registrations)


def test_a_known_id_leads_to_the_resource_that_has_it():
    program = Program()
    vpc = program.vpc()
    program.subnet("s", vpc, "10.0.0.0/24")
    subnet = Snapshot(program.registrations).of("subnet")[0]
    assert subnet.link("vpcId", {"vpc"}) == Ref((vpc.urn,))


def test_an_unknown_id_leads_to_the_one_resource_of_its_kind_among_its_dependencies():
    program = Program(preview=True)
    vpc = program.vpc()
    program.subnet("s", vpc, "10.0.0.0/24")
    subnet = Snapshot(program.registrations).of("subnet")[0]
    assert subnet.link("vpcId", {"vpc"}) == Ref((vpc.urn,))
    assert isinstance(subnet.link("vpcId", {"tgw"}), Unknown)


def test_an_unknown_id_with_two_such_dependencies_may_be_either():
    program = Program(preview=True)
    one, two = program.vpc("one"), program.vpc("two")
    both = {"vpcId": frozenset({one.urn, two.urn})}
    odd = Registration("urn::odd", "aws:ec2/subnet:Subnet", "odd", {"vpcId": UNKNOWN}, both)
    link = snapshot(*program.registrations, odd).of("subnet")[0].link("vpcId", {"vpc"})
    assert isinstance(link, Ref)
    assert set(link.keys) == {one.urn, two.urn}


def test_an_id_that_came_by_another_resources_reference_is_followed():
    program = Program(preview=True)
    vpc = program.vpc()
    subnet = program.subnet("s", vpc, "10.0.0.0/24")
    table = Registration(
        "urn::t", "aws:ec2/routeTable:RouteTable", "t", {"vpcId": UNKNOWN}, {"vpcId": frozenset({subnet.urn})}
    )
    resource = snapshot(*program.registrations, table).of("route-table")[0]
    assert resource.link("vpcId", {"vpc"}) == Ref((vpc.urn,))


def test_a_known_id_that_nothing_has_is_outside():
    program = Program()
    vpc = program.vpc()
    odd = Registration(
        "urn::odd", "aws:ec2/subnet:Subnet", "odd", {"vpcId": "vpc-elsewhere"}, {"vpcId": frozenset({vpc.urn})}
    )
    assert snapshot(*program.registrations, odd).of("subnet")[0].link("vpcId", {"vpc"}) == Outside("vpc-elsewhere")


def test_the_same_thing_read_twice_is_one():
    one = Registration("urn::a", "aws:ec2/vpc:Vpc", "a", {}, {}, "vpc-1")
    again = Registration("urn::b", "aws:ec2/vpc:Vpc", "b", {}, {}, "vpc-1")
    found = snapshot(one, again)
    assert [resource.name for resource in found.of("vpc")] == ["a"]
    assert found.get("urn::b") is found.of("vpc")[0]


def test_violations_read_the_same_in_whatever_order_resources_were_registered():
    """work -> igw      8.8.8.0/24 and 9.9.9.0/24"""
    program = lab()
    for block in ("8.8.8.0/24", "9.9.9.0/24"):
        program.route(made(program, "work", "RouteTable"), block, gatewayId=made(program, "igw"))
    there, back = (
        [v.message for v in prove(build(order))] for order in (program.registrations, program.registrations[::-1])
    )
    assert there == back


def untold(program, *names):
    """Up as the engine tells a pack of it: these resources' own ids are left out."""
    return [replace(each, id=None) if each.name in names else each for each in program.registrations]


def test_an_endpoint_id_that_the_firewall_does_not_list_is_not_its_own_whatever_it_depends_on():
    """work -> vpce-of-nobody      8.8.8.0/24, worked out from the firewall's state"""
    program = lab()
    route = program.route(made(program, "work", "RouteTable"), "8.8.8.0/24", vpcEndpointId="vpce-of-nobody")
    read = [
        replace(each, dependencies={"vpcEndpointId": frozenset({made(program, "fw").urn})})
        if each.urn == route.urn
        else each
        for each in untold(program, "fw")
    ]
    (resource,) = [each for each in Snapshot(read).of("route") if each.key == route.urn]
    assert resource.link("vpcEndpointId", {"firewall"}) == Outside("vpce-of-nobody")
    found = {(v.policy, v.verdict.value) for v in prove(build(read))}
    assert ("egress-through-firewall", "undecided") in found


def test_a_known_id_is_one_of_those_that_do_not_tell_theirs():
    program = lab()
    other = program.add("ec2/natGateway:NatGateway", "other", subnetId=made(program, "public", "Subnet"))
    nats = {made(program, "nat").urn, other.urn}
    odd = Registration(
        "urn::odd", "aws:ec2/route:Route", "odd", {"natGatewayId": "nat-2"}, {"natGatewayId": frozenset(nats)}
    )
    for names, meant in ((("nat", "other"), nats), (("nat",), {made(program, "nat").urn})):
        link = Snapshot([*untold(program, *names), odd]).of("route")[0].link("natGatewayId", {"nat-gateway"})
        assert isinstance(link, Ref)
        assert set(link.keys) == meant
    link = Snapshot([*program.registrations, odd]).of("route")[0].link("natGatewayId", {"nat-gateway"})
    assert link == Outside("nat-2")
