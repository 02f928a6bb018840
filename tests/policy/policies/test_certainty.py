"""What is certain is called so, and what isn't says why, for every resource that there is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policy.egress.judging.proof import prove
from policy.egress.program.snapshot import UNKNOWN
from tests.policy.build import Endpoint, Made, Program, lab, made


def told(program: Program, policy: str) -> set[tuple[str, ...]]:
    return {(each.verdict.value, *each.subnet_names) for each in prove(program.network()) if each.policy == policy}


def one_of(program: Program, name: str, prop: str, *others: Made) -> None:
    """Make a property one of several resources' ids, which of them known after `up`."""
    number = next(n for n, each in enumerate(program.registrations) if each.name == name)
    each = program.registrations[number]
    program.registrations[number] = replace(
        each,
        properties={**each.properties, prop: UNKNOWN},
        dependencies={**each.dependencies, prop: frozenset(other.urn for other in others)},
    )


@pytest.mark.parametrize(("there", "verdict"), [("igw", "refuted"), (None, "undecided")])
def test_s3_that_leaves_by_whichever_table_it_is_leaves_for_certain(there, verdict):
    """work -> igw by one table; by the other -> igw as well, or nowhere"""
    program = lab(preview=True, s3=False)
    vpc, igw = made(program, "vpc"), made(program, "igw")
    one, other = program.table("one", vpc), program.table("other", vpc)
    program.route(one, "0.0.0.0/0", gatewayId=igw)
    if there:
        program.route(other, "0.0.0.0/0", gatewayId=igw)
    one_of(program, "work-0", "routeTableId", one, other)
    assert told(program, "s3-gateway-endpoint") == {(verdict, "work")}


def firewalls(program: Program, **settings: dict[str, object]) -> None:
    vpc = made(program, "vpc")
    for name, more in settings.items():
        subnet = program.subnet(f"{name}-fire", vpc, f"10.0.{100 + len(program.registrations)}.0/28")
        program.add(
            "networkfirewall/firewall:Firewall",
            name,
            vpcId=vpc,
            firewallPolicyArn=made(program, "policy"),
            subnetMappings=[{"subnetId": subnet}],
            firewallStatuses=UNKNOWN,
            **more,
        )


def test_a_firewall_whose_logs_nobody_knows_hides_no_other_one_that_has_none():
    program = lab(preview=True)
    firewalls(program, first={}, second={}, third={})
    for name in ("first", "third"):
        program.add(
            "networkfirewall/loggingConfiguration:LoggingConfiguration",
            f"{name}-logs",
            firewallArn=made(program, name),
            loggingConfiguration=UNKNOWN,
        )
        one_of(program, f"{name}-logs", "loggingConfiguration", made(program, "vpc"))
    found = [each for each in prove(program.network()) if each.policy == "firewall-logs"]
    assert {(each.verdict.value, *each.subnet_names) for each in found} == {
        ("undecided", "first"),
        ("refuted", "second"),
        ("undecided", "third"),
    }
    assert {each.urn for each in found} == {made(program, name).urn for name in ("first", "second", "third")}


def test_protections_that_are_off_are_told_apart_from_those_that_nobody_knows():
    program = lab()
    firewalls(program, guarded={"deleteProtection": True, "subnetChangeProtection": UNKNOWN})
    one_of(program, "guarded", "subnetChangeProtection", made(program, "vpc"))
    found = {
        each.verdict.value: each.message.splitlines()[0]
        for each in prove(program.network())
        if each.policy == "firewall-protected" and each.subnet_names == ("guarded",)
    }
    assert found == {
        "refuted": "guarded is not guarded by policy change protection.",
        "undecided": "guarded: cannot be proven, because subnet change protection of guarded is known only after"
        " `pulumi up`.",
    }


def peered() -> tuple[Program, Made, Made, Made]:
    """Two peered VPCs before `up`, with a workload each: program, sender's VPC, receiver's VPC, peering."""
    program = Program(preview=True)
    here, there = program.vpc("here", "10.1.0.0/16"), program.vpc("there", "10.2.0.0/16")
    program.subnet("sender", here, "10.1.0.0/24")
    program.subnet("receiver", there, "10.2.0.0/24")
    token = "ec2/vpcPeeringConnection:VpcPeeringConnection"
    return program, here, there, program.add(token, "peering", vpcId=here, peerVpcId=there, autoAccept=True)


