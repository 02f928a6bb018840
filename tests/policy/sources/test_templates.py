"""CloudFormation templates: what they make, endpoints by position, look-ups, conditions, and what they don't show."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policy.egress.program.snapshot import UNKNOWN, Registration
from policy.egress.sources.formats import read
from policy.egress.sources.reading import StateError

NETWORK: dict[str, Any] = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": {"Ref": "Cidr"}}},
    "A": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/28"}},
    "B": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Fn::GetAtt": ["Vpc", "VpcId"]}}},
    "Table": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}},
}
SECOND = {"Fn::Select": [1, {"Fn::Split": [":", {"Fn::Select": [0, {"Fn::GetAtt": ["Firewall", "EndpointIds"]}]}]}]}


def template(endpoint: Any = None, *subnets: str, **more: Any) -> dict[str, Registration]:
    resources = dict(NETWORK)
    if subnets:
        mappings = [{"SubnetId": {"Ref": each}} for each in subnets]
        resources["Firewall"] = {"Type": "AWS::NetworkFirewall::Firewall", "Properties": {"SubnetMappings": mappings}}
        route = {"RouteTableId": {"Ref": "Table"}, "DestinationCidrBlock": "0.0.0.0/0", "VpcEndpointId": endpoint}
        resources["Out"] = {"Type": "AWS::EC2::Route", "Properties": route}
    resources |= more.pop("resources", {})
    parameters = {"Cidr": {"Type": "String", "Default": "10.0.0.0/16"}, "Open": {"Type": "String"}}
    document = {"Parameters": parameters, "Resources": resources, **more}
    return {each.name: each for each in read(json.dumps(document)).registrations}


def test_references_and_attributes_are_ids() -> None:
    found = template()
    assert found["Vpc"].properties["cidrBlock"] == "10.0.0.0/16"
    assert found["A"].properties["vpcId"] == found["B"].properties["vpcId"] == found["Vpc"].id == "Vpc"
    assert found["A"].type == "aws:ec2/subnet:Subnet"


def test_the_only_endpoint_is_certain() -> None:
    found = template(SECOND, "A")
    assert found["Out"].properties["vpcEndpointId"] == "Firewall.endpoint"
    (state,) = found["Firewall"].properties["firewallStatuses"][0]["syncStates"]
    assert state["attachments"] == [{"endpointId": "Firewall.endpoint", "subnetId": "A"}]


def test_an_endpoint_by_its_position_is_some_endpoint_of_the_firewall() -> None:
    found = template(SECOND, "A", "B")
    assert found["Out"].properties["vpcEndpointId"] is UNKNOWN
    assert found["Out"].dependencies["vpcEndpointId"] == {found["Firewall"].urn}


def test_a_custom_resource_gives_what_its_properties_are_about() -> None:
    about = {"Firewall": {"Fn::GetAtt": ["Firewall", "FirewallArn"]}, "Text": {"Fn::Sub": "in ${B}"}}
    lookup = {"Lookup": {"Type": "Custom::Endpoint", "Properties": about}}
    found = template({"Fn::GetAtt": ["Lookup", "Id"]}, "A", "B", resources=lookup)
    assert {found["Firewall"].urn, found["B"].urn} <= found["Out"].dependencies["vpcEndpointId"]


@pytest.mark.parametrize("value", [{"Ref": "Open"}, {"Fn::ImportValue": "endpoint"}, {"Fn::Transform": {"Name": "x"}}])
def test_what_a_template_does_not_show_is_open(value: Any) -> None:
    route = template(value, "A", "B")["Out"]
    assert route.properties["vpcEndpointId"] is UNKNOWN
    assert "which a template doesn't show" in route.reasons["vpcEndpointId"]


def test_conditions_decide_what_is_made() -> None:
    equals = {"Fn::Equals": [{"Ref": "Cidr"}, "10.0.0.0/16"]}
    conditions = {"Yes": equals, "No": {"Fn::Not": [{"Condition": "Yes"}]}}
    extra = {name: {"Type": "AWS::EC2::VPC", "Condition": name} for name in ("Yes", "No")}
    assert template(resources=extra, Conditions=conditions).keys() == {*NETWORK, "Yes"}
    open_ended = {"Yes": {"Fn::Equals": [{"Ref": "Open"}, "x"]}, "No": {"Condition": "Yes"}}
    with pytest.raises(StateError, match="depends on parameter Open; give --parameter"):
        template(resources=extra, Conditions=open_ended)


def test_a_macro_and_a_nested_stack_are_no_silence() -> None:
    nested = {"Inner": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://x/y"}}}
    found = template(resources=nested, Transform=["AWS::Serverless-2016-10-31", "Own"])
    stacks = [each.name for each in found.values() if each.type == "aws-native:cloudformation:Stack"]
    assert sorted(stacks) == ["Inner", "Transform Own"]


def test_yaml_is_the_same_template() -> None:
    text = """
Parameters: {Cidr: {Type: String, Default: 10.0.0.0/16}}
Resources:
  Vpc: {Type: "AWS::EC2::VPC", Properties: {CidrBlock: !Ref Cidr}}
  A: {Type: "AWS::EC2::Subnet", Properties: {VpcId: !GetAtt Vpc.VpcId, CidrBlock: !Select [1, !Cidr [!Ref Cidr, 4, 8]]}}
"""
    vpc, subnet = read(text).registrations
    assert (vpc.properties["cidrBlock"], subnet.properties["vpcId"]) == ("10.0.0.0/16", "Vpc")
    assert subnet.properties["cidrBlock"] == "10.0.1.0/24"
    with pytest.raises(StateError, match="neither JSON nor YAML"):
        read("Resources: [")


def test_what_a_parameter_hides_is_a_secret() -> None:
    secret = {"Type": "String", "NoEcho": True, "Default": "10.9"}
    subnet = {"VpcId": {"Ref": "Vpc"}, "CidrBlock": {"Fn::Sub": "${Base}.1.0/24"}}
    document = {
        "Parameters": {"Base": secret},
        "Resources": {
            "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.9.0.0/16"}},
            "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": subnet},
        },
    }
    found = {each.name: each for each in read(json.dumps(document)).registrations}
    assert found["Subnet"].properties["cidrBlock"] == "10.9.1.0/24"
    assert found["Subnet"].secrets == {"10.9.1.0/24"}
    assert not found["Vpc"].secrets
