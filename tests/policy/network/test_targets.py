"""Next hops that are not what they seem."""

import pytest

from policy.egress.judging.proof import prove
from policy.egress.program.snapshot import UNKNOWN, Registration
from tests.policy.build import lab, made


def found(program, policy):
    return {(v.verdict.value, *v.subnet_names) for v in prove(program.network()) if v.policy == policy}


def endpoint(program, kind, **more):
    return program.add(
        "ec2/vpcEndpoint:VpcEndpoint",
        "private",
        vpcId=made(program, "vpc"),
        serviceName="com.amazonaws.vpce.eu-west-1.vpce-svc-1",
        vpcEndpointType=kind,
        subnetIds=[made(program, "public", "Subnet")],
        **more,
    )


def test_an_interface_endpoint_is_no_next_hop():
    """work -> interface endpoint      8.8.8.0/24"""
    program = lab()
    target = endpoint(program, "Interface")
    program.route(made(program, "work", "RouteTable"), "8.8.8.0/24", vpcEndpointId=target)
    assert found(program, "routes-arrive") == {("refuted", "work")}


def test_an_endpoint_of_unknown_type_may_hand_packets_on():
    """work -> endpoint in public -> igw      8.8.8.0/24, unless it is of type Gateway"""
    program = lab()
    target = endpoint(program, UNKNOWN)
    for number, each in enumerate(program.registrations):
        if each.urn == target.urn:
            names = {**each.dependencies, "vpcEndpointType": frozenset({"urn:pulumi:dev::test::random:x:Y::type"})}
            program.registrations[number] = Registration(
                each.urn, each.type, each.name, each.properties, names, each.id
            )
    program.route(made(program, "work", "RouteTable"), "8.8.8.0/24", vpcEndpointId=target)
    assert {name for _verdict, name in found(program, "egress-through-firewall")} >= {"work"}


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_a_nat_gateway_may_be_named_as_a_gateway(preview):
    """work -> public [NAT] -> igw      8.8.8.0/24"""
    program = lab(preview=preview)
    program.route(made(program, "work", "RouteTable"), "8.8.8.0/24", gatewayId=made(program, "nat"))
    (violation,) = [v for v in prove(program.network()) if v.policy == "egress-through-firewall"]
    assert [hop.kind for hop in violation.path] == ["subnet", "nat-gateway", "internet-gateway"]


def test_a_gateway_known_by_id_alone_is_what_its_id_says():
    program = lab()
    program.route(made(program, "work", "RouteTable"), "8.8.8.0/24", gatewayId="nat-0123456789abcdef0")
    (violation,) = [v for v in prove(program.network()) if v.policy == "egress-through-firewall"]
    assert [hop.kind for hop in violation.path] == ["subnet", "nat-gateway"]


@pytest.mark.parametrize(
    ("hops", "told"), [(("natGatewayId",), "natGatewayId of"), (("natGatewayId", "gatewayId"), "the next hop of")]
)
def test_a_next_hop_that_comes_from_nowhere_is_told_by_its_name_where_it_is_the_only_one(hops, told):
    """work -> ?      8.8.8.0/24"""
    program = lab()
    program.route(made(program, "work", "RouteTable"), "8.8.8.0/24", **dict.fromkeys(hops, UNKNOWN))
    (violation,) = [v for v in prove(program.network()) if v.policy == "egress-through-firewall"]
    assert f"because {told} work-to-8.8.8.0/24 is known only after `pulumi up`" in violation.message


def test_a_route_may_go_by_each_next_hop_that_is_not_known_yet():
    """work -> endpoint or igw, as a condition says that nobody knows yet"""
    program = lab(preview=True)
    firewall = program.add("networkfirewall/firewall:Firewall", "one", firewallStatuses=UNKNOWN)
    gateway = made(program, "igw")
    table = made(program, "work", "RouteTable")
    route = program.route(table, "8.8.8.0/24", vpcEndpointId=UNKNOWN, gatewayId=UNKNOWN)
    for number, each in enumerate(program.registrations):
        if each.urn == route.urn:
            names = {"vpcEndpointId": frozenset({firewall.urn}), "gatewayId": frozenset({gateway.urn})}
            names = {**each.dependencies, **names}
            program.registrations[number] = Registration(
                each.urn, each.type, each.name, each.properties, names, each.id
            )
    assert {name for _verdict, name in found(program, "egress-through-firewall")} >= {"work"}