@pytest.mark.parametrize(("to", "verdict"), [("10.2.0.0/24", "refuted"), ("10.2.4.0/22", "undecided")])
def test_a_subnet_whose_range_nobody_knows_hides_no_other_one_that_is_reached(to, verdict):
    """sender -> peering -> receiver, or what may be the range of hidden"""
    program, here, there, peering = peered()
    program.subnet("hidden", there, UNKNOWN)
    one_of(program, "hidden", "cidrBlock", there)
    program.route(program.table("sender", here, made(program, "sender")), to, vpcPeeringConnectionId=peering)
    assert told(program, "east-west-through-firewall") == {(verdict, "sender")}


@pytest.mark.parametrize(("other", "verdict"), [("around", "refuted"), ("through", "undecided"), ("", "undecided")])
def test_another_vpc_is_reached_for_certain_where_both_tables_lead_there_around_the_firewall(other, verdict):
    """sender -> peering -> receiver by one table; by the other as well, or through the firewall, or nowhere"""
    program, here, _there, peering = peered()
    fire = program.subnet("fire", here, "10.1.1.0/28")
    firewall = program.firewall(here, fire)
    program.route(program.table("fire", here, fire), "10.2.0.0/16", vpcPeeringConnectionId=peering)
    one, two = program.table("one", here), program.table("two", here)
    program.route(one, "10.2.0.0/16", vpcPeeringConnectionId=peering)
    if other == "around":
        program.route(two, "10.2.0.0/16", vpcPeeringConnectionId=peering)
    if other == "through":
        program.route(two, "10.2.0.0/16", vpcEndpointId=Endpoint(firewall, fire))
    program.table("sender", here, made(program, "sender"))
    one_of(program, "sender-0", "routeTableId", one, two)
    assert told(program, "east-west-through-firewall") == {(verdict, "sender")}


def test_a_loop_that_is_certain_is_told_before_one_that_may_be():
    """fire [firewall] -> fire for 8.8.8.0/24, and for a range that nobody knows"""
    program = lab(preview=True)
    endpoint = Endpoint(made(program, "fw"), made(program, "fire", "Subnet"))
    table = made(program, "fire", "RouteTable")
    program.route(table, "8.8.8.0/24", vpcEndpointId=endpoint)
    pool = program.add("ec2/vpcIpam:VpcIpam", "pool")
    program.add("ec2/route:Route", "unknown", routeTableId=table, destinationCidrBlock=pool, vpcEndpointId=endpoint)
    assert ("refuted", "work") in told(program, "routes-arrive")


def test_what_goes_round_by_one_of_the_endpoints_that_a_route_may_name_is_not_lost():
    """work -> fire-a [firewall] or fire-b [firewall], and fire-b has the table of work"""
    program = Program(preview=True)
    vpc = program.vpc()
    work = program.subnet("work", vpc, "10.0.0.0/24")
    fires = [program.subnet(f"fire-{zone}", vpc, f"10.0.{n + 1}.0/28", zone) for n, zone in enumerate("ab")]
    firewall = program.firewall(vpc, *fires)
    program.route(program.table("shared", vpc, work, fires[1]), "0.0.0.0/0", vpcEndpointId=firewall)
    assert ("refuted", "work") not in told(program, "routes-arrive")


def test_hosts_that_nat64_reaches_are_known_by_their_ipv4_range():
    """work -> NAT64 -> peering -> there, whose IPv6 range nobody knows"""
    program = Program(preview=True)
    home = program.vpc("home", "10.1.0.0/16")
    there = program.vpc("there", "10.0.0.0/16", assignGeneratedIpv6CidrBlock=True, ipv6CidrBlock=UNKNOWN)
    work = program.subnet("work", home, "10.1.0.0/24", ipv6CidrBlock="2600:1f18:1::/64")
    public = program.subnet("public", home, "10.1.1.0/28")
    program.subnet("called", there, "10.0.0.0/24", ipv6CidrBlock=there)
    nat = program.add("ec2/natGateway:NatGateway", "nat", subnetId=public, connectivityType="public")
    peering = program.add("ec2/vpcPeeringConnection:VpcPeeringConnection", "peering", vpcId=home, peerVpcId=there)
    table = program.table("work", home, work)
    program.route(table, "64:ff9b::/96", natGatewayId=nat)
    # Where IPv6 is divided, a range of it may lie on either side.
    program.route(table, "2a00:1450::/32", vpcPeeringConnectionId=peering)
    program.route(program.table("public", home, public), "10.0.0.0/16", vpcPeeringConnectionId=peering)
    assert told(program, "east-west-through-firewall") >= {("refuted", "work")}
