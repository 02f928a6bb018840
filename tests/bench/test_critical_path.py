import json

import pytest

from bench.critical_path import TIMES, longest_chain, report, seconds_of, times


def resource(name, type_, *waits, parent=None):
    urn = f"urn:pulumi:s::p::{type_}::{name}"
    return {"urn": urn, "type": type_, "dependencies": list(waits), "parent": parent}


VPC = resource("v", "aws:ec2/vpc:Vpc")
SUBNET = resource("s", "aws:ec2/subnet:Subnet", VPC["urn"])
FIREWALL = resource("f", "aws:networkfirewall/firewall:Firewall", SUBNET["urn"])
NAT = resource("n", "aws:ec2/natGateway:NatGateway", SUBNET["urn"])
ROUTE = resource("r", "aws:ec2/route:Route", FIREWALL["urn"], NAT["urn"])


def test_the_chain_follows_what_ends_last():
    chain = longest_chain([ROUTE, NAT, FIREWALL, SUBNET, VPC])
    assert [step.name for step in chain] == ["v", "s", "f", "r"]
    assert chain[-1].begins == sum(seconds_of(each["type"]) for each in (VPC, SUBNET, FIREWALL))


def test_a_component_takes_no_time_but_its_children_wait_for_what_it_waits_for():
    component = resource("c", "my:components:C", NAT["urn"])
    child = resource("k", "aws:kms/key:Key", parent=component["urn"])
    chain = longest_chain([VPC, SUBNET, NAT, component, child])
    assert [step.name for step in chain] == ["v", "s", "n", "k"]


def test_the_report_gives_the_ratio_to_the_longest_single_resource():
    assert "The longest chain takes 434 s, the longest single resource 420 s: ratio 1.03." in report(
        [VPC, SUBNET, FIREWALL, NAT, ROUTE]
    )


def test_an_empty_state_has_no_chain():
    assert longest_chain([]) == []


@pytest.mark.parametrize("type_", sorted(times()))
def test_the_times_are_of_types_that_exist(type_):
    module, name = type_.split(":")[1:]
    imported = __import__(f"pulumi_aws.{module.split('/')[0]}", fromlist=[name])
    assert hasattr(imported, name)
    assert times()[type_] > 0


def test_the_table_says_of_when_it_is():
    assert json.loads(TIMES.read_text())["dated"]
