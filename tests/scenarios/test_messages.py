"""For one program a policy, all that a person is told: the resource to blame, address, path and way back."""

from __future__ import annotations

import pytest

from policy.egress.addresses import AddressSet
from policy.egress.judging.proof import prove
from policy.egress.network import build
from policy.egress.policies import POLICIES
from tests.scenarios.catalog import NAMES, registrations

# One process records the programs for all of these tests.
pytestmark = pytest.mark.xdist_group("scenarios")

OUT = "subnet work (eu-west-1a) -> firewall fw (eu-west-1a) -> nat gateway nat (eu-west-1a) -> internet gateway igw"
LONG = (
    "subnet work1-a (eu-west-1a) -> transit gateway tgw -> attachment middle (eu-west-1a) -> firewall fw (eu-west-1a)"
    " -> transit gateway tgw -> attachment spoke2 (eu-west-1a) -> vpc spoke2"
)
BACK = (
    "subnet work2-b (eu-west-1b) -> transit gateway tgw -> attachment middle (eu-west-1b) -> firewall fw (eu-west-1b)"
    " -> transit gateway tgw -> attachment spoke1 (eu-west-1b) -> vpc spoke1"
)
ONCE = (
    "transit gateway tgw -> attachment middle (eu-west-1a) -> firewall fw (eu-west-1a)"
    " -> transit gateway tgw -> attachment out (eu-west-1a) -> nat gateway out-nat (eu-west-1a)"
)
ROUND = f"subnet work-a (eu-west-1a) -> {ONCE} -> {ONCE}"
# program, policy, level, type and name to blame, address, path, reply
TOLD = [
    (
        ("more_specific", "egress-through-firewall", "mandatory", "Route work-dns", "8.8.8.8"),
        "subnet work (eu-west-1a) -> nat gateway nat (eu-west-1a) -> internet gateway igw",
        "",
    ),
    (("no_way_back", "symmetric-return", "mandatory", "RouteTable public", "1.1.1.1"), OUT, "vpc vpc"),
    (("hub_no_appliance_mode", "symmetric-return", "mandatory", "VpcAttachment middle", "10.2.1.10"), LONG, BACK),
    (
        (
            "hub_spokes_propagated",
            "east-west-through-firewall",
            "mandatory",
            "RouteTablePropagation spoke2-short",
            "10.2.0.10",
        ),
        "subnet work1-a (eu-west-1a) -> transit gateway tgw -> attachment spoke2 (eu-west-1a) -> vpc spoke2",
        "",
    ),
    (
        ("hub_peering", "east-west-through-firewall", "mandatory", "VpcPeeringConnection peering", "10.2.0.10"),
        "subnet work1-a (eu-west-1a) -> peering peering -> vpc spoke2",
        "",
    ),
    (
        ("loop", "routes-arrive", "mandatory", "Route fire-out", "1.1.1.1"),
        "subnet work (eu-west-1a) -> firewall fw (eu-west-1a) -> firewall fw (eu-west-1a)",
        "",
    ),
    (
        ("nat_of_another_vpc", "routes-arrive", "mandatory", "Route work-out", "1.1.1.1"),
        "subnet work (eu-west-1a) -> nat gateway nat (eu-west-1a)",
        "",
    ),
    (
        ("inline_nat_by_id", "symmetric-return", "mandatory", "RouteTable fire", "8.8.8.8"),
        "subnet work (eu-west-1a) -> firewall fw (eu-west-1a) -> nat gateway nat-0123456789abcdef0",
        "",
    ),
    (("s3_missing", "s3-gateway-endpoint", "mandatory", "RouteTable work", "3.5.0.10"), OUT, ""),
    (("stateless_pass", "firewall-inspects", "mandatory", "FirewallPolicy fw-policy", ""), "", ""),
    (("home_net_too_small", "home-net-covers-workloads", "mandatory", "FirewallPolicy fw-policy", "10.0.0.10"), "", ""),
    (("logs_missing", "firewall-logs", "mandatory", "Firewall fw", ""), "", ""),
    (
        ("another_zone", "same-zone-endpoint", "advisory", "Route work-out", "1.1.1.1"),
        "subnet work (eu-west-1b) -> firewall fw (eu-west-1a)",
        "",
    ),
    (("dns_missing", "dns-firewall", "advisory", "Vpc vpc", ""), "", ""),
    (("unprotected", "firewall-protected", "advisory", "Firewall fw", ""), "", ""),
    (("hub_three_tier", "unused-ranges-dropped", "advisory", "RouteTable inspected", "10.0.0.10"), ROUND, ""),
]


