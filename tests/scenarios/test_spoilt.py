"""Scenarios with one thing missing or not known: what can't be told any more is undecided, the rest stays as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policy.egress.judging.proof import prove
from policy.egress.network import build
from policy.egress.program.snapshot import UNKNOWN, Registration
from tests.scenarios.catalog import registrations

# One process records the programs for all of these tests.
pytestmark = pytest.mark.xdist_group("scenarios")


def is_called(each: Registration, name: str) -> bool:
    """Tell whether a registration is the one that is called `Type name`."""
    return f"{each.type.rpartition(':')[2]} {each.name}" == name


def told(registered: list[Registration], policy: str) -> set[str]:
    found = [each for each in prove(build(registered)) if each.policy == policy]
    return {f"{each.verdict.value} {name}" for each in found for name in each.subnet_names or ("nobody",)}


# program, at preview, what is missing, policy, what it says
MISSING = [
    ("hub_egress_elsewhere_straight_back", False, "Firewall fw", "egress-through-firewall", {"undecided work"}),
    ("policy_by_arn", True, "Route work-out", "home-net-covers-workloads", set()),
    ("inspection_alone", True, "RouteTable door-a", "egress-through-firewall", {"undecided door-a"}),
    ("inline_one_for_two", True, "RouteTable work-b", "s3-gateway-endpoint", {"undecided work-a", "undecided work-b"}),
    ("dns_missing", False, "Subnet public", "symmetric-return", {"undecided work"}),
    ("dns_missing", False, "Subnet public", "routes-arrive", {"undecided work"}),
    (
        "internet_range_in_a_spoke",
        False,
        "RouteTablePropagation two",
        "symmetric-return",
        {"refuted two-a", "refuted two-b"},
    ),
]


@pytest.mark.parametrize(("name", "preview", "missing", "policy", "expected"), MISSING)
def test_what_is_missing_is_told(name: str, preview: bool, missing: str, policy: str, expected: set[str]) -> None:
    registered = registrations(name, preview=preview)
    left = [each for each in registered if not is_called(each, missing)]
    assert len(left) == len(registered) - 1
    assert told(left, policy) == expected


# program, at preview, whose property isn't known, from what it comes, policy, what it says
UNKNOWNS = [
    (
        ("hub_ipv6_unsupported", True, "Route public-back", "destinationCidrBlock", "VpcAttachment spoke1"),
        (
            "symmetric-return",
            {f"{verdict} {name}" for verdict in ("undecided", "refuted") for name in ("work1", "work2")},
        ),
    ),
    (
        (
            "hub_egress_elsewhere_straight_back",
            False,
            "RouteTableAssociation vpc",
            "transitGatewayRouteTableId",
            "RouteTable spokes or RouteTable inspected",
        ),
        ("symmetric-return", {"undecided work"}),
    ),
    (
        ("private_range_to_nat", True, "RouteTableAssociation work-0-0", "subnetId", "Subnet work-0 or Subnet work-1"),
        ("egress-through-firewall", set()),
    ),
    (
        ("hub_three_tier", False, "Route door-a-out", "destinationCidrBlock", "RouteTableAssociation work-0"),
        ("unused-ranges-dropped", {"refuted work-a", "refuted work-b"}),
    ),
    (
        ("gateway_id_names_nat", True, "RouteTableAssociation public-0", "subnetId", "Subnet fire"),
        ("symmetric-return", {"undecided work"}),
    ),
    (("single_edge", False, "Subnet work", "ipv6CidrBlock", "Vpc vpc"), ("symmetric-return", {"undecided work"})),
    (
        ("carrier_gateway", False, "Vpc vpc", "cidrBlock", "Route work-out"),
        ("egress-through-firewall", {"refuted work"}),
    ),
]


@pytest.mark.parametrize(("hidden", "expected"), UNKNOWNS, ids=[hidden[0] for hidden, _ in UNKNOWNS])
def test_what_is_not_known_is_told(hidden: tuple[str, bool, str, str, str], expected: tuple[str, set[str]]) -> None:
    name, preview, whose, prop, source = hidden
    registered = list(registrations(name, preview=preview))
    ((number, each),) = [(n, each) for n, each in enumerate(registered) if is_called(each, whose)]
    urns = frozenset(other.urn for other in registered if any(is_called(other, each) for each in source.split(" or ")))
    assert len(urns) == len(source.split(" or "))
    properties, dependencies = {**each.properties, prop: UNKNOWN}, {**each.dependencies, prop: urns}
    registered[number] = replace(each, properties=properties, dependencies=dependencies)
    policy, verdicts = expected
    assert told(registered, policy) == verdicts
