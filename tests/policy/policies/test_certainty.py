"""What is certain is called so, and what isn't says why, for every resource that there is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policy.egress.judging.proof import prove
from policy.egress.program.snapshot import UNKNOWN
from tests.policy.build import Made, Program, lab, made


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