@pytest.mark.parametrize(("what", "path", "reply"), TOLD, ids=[f"{what[0]}-{what[1]}" for what, _, _ in TOLD])
def test_a_violation_blames_the_right_resource_and_shows_one_packet(
    what: tuple[str, str, str, str, str], path: str, reply: str
) -> None:
    name, policy, level, blamed, address = what
    found = [v for v in prove(build(registrations(name, preview=True))) if v.policy == policy]
    first = found[0]
    _stack, _project, token, resource = (first.urn or "").split("::")
    assert (first.level, f"{token.rpartition(':')[2]} {resource}", first.example) == (level, blamed, address)
    assert [" -> ".join(map(str, hops)) for hops in (first.path, first.reply)] == [path, reply]
    lines = first.message.splitlines()
    assert f"Path: {path}" in lines or not path
    assert f"Reply: {reply}" in lines or not reply
    assert any(line.endswith(f"for example {address}.") for line in lines) or not address
    assert lines[-1] == f"More: egress-proof rule {policy}"


def test_every_policy_is_among_them() -> None:
    assert {what[1] for what, _, _ in TOLD} == set(POLICIES)


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
@pytest.mark.parametrize("name", NAMES)
def test_a_violation_speaks_of_what_is_registered_and_says_by_which_route_packets_come_to_each_hop(
    name: str, *, preview: bool
) -> None:
    registered = registrations(name, preview=preview)
    urns, network = {each.urn for each in registered}, build(registered)
    for violation in prove(network):
        # Of the whole program is only that nothing in it could be judged.
        assert (violation.urn in urns) is bool(violation.subnets)
        assert set(violation.subnets) <= urns
        assert not violation.example or AddressSet.of(violation.example) <= violation.addresses
        assert {hop.urn for hop in violation.path[:1]} <= set(violation.subnets)
        # Where a way is shown, it leads somewhere; what nobody wrote has no name that a person knows.
        assert len(violation.path) != 1
        assert "urn:" not in violation.message
        for hops in (violation.path, violation.reply):
            assert {hop.urn for hop in hops} <= {*urns, None}
            assert {hop.route for n, hop in enumerate(hops) if n or hop.kind == "nothing"} <= urns
            assert all(hop.zone for hop in hops if hop.urn and hop.kind in {"firewall", "nat-gateway"})


@pytest.mark.parametrize(("name", "everybody"), [("loop", False), ("nat_of_another_vpc", True)])
def test_a_route_to_nothing_is_told_for_all_its_packets_and_a_loop_for_those_that_somebody_waits_for(
    name: str, *, everybody: bool
) -> None:
    (found,) = [v for v in prove(build(registrations(name, preview=True))) if v.policy == "routes-arrive"]
    assert bool(found.addresses & AddressSet.of("10.128.0.0/9")) is everybody


def test_a_propagation_is_blamed_as_one_whatever_comes_by_it() -> None:
    found = prove(build(registrations("hub_ipv6_propagated", preview=True)))
    (first, *_others) = [v for v in found if v.policy == "east-west-through-firewall"]
    assert first.fix.startswith("Let no spoke propagate into ")


def test_that_nothing_could_be_judged_is_about_no_packet_and_no_resource() -> None:
    found = prove(build(registrations("infrastructure_alone", preview=True)))
    (violation,) = [each for each in found if not each.subnets]
    assert (violation.level, violation.urn, violation.example) == ("advisory", None, "")
    assert (violation.subnet_names, violation.path, violation.reply) == ((), (), ())
    assert violation.fix in violation.message
