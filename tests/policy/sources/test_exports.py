"""Templates that are checked together: what one exports and another imports is one and the same thing."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from policy.egress.program.snapshot import UNKNOWN, Registration
from policy.egress.show.cli import main
from policy.egress.sources.cloudformation.exports import Exports
from policy.egress.sources.formats import begin

ENDPOINTS = {"Fn::Join": [",", {"Fn::GetAtt": ["Firewall", "EndpointIds"]}]}
FIRST = {"Fn::Select": [1, {"Fn::Split": [":", {"Fn::Select": [0, {"Fn::Split": [",", "ENDPOINTS"]}]}]}]}


def of(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def exported(value: Any, name: Any, **more: Any) -> dict[str, Any]:
    return {"Value": value, "Export": {"Name": name}, **more}


def hub(*subnets: str, **outputs: Any) -> dict[str, Any]:
    resources = {
        "Vpc": of("EC2::VPC", CidrBlock="10.0.0.0/16"),
        "Table": of("EC2::RouteTable", VpcId={"Ref": "Vpc"}),
        "Firewall": of("NetworkFirewall::Firewall", SubnetMappings=[{"SubnetId": {"Ref": each}} for each in subnets]),
        **{each: of("EC2::Subnet", VpcId={"Ref": "Vpc"}, CidrBlock="10.0.0.0/28") for each in subnets},
    }
    named = {"Vpc": exported({"Ref": "Vpc"}, "net-vpc"), "Table": exported({"Ref": "Table"}, {"Fn::Sub": "net-table"})}
    return {"Resources": resources, "Outputs": {**named, "Fw": exported(ENDPOINTS, "net-endpoints"), **outputs}}


def imported(name: Any) -> dict[str, Any]:
    return {"Fn::ImportValue": name}


def spoke(endpoint: Any = None, vpc: Any = "net-vpc") -> dict[str, Any]:
    out = json.loads(json.dumps(FIRST).replace('"ENDPOINTS"', json.dumps(imported("net-endpoints"))))
    route = of("EC2::Route", RouteTableId=imported("net-table"), VpcEndpointId=endpoint or out)
    return {"Resources": {"Subnet": of("EC2::Subnet", VpcId=imported(vpc), CidrBlock="10.0.1.0/24"), "Out": route}}


def together(*templates: dict[str, Any]) -> dict[str, Registration]:
    exports = Exports()
    texts = {f"t{number}": json.dumps(each) for number, each in enumerate(templates)}
    begun = [begin(text, label, exports=exports) for label, text in texts.items()]
    readings = [end() for end in begun]
    return {each.name: each for reading in readings for each in reading.registrations}


@pytest.mark.parametrize("order", [1, -1])
def test_an_import_is_what_the_other_template_exports(order: int) -> None:
    found = together(*[hub("A"), spoke()][::order])
    (vpc,) = [each for each in found.values() if each.type == "aws:ec2/vpc:Vpc"]
    (firewall,) = [each for each in found.values() if each.type == "aws:networkfirewall/firewall:Firewall"]
    (route,) = [each for each in found.values() if each.type == "aws:ec2/route:Route"]
    (subnet,) = [each for each in found.values() if each.properties.get("cidrBlock") == "10.0.1.0/24"]
    assert subnet.properties["vpcId"] == vpc.id
    assert route.properties["vpcEndpointId"] == f"{firewall.id}.endpoint"
    assert (route.dependencies, subnet.dependencies) == ({}, {})


def test_an_imported_endpoint_by_its_position_is_some_endpoint_of_the_firewall() -> None:
    found = together(hub("A", "B"), spoke())
    assert found["t1:Out"].properties["vpcEndpointId"] is UNKNOWN
    assert found["t1:Out"].dependencies["vpcEndpointId"] == {found["t0:Firewall"].urn}


def test_what_an_export_comes_from_is_what_its_import_comes_from() -> None:
    public = {"Fn::GetAtt": ["Table", "Anything"]}
    outputs = {"P": exported(public, "net-any"), "Q": exported({"Ref": "Nobodys"}, "net-open")}
    assert together(hub("A", **outputs), spoke(imported("net-any")))["t1:Out"].dependencies["vpcEndpointId"] == {
        together(hub("A"))["t0:Table"].urn
    }
    said = together(hub("A", **outputs), spoke(imported("net-open")))["t1:Out"]
    assert said.dependencies["vpcEndpointId"] == {"parameter Nobodys"}


NEVER = {
    **hub("A", Vpc=exported("v", "net-vpc", Condition="No")),
    "Conditions": {"No": {"Fn::Equals": ["a", "b"]}},
}
BY_STACK = {"Fn::Sub": "${AWS::StackName}-vpc"}


@pytest.mark.parametrize(
    ("templates", "unseen"),
    [
        ([spoke()], "the export net-vpc"),
        ([hub("A"), hub("A"), spoke()], "the export net-vpc of t0 or t1"),
        ([hub("A"), spoke(vpc={"Fn::Sub": "${Network}-vpc"})], "parameter Network"),
        ([hub("A", Vpc={"Value": {"Ref": "Vpc"}}), spoke()], "the export net-vpc"),
        ([NEVER, spoke()], "the export net-vpc"),
        ([hub("A", Vpc=exported({"Ref": "Vpc"}, BY_STACK)), spoke(vpc=BY_STACK)], "the export ${AWS::StackName}-vpc"),
        ([hub("A", Vpc=exported(imported("net-vpc"), "net-vpc")), spoke()], "the export net-vpc"),
    ],
)
def test_an_export_that_can_not_be_told_is_not_seen(templates: list[dict[str, Any]], unseen: str) -> None:
    found = together(*templates)
    (subnet,) = [each for each in found.values() if each.properties.get("cidrBlock") == "10.0.1.0/24"]
    assert subnet.properties["vpcId"] is UNKNOWN
    assert unseen in subnet.dependencies["vpcId"]


def test_what_stands_in_the_account_is_each_templates_own() -> None:
    parameters = {"VpcId": {"Type": "AWS::EC2::VPC::Id"}}
    document = {"Parameters": parameters, "Resources": {"A": of("EC2::Subnet", VpcId={"Ref": "VpcId"})}}
    found = together(document, document)
    assert [found[name].properties["vpcId"] for name in ("t0:A", "t1:A")] == ["${t0:VpcId}", "${t1:VpcId}"]


def check(folder: Path, *names: str) -> tuple[int, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(["check", *(str(folder / name) for name in names)], out, err)
    return code, out.getvalue().replace(f"{folder}/", "") + err.getvalue()


YAML = """\
# The network.
Resources:
  Gate:
    Type: AWS::EC2::InternetGateway
  Attach:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gate}
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16}
  Table:
    Type: AWS::EC2::RouteTable
    Properties: {VpcId: !Ref Vpc}
  Out:
    Type: AWS::EC2::Route
    DependsOn: Attach
    Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gate}
