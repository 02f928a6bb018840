"""Every policy on the smallest network that it allows, denies, and can't decide on."""

import importlib
from dataclasses import replace
from pkgutil import iter_modules

import pytest

from policy.egress import policies
from policy.egress.judging.config import Config
from policy.egress.judging.finding import Verdict
from policy.egress.judging.proof import prove
from policy.egress.policies import POLICIES
from policy.egress.program.snapshot import UNKNOWN
from tests.policy.build import SOUND_POLICY, Program, lab, made


def verdicts(program, config=None):
    return {(v.policy, v.verdict.value, *sorted(v.subnet_names)) for v in prove(program.network(), config)}


def mandatory(program):
    return {found for found in verdicts(program) if POLICIES[found[0]].level == "mandatory"}


def test_every_module_with_a_policy_is_told():
    modules = [importlib.import_module(f"{policies.__name__}.{each.name}") for each in iter_modules(policies.__path__)]
    declared = {module.POLICY.name: module.POLICY for module in modules if hasattr(module, "POLICY")}
    assert declared == POLICIES
    assert {name.replace("-", "_") for name in declared} <= {each.name for each in iter_modules(policies.__path__)}


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_the_lab_is_proven(preview):
    assert mandatory(lab(preview=preview)) == set()


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_a_route_past_the_firewall_is_refused_with_path_example_and_fix(preview):
    """work -> igw      8.8.8.0/24"""
    program = lab(preview=preview)
    program.route(made(program, "work", "RouteTable"), "8.8.8.0/24", gatewayId=made(program, "igw"))
    (found,) = [v for v in prove(program.network()) if v.level == "mandatory"]
    assert (found.policy, found.verdict) == ("egress-through-firewall", Verdict.REFUTED)
    assert (found.example, str(found.addresses)) == ("8.8.8.8", "8.8.8.0/24")
    assert [hop.kind for hop in found.path] == ["subnet", "internet-gateway"]
    assert "work reaches the internet around the firewall." in found.message
    assert "Fix: Send 8.8.8.0/24 in work to the firewall endpoint" in found.message
    assert found.message.endswith("More: egress-proof rule egress-through-firewall")


def test_a_next_hop_outside_the_program_is_undecided_until_config_vouches_for_it():
    program = lab()
    program.route(made(program, "work", "RouteTable"), "8.8.8.0/24", transitGatewayId="tgw-elsewhere")
    assert ("egress-through-firewall", "undecided", "work") in mandatory(program)
    trusting = Config.parse({"egress-through-firewall": {"trusted": ["tgw-elsewhere"]}})
    assert all(POLICIES[found[0]].level == "advisory" for found in verdicts(program, trusting))


def test_replies_from_behind_the_firewall_out_of_sight_are_undecided_until_config_vouches_for_them():
    """work -> fire [firewall] -> nat-0123456789abcdef0 (?)"""
    program = lab()
    (way_out,) = [n for n, r in enumerate(program.registrations) if r.properties.get("natGatewayId")]
    old = program.registrations[way_out]
    program.registrations[way_out] = replace(
        old, properties={**old.properties, "natGatewayId": "nat-0123456789abcdef0"}, dependencies={}
    )
    assert ("symmetric-return", "undecided", "work") in mandatory(program)
    trusting = Config.parse({"symmetric-return": {"trusted": ["nat-0123456789abcdef0"]}})
    assert "symmetric-return" not in {found[0] for found in verdicts(program, trusting)}


def test_on_premises_exits_are_the_configs_to_allow():
    """work -> vgw      8.8.8.0/24"""
    program = lab()
    gateway = program.add("ec2/vpnGateway:VpnGateway", "vgw", vpcId=made(program, "vpc"))
    program.route(made(program, "work", "RouteTable"), "8.8.8.0/24", gatewayId=gateway)
    assert ("egress-through-firewall", "undecided", "work") in mandatory(program)
    allowed = Config.parse({"egress-through-firewall": {"onPremisesExits": "allowed"}})
    assert ("egress-through-firewall", "undecided", "work") not in verdicts(program, allowed)


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_a_reply_that_skips_the_firewall_is_refused(preview):
    """work <- public [NAT] <- igw      by the VPC's local route"""
    assert mandatory(lab(preview=preview, back=False)) == {("symmetric-return", "refuted", "work")}


def test_s3_without_a_gateway_endpoint_is_refused():
    assert mandatory(lab(s3=False)) == {("s3-gateway-endpoint", "refuted", "work")}


