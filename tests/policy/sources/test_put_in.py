"""What CloudFormation puts into a template before it reads it: loops, includes, a SAM template's Globals."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policy.egress.judging.config import Config
from policy.egress.network.blind import PUT_IN
from policy.egress.program.snapshot import Registration
from policy.egress.show.checks import summarize
from policy.egress.sources.formats import read
from tests.policy.sources.test_nested import of

EXTENDED, SAM = "AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"
NETWORK = {
    "Vpc": of("EC2::VPC", CidrBlock="10.0.0.0/16"),
    "Igw": of("EC2::InternetGateway"),
    "Attached": of("EC2::VPCGatewayAttachment", VpcId={"Ref": "Vpc"}, InternetGatewayId={"Ref": "Igw"}),
    "Work": of("EC2::Subnet", VpcId={"Ref": "Vpc"}, CidrBlock="10.0.0.0/24"),
    "Table": of("EC2::RouteTable", VpcId={"Ref": "Vpc"}),
    "In": of("EC2::SubnetRouteTableAssociation", SubnetId={"Ref": "Work"}, RouteTableId={"Ref": "Table"}),
}
"""A workload subnet with a table that leads nowhere yet."""
OUT = of("EC2::Route", RouteTableId={"Ref": "Table"}, DestinationCidrBlock="8.8.8.0/24", GatewayId={"Ref": "Igw"})
"""A way around any firewall."""
NAMES = {"Names": {"Type": "CommaDelimitedList", "Default": "a,b"}}


def template(resources: dict[str, Any], **more: Any) -> str:
    return json.dumps({"Resources": {**NETWORK, **resources}, **more})


def found(resources: dict[str, Any], **more: Any) -> dict[str, Registration]:
    return {each.name: each for each in read(template(resources, **more)).registrations}


def verdicts(resources: dict[str, Any], **more: Any) -> list[tuple[str, str, tuple[str, ...]]]:
    """What holds, or may hold, not of the ways of packets."""
    summary = summarize(read(template(resources, **more)).registrations, Config())
    about = ("egress-through-firewall", "routes-arrive")
    return [(v.policy, v.verdict.value, v.subnet_names) for v in summary.violations if v.policy in about]


AROUND = [("egress-through-firewall", "refuted", ("Work",))]


@pytest.mark.parametrize(("number", "there"), [(2, True), (3, False)])
def test_the_length_of_a_list_decides_a_condition(number: int, there: bool) -> None:
    condition = {"Some": {"Fn::Equals": [{"Fn::Length": {"Ref": "Names"}}, number]}}
    out = {"Out": {**OUT, "Condition": "Some"}}
    assert verdicts(out, Transform=EXTENDED, Parameters=NAMES, Conditions=condition) == AROUND * there


def test_a_loop_of_conditions_decides() -> None:
    loop = {"Fn::ForEach::Each": ["Name", ["a", "b"], {"Is${Name}": {"Fn::Equals": [{"Ref": "Name"}, "b"]}}]}
    for name, expected in (("Isa", []), ("Isb", AROUND)):
        assert verdicts({"Out": {**OUT, "Condition": name}}, Transform=EXTENDED, Conditions=loop) == expected


def test_a_loop_of_properties_is_what_it_makes() -> None:
    ways = {"Fn::ForEach::Ways": ["Of", ["Gateway"], {"${Of}Id": {"Ref": "Igw"}}], **OUT["Properties"]}
    del ways["GatewayId"]
    made = found({"Out": {**OUT, "Properties": ways}}, Transform=EXTENDED)
    assert made["Out"].properties["gatewayId"] == "Igw"
    assert made.keys() == {*NETWORK, "Out"}


def test_a_loop_of_outputs_exports_what_it_makes() -> None:
    loop = ["Name", ["Work"], {"${Name}Id": {"Value": {"Ref": "Work"}, "Export": {"Name": "${Name}-id"}}}]
    importing = {"Eni": of("EC2::NetworkInterface", SubnetId={"Fn::ImportValue": "Work-id"})}
    made = found(importing, Transform=EXTENDED, Outputs={"Fn::ForEach::Out": loop})
    assert made["Eni"].properties["subnetId"] == "Work"


@pytest.mark.parametrize("where", ["properties", "resource", "alone"])
def test_what_is_included_in_a_route_is_undecided_and_leads_nowhere_by_no_means(where: str) -> None:
    include = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://bucket/route.yaml"}}}
    own = {name: value for name, value in OUT["Properties"].items() if name != "GatewayId"}
    written = {
        "properties": {**OUT, "Properties": {**own, **include}},
        "resource": {**OUT, "Properties": own, **include},
        "alone": {**OUT, "Properties": include},
    }[where]
    assert verdicts({"Out": written}) == [("egress-through-firewall", "undecided", ("Out Fn::Transform",))]


def test_what_is_included_where_no_packet_goes_is_silent() -> None:
    include = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://bucket/tags.yaml"}}}
    made = found({"Topic": of("SNS::Topic", **include), "Group": of("EC2::SecurityGroup", **include)})
    assert PUT_IN not in {each.type for each in made.values()}


@pytest.mark.parametrize("shared", [True, False])
def test_a_function_is_where_the_globals_put_it(shared: bool) -> None:
    """The subnet of a NAT gateway and of a function is a workload subnet: it reaches the internet."""
    where = {"VpcConfig": {"SubnetIds": [{"Ref": "Public"}]}}
    resources = {
        "Public": of("EC2::Subnet", VpcId={"Ref": "Vpc"}, CidrBlock="10.0.1.0/24"),
        "Leads": of("EC2::SubnetRouteTableAssociation", SubnetId={"Ref": "Public"}, RouteTableId={"Ref": "Out"}),
        "Out": of("EC2::RouteTable", VpcId={"Ref": "Vpc"}),
        "To": {**OUT, "Properties": {**OUT["Properties"], "RouteTableId": {"Ref": "Out"}}},
        "Nat": of("EC2::NatGateway", SubnetId={"Ref": "Public"}, AllocationId="eipalloc-1"),
        "Function": of("Serverless::Function", **({} if shared else where), VpcConfig2={}),
    }
    around = [("egress-through-firewall", "refuted", ("Public",))]
    assert verdicts(resources, Transform=SAM, Globals={"Function": where} if shared else {}) == around
    assert verdicts(resources, Transform=SAM, Globals={"Api": where}) == ([] if shared else around)


def test_lists_of_the_globals_come_first_maps_are_one_and_a_value_of_ones_own_wins() -> None:
    shared = {"Function": {"VpcConfig": {"SubnetIds": ["a"], "SecurityGroupIds": ["x"]}, "Role": {"Ref": "Igw"}}}
    own = {"VpcConfig": {"SubnetIds": ["b"]}, "Role": {"Ref": "Vpc"}}
    function = found({"Function": of("Serverless::Function", **own)}, Transform=SAM, Globals=shared)["Function"]
    assert function.properties["vpcConfig"] == {"subnetIds": ["a", "b"], "securityGroupIds": ["x"]}
    assert function.properties["role"] == "Vpc"