Outputs:
  Vpc: {Value: !Ref Vpc, Export: {Name: vpc}}
  Table: {Value: !Ref Table, Export: {Name: table}}
"""
SPOKE = """\
Resources:
  Subnet:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !ImportValue vpc, CidrBlock: 10.0.1.0/24}
  Association:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {SubnetId: !Ref Subnet, RouteTableId: !ImportValue table}
"""


@pytest.mark.parametrize("names", [("hub.yaml", "spoke.yaml"), ("spoke.yaml", "hub.yaml")])
def test_a_way_around_over_two_templates_is_found_at_its_line(tmp_path: Path, names: tuple[str, ...]) -> None:
    (tmp_path / "hub.yaml").write_text(YAML)
    (tmp_path / "spoke.yaml").write_text(SPOKE)
    code, said = check(tmp_path, *names)
    assert code == 1
    assert "egress-through-firewall (mandatory) does not hold: Out\n  spoke:Subnet reaches the internet" in said
    assert "At: hub.yaml:14" in said
    assert "cannot be proven" not in said


def test_a_finding_on_a_template_in_json_is_at_its_line_however_long_its_path(tmp_path: Path) -> None:
    tmp_path /= "a-folder-whose-name-is-longer-than-a-line-of-the-report-would-be-if-it-broke-at-its-words"
    tmp_path.mkdir()
    subnet = of("EC2::Subnet", VpcId={"Ref": "Vpc"}, CidrBlock="10.0.1.0/24")
    association = of("EC2::SubnetRouteTableAssociation", SubnetId={"Ref": "S"}, RouteTableId={"Ref": "Table"})
    gate, vpc = of("EC2::InternetGateway"), of("EC2::VPC", CidrBlock="10.0.0.0/16")
    attach = of("EC2::VPCGatewayAttachment", VpcId={"Ref": "Vpc"}, InternetGatewayId={"Ref": "Gate"})
    out = of("EC2::Route", RouteTableId={"Ref": "Table"}, DestinationCidrBlock="0.0.0.0/0", GatewayId={"Ref": "Gate"})
    table = of("EC2::RouteTable", VpcId={"Ref": "Vpc"})
    resources = {"S": subnet, "As": association, "Gate": gate, "Vpc": vpc, "At": attach, "Table": table, "Out": out}
    document = {"Description": 'with "Resources": {', "Resources": resources}
    text = json.dumps(document, indent=2)
    (tmp_path / "t.json").write_text(text)
    line = text[: text.index('"Out"')].count("\n") + 1
    assert f"At: t.json:{line}" in check(tmp_path, "t.json")[1]
    (tmp_path / "body.json").write_text(json.dumps({"TemplateBody": document}))
    assert "At: " not in check(tmp_path, "body.json")[1]
    sarif = io.StringIO()
    main(["check", "--sarif", str(tmp_path / "t.json")], sarif, io.StringIO())
    assert line in {
        each["locations"][0]["physicalLocation"]["region"]["startLine"]
        for each in json.loads(sarif.getvalue())["runs"][0]["results"]
    }
