"""What is put somewhere that nobody knows may be anywhere: it is no nothing."""

from __future__ import annotations

from typing import Any

import pytest

from policy.egress.judging.proof import prove
from policy.egress.program.snapshot import UNKNOWN
from tests.policy.build import Endpoint, Program, lab, made

PLACELESS: dict[str, tuple[str, dict[str, Any]]] = {
    "an entry of a prefix list": (
        "ec2/managedPrefixListEntry:ManagedPrefixListEntry",
        {"prefixListId": UNKNOWN, "cidr": "8.8.8.0/24"},
    ),
    "a VPN gateway's routes": (
        "ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation",
        {"routeTableId": UNKNOWN, "vpnGatewayId": "vgw-0123456789abcdef0"},
    ),
    "a route server's routes": (
        "vpc/routeServerPropagation:RouteServerPropagation",
        {"routeTableId": UNKNOWN, "routeServerId": "rs-0123456789abcdef0"},
    ),
}


def with_list() -> Program:
    """The lab, with a route of the work subnet around the firewall to what is in a prefix list: nothing so far."""
    program = lab()
    listed = program.add("ec2/managedPrefixList:ManagedPrefixList", "listed", addressFamily="IPv4", maxEntries=5)
    nat = made(program, "nat")
    table = made(program, "work", "RouteTable")
    program.add("ec2/route:Route", "by-list", routeTableId=table, destinationPrefixListId=listed, natGatewayId=nat)
    return program


def undecided(program: Program) -> set[str]:
    found = {violation.policy: violation.verdict.value for violation in prove(program.network())}
    assert "refuted" not in {found.get("egress-through-firewall"), found.get("east-west-through-firewall")}
    return {policy for policy, verdict in found.items() if verdict == "undecided"}


@pytest.mark.parametrize("what", PLACELESS)
def test_what_has_an_unknown_place_leaves_egress_open(what: str) -> None:
    token, properties = PLACELESS[what]
    program = with_list()
    assert "egress-through-firewall" not in undecided(program)
    program.add(token, "placeless", **properties)
    assert "egress-through-firewall" in undecided(program)


def test_gateways_that_a_table_takes_routes_from_unseen_leave_it_open() -> None:
    program = lab()
    vpc, fire = made(program, "vpc"), made(program, "fire", "Subnet")
    secret = program.add("ssm/parameter:Parameter", "secret")
    table = program.add("ec2/routeTable:RouteTable", "more", vpcId=vpc, propagatingVgws=[UNKNOWN])
    program.registrations[-1].dependencies["propagatingVgws"] = frozenset({secret.urn})
    subnet = program.subnet("more", vpc, "10.0.9.0/24")
    association = "ec2/routeTableAssociation:RouteTableAssociation"
    program.add(association, "more", routeTableId=table, subnetId=subnet)
    program.route(table, "0.0.0.0/0", vpcEndpointId=Endpoint(made(program, "fw"), fire))
    assert "egress-through-firewall" in undecided(program)


@pytest.mark.parametrize("hidden", ["internetGatewayId", "vpcId"])
def test_an_attachment_that_is_not_known_makes_no_gateway_idle(hidden: str) -> None:
    program = lab()
    vpc = made(program, "vpc")
    other = program.add("ec2/internetGateway:InternetGateway", "other")
    whole = {"internetGatewayId": other, "vpcId": vpc}
    program.add("ec2/internetGatewayAttachment:InternetGatewayAttachment", "attached", **{**whole, hidden: UNKNOWN})
    program.route(made(program, "work", "RouteTable"), "8.8.8.0/24", gatewayId=other)
    found = {v.verdict.value for v in prove(program.network()) if v.policy == "egress-through-firewall"}
    assert found