def test_a_nat_gateway_of_another_vpc_is_nothing_to_point_at():
    program = lab()
    other = program.subnet("there", program.vpc("other", "10.1.0.0/16"), "10.1.0.0/24")
    nat = program.add("ec2/natGateway:NatGateway", "far", subnetId=other)
    program.route(made(program, "work", "RouteTable"), "8.8.8.0/24", natGatewayId=nat)
    assert ("routes-arrive", "refuted", "work") in mandatory(program)


def test_a_peering_around_the_firewall_is_refused_once_for_both_sides():
    """one -> peering -> two"""
    program = Program()
    tables = []
    vpcs = [program.vpc("one", "10.1.0.0/16"), program.vpc("two", "10.2.0.0/16")]
    for number, vpc in enumerate(vpcs, 1):
        tables.append(program.table(f"t{number}", vpc, program.subnet(f"w{number}", vpc, f"10.{number}.0.0/24")))
    peering = program.add("ec2/vpcPeeringConnection:VpcPeeringConnection", "peering", vpcId=vpcs[0], peerVpcId=vpcs[1])
    for table, there in zip(tables, ("10.2.0.0/16", "10.1.0.0/16"), strict=True):
        program.route(table, there, vpcPeeringConnectionId=peering)
    assert mandatory(program) == {("east-west-through-firewall", "refuted", "w1", "w2")}


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({"statelessFragmentDefaultActions": ["aws:pass"]}, "refuted"),
        ({"statelessDefaultActions": ["aws:pass"]}, "refuted"),
        ({"statefulDefaultActions": []}, "refuted"),
        ({"statelessDefaultActions": UNKNOWN}, "undecided"),
    ],
)
def test_a_policy_that_lets_packets_by_is_refused(change, verdict):
    assert ("firewall-inspects", verdict, "fw") in mandatory(with_policy(change))


@pytest.mark.parametrize("action", ["statelessDefaultActions", "statelessFragmentDefaultActions"])
def test_a_policy_that_drops_what_it_does_not_inspect_lets_nothing_by(action):
    program = with_policy({action: ["aws:drop", "count"]})
    assert "firewall-inspects" not in {found[0] for found in verdicts(program)}


def with_policy(change):
    program = lab()
    policy = made(program, "policy")
    for number, each in enumerate(program.registrations):
        if each.urn == policy.urn:
            value = {"firewallPolicy": {**SOUND_POLICY, **change}}
            program.registrations[number] = type(each)(each.urn, each.type, each.name, value, {}, each.id)
    return program


def test_an_instance_beside_the_endpoint_is_refused():
    program = lab()
    program.add("ec2/instance:Instance", "box", subnetId=made(program, "fire", "Subnet"))
    assert ("firewall-inspects", "refuted", "fw") in mandatory(program)


def test_the_firewalls_own_endpoint_read_from_the_live_network_is_no_neighbour_of_it():
    """AWS lists it among the VPC's endpoints as well: nothing sends from there."""
    program = lab()
    fire = made(program, "fire", "Subnet")
    program.add(
        "ec2/vpcEndpoint:VpcEndpoint",
        "own",
        vpcId=made(program, "vpc"),
        vpcEndpointType="GatewayLoadBalancer",
        subnetIds=[fire],
    )
    assert mandatory(program) == set()
    program.add("ec2/natGateway:NatGateway", "neighbour", subnetId=fire)
    assert ("firewall-inspects", "refuted", "fw") in mandatory(program)


def test_logs_that_config_requires_are_missed():
    config = Config.parse({"firewall-logs": {"requiredLogTypes": ["ALERT", "FLOW"]}})
    assert ("firewall-logs", "refuted", "fw") in verdicts(lab(), config)
    assert ("firewall-logs", "refuted", "fw") not in verdicts(lab())


def test_programs_without_a_vpc_pass_in_silence():
    program = Program()
    program.add("s3/bucket:Bucket", "bucket")
    program.add("lambda/function:Function", "function", role="arn:aws:iam::1:role/r")
    assert verdicts(program) == set()


def test_a_function_in_a_subnet_that_is_not_in_the_program_is_undecided():
    program = Program()
    program.add("lambda/function:Function", "function", vpcConfig={"subnetIds": ["subnet-elsewhere"]})
    assert verdicts(program) == {("egress-through-firewall", "undecided", "function")}


def test_a_check_that_breaks_is_a_violation_and_never_a_pass(monkeypatch):
    def breaks(_analysis, _own):
        yield from {}["out of luck"]

    monkeypatch.setitem(POLICIES, "routes-arrive", replace(POLICIES["routes-arrive"], check=breaks))
    (found,) = [v for v in prove(lab().network()) if v.policy == "routes-arrive"]
    assert (found.level, found.verdict) == ("mandatory", Verdict.UNDECIDED)
    assert "out of luck" in found.message
