"""Subnets that aren't in the program, and have its route tables: nobody knows what lives there, and the tables tell."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policy.egress.judging.config import Config
from policy.egress.judging.proof import prove
from policy.egress.program.snapshot import UNKNOWN
from policy.egress.show.checks import summarize
from policy.egress.sources.formats import read
from tests.policy.build import Program, lab, made

ASSOCIATION = "ec2/routeTableAssociation:RouteTableAssociation"
STRANGER = "subnet-0123456789abcdef0"


def ways_out(program: Program, **config: Any) -> list[tuple[str, str]]:
    found = prove(program.network(), Config.parse(config))
    return [(each.verdict.value, each.message) for each in found if each.policy == "egress-through-firewall"]


def with_stranger(table: str, subnet: Any = STRANGER, *, preview: bool = False) -> Program:
    program = lab(preview=preview)
    program.add(ASSOCIATION, "stranger", routeTableId=made(program, table, "RouteTable"), subnetId=subnet)
    return program


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("table", ["fire", "public"])
def test_a_stranger_whose_table_leads_around_the_firewall_is_undecided(table: str, *, preview: bool) -> None:
    [(verdict, message)] = ways_out(with_stranger(table, preview=preview))
    assert verdict == "undecided"
    assert f"what lives in {STRANGER} isn't in this program" in message
    assert "list its id under `trusted`" in message.replace("\n", " ")


@pytest.mark.parametrize("preview", [False, True])
def test_a_stranger_whose_table_leads_through_the_firewall_is_proven(*, preview: bool) -> None:
    assert not ways_out(with_stranger("work", preview=preview))


def test_what_the_program_puts_there_says_what_lives_there() -> None:
    program = with_stranger("public")
    program.add("ec2/natGateway:NatGateway", "elsewhere", subnetId=STRANGER, connectivityType="public")
    assert not ways_out(program)
    program = with_stranger("public")
    program.add("ec2/instance:Instance", "bastion", subnetId=STRANGER)
    assert [verdict for verdict, _message in ways_out(program)] == ["refuted"]
    program = with_stranger("work")
    program.add("ec2/instance:Instance", "worker", subnetId=STRANGER)
    assert not ways_out(program)


def test_a_subnet_that_nobody_knows_is_a_stranger_where_all_others_have_their_tables() -> None:
    program = with_stranger("public", UNKNOWN)
    [(verdict, message)] = ways_out(program)
    assert verdict == "undecided"
    assert "what lives in the subnet of stranger isn't in this program" in message


def test_a_stranger_that_is_vouched_for_is_no_doubt() -> None:
    trusted = {"egress-through-firewall": {"trusted": [STRANGER]}}
    assert not ways_out(with_stranger("public"), **trusted)


TEMPLATE = {
    "Parameters": {"Other": {"Type": "AWS::EC2::Subnet::Id"}},
    "Resources": {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "Gateway": {"Type": "AWS::EC2::InternetGateway"},
        "Attached": {
            "Type": "AWS::EC2::VPCGatewayAttachment",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "InternetGatewayId": {"Ref": "Gateway"}},
        },
        "Table": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}},
        "Out": {
            "Type": "AWS::EC2::Route",
            "Properties": {
                "RouteTableId": {"Ref": "Table"},
                "DestinationCidrBlock": "0.0.0.0/0",
                "GatewayId": {"Ref": "Gateway"},
            },
        },
        "Association": {
            "Type": "AWS::EC2::SubnetRouteTableAssociation",
            "Properties": {"RouteTableId": {"Ref": "Table"}, "SubnetId": {"Ref": "Other"}},
        },
    },
}


@pytest.mark.parametrize("parameters", [{}, {"Other": STRANGER}])
def test_a_parameter_of_a_template_is_a_stranger(parameters: dict[str, str]) -> None:
    reading = read(json.dumps(TEMPLATE), parameters=parameters)
    found = [each for each in summarize(reading.registrations, Config()).violations if "lives in" in each.message]
    assert [(each.policy, each.verdict.value) for each in found] == [("egress-through-firewall", "undecided")]
