"""CloudFormation templates: what they make, endpoints by position, look-ups, conditions, and what they don't show."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from policy.egress.network import build
from policy.egress.network.blind import NESTED, PUT_IN
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


def cut(zone: Any) -> Any:
    """The endpoint behind a zone's name, in the text of all endpoints."""
    joined = {"Fn::Join": [",", {"Fn::GetAtt": ["Firewall", "EndpointIds"]}]}
    behind = {"Fn::Select": [1, {"Fn::Split": [zone, joined]}]}
    return {"Fn::Select": [0, {"Fn::Split": [",", behind]}]}


@pytest.mark.parametrize("own", ["eu-west-1b", {"Fn::Select": [1, {"Fn::GetAZs": ""}]}])
def test_an_endpoint_that_is_cut_out_by_its_zone_is_the_one_of_the_subnet_there(own: Any) -> None:
    subnets = {
        name: {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "AvailabilityZone": zone}}
        for name, zone in (("A", "eu-west-1a"), ("B", own))
    }
    found = template(cut({"Fn::Join": ["", [own, ":"]]}), "A", "B", resources=subnets)
    states = [each["attachments"][0] for each in found["Firewall"].properties["firewallStatuses"][0]["syncStates"]]
    told = {each["subnetId"]: each["endpointId"] for each in states}
    assert found["Out"].properties["vpcEndpointId"] == told["B"] != told["A"]


@pytest.mark.parametrize("zone", ["eu-west-1c:", {"Fn::Join": ["", [{"Ref": "Open"}, ":"]]}])
def test_one_that_is_cut_out_by_a_zone_that_is_none_of_its_subnets_is_some_endpoint(zone: Any) -> None:
    found = template(cut(zone), "A", "B")
    assert found["Out"].properties["vpcEndpointId"] is UNKNOWN
    assert found["Out"].dependencies["vpcEndpointId"] == {found["Firewall"].urn}
    assert template(cut(zone), "A")["Out"].properties["vpcEndpointId"] == "Firewall.endpoint"


def test_a_custom_resource_gives_what_its_properties_are_about() -> None:
    about = {"Firewall": {"Fn::GetAtt": ["Firewall", "FirewallArn"]}, "Text": {"Fn::Sub": "in ${B}"}}
    lookup = {"Lookup": {"Type": "Custom::Endpoint", "Properties": about}}
    found = template({"Fn::GetAtt": ["Lookup", "Id"]}, "A", "B", resources=lookup)
    assert {found["Firewall"].urn, found["B"].urn} <= found["Out"].dependencies["vpcEndpointId"]


@pytest.mark.parametrize("given", ["Joined", "A"])
def test_a_custom_resource_may_turn_on_the_appliance_mode_of_an_attachment_that_it_is_given(given: str) -> None:
    hub = {"Type": "AWS::EC2::TransitGateway"}
    mode = {"Type": "Custom::Mode", "Properties": {"Id": {"Ref": given}, "Mode": "enable"}}
    options = {"TransitGatewayId": {"Ref": "Hub"}, "VpcId": {"Ref": "Vpc"}, "SubnetIds": [{"Ref": "A"}]}
    joined = {"Type": "AWS::EC2::TransitGatewayAttachment", "Properties": options}
    found = template(resources={"Hub": hub, "Joined": joined, "Mode": mode})["Joined"].properties
    assert found.get("applianceModeSupport") is (UNKNOWN if given == "Joined" else None)


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
    unread = {each.name: each.type for each in found.values() if each.type in (NESTED, PUT_IN)}
    assert unread == {"Inner": NESTED, "Transform Own": PUT_IN}


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


def test_names_of_variables_are_the_users_own() -> None:
    home = {"HOME_NET": {"Definition": ["10.0.0.0/8"]}}
    resources = {
        "Policy": {
            "Type": "AWS::NetworkFirewall::FirewallPolicy",
            "Properties": {"FirewallPolicy": {"PolicyVariables": {"RuleVariables": home}}},
        },
        "Group": {
            "Type": "AWS::NetworkFirewall::RuleGroup",
            "Properties": {
                "RuleGroup": {
                    "RuleVariables": {"IPSets": home},
                    "ReferenceSets": {"IPSetReferences": {"EXTERNAL_NET": {"ReferenceArn": "arn:list"}}},
                }
            },
        },
    }
    found = template(resources=resources)
    variables = {"HOME_NET": {"definition": ["10.0.0.0/8"]}}
    assert found["Policy"].properties["firewallPolicy"]["policyVariables"] == {"ruleVariables": variables}
    group = found["Group"].properties["ruleGroup"]
    assert group["ruleVariables"] == {"ipSets": variables}
    references = [{"key": "EXTERNAL_NET", "ipSetReferences": [{"referenceArn": "arn:list"}]}]
    assert group["referenceSets"] == {"ipSetReferences": references}


def test_a_policys_conditions_name_no_subnets() -> None:
    statement = {"Effect": "Deny", "Condition": {"Null": {"sagemaker:VpcSubnets": "true"}}}
    document = {"Statement": [statement]}
    extra = {"Role": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": document}}}
    assert json.loads(template(resources=extra)["Role"].properties["policyDocument"]) == document


def test_a_condition_that_is_open_leaves_a_value_open_and_stops_at_a_network() -> None:
    conditions = {"Gov": {"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws-us-gov"]}}
    choice = {"Fn::If": ["Gov", {"Fn::GetAtt": ["A", "CidrBlock"]}, "10.1.0.0/28"]}
    extra = {
        "C": {"Type": "AWS::EC2::Subnet", "Properties": {"CidrBlock": choice}},
        "Log": {"Type": "AWS::Logs::LogGroup", "Condition": "Gov"},
    }
    found = template(resources=extra, Conditions=conditions)
    assert found["C"].properties["cidrBlock"] is UNKNOWN
    assert "condition Gov" in found["C"].reasons["cidrBlock"]
    assert "Log" in found
    with pytest.raises(StateError, match="condition Gov holds depends on AWS::Partition; give --parameter"):
        template(resources={"D": {"Type": "AWS::EC2::Subnet", "Condition": "Gov"}}, Conditions=conditions)


def test_loops_are_unrolled() -> None:
    body = {"Subnet${Name}": {"Type": "AWS::EC2::Subnet", "Properties": {"AvailabilityZone": {"Ref": "Name"}}}}
    loop = {"Fn::ForEach::Subnets": ["Name", ["a", "b"], body], "Fn::ForEach::More": ["Name", {"Ref": "Open"}, body]}
    found = template(resources=loop, Transform="AWS::LanguageExtensions")
    zones = {name: each.properties["availabilityZone"] for name, each in found.items() if name.startswith("Subnet")}
    assert zones == {"Subneta": "a", "Subnetb": "b"}
    assert found["Fn::ForEach::More"].type == PUT_IN


def test_a_name_without_a_value_in_a_loop_makes_nothing() -> None:
    subnet = {"Type": "AWS::EC2::Subnet", "Properties": {"AvailabilityZone": {"Ref": "Zone"}}}
    inner = {"Fn::ForEach::Zones": ["Zone", ["a", "b"], {"${Kind}${Zone}": subnet}]}
    found = template(resources={"Fn::ForEach::Kinds": ["Kind", ["Work", "Fire"], {"${Kind}": None, **inner}]})
    assert {name for name in found if name.startswith(("Work", "Fire"))} == {"Worka", "Workb", "Firea", "Fireb"}


def test_what_a_loop_makes_is_written_where_the_loop_is() -> None:
    loop = ["Zone", ["a", "b"], {"Subnet${Zone}": {"Type": "AWS::EC2::Subnet"}}]
    reading = read(json.dumps({"Resources": {**NETWORK, "Fn::ForEach::Zones": loop}}, indent=0))
    lines = {each.name: reading.places[each.urn] for each in reading.registrations}
    assert lines["Subneta"] == lines["Subnetb"] > lines["Table"]


@pytest.mark.parametrize(
    "named",
    [
        {"Ref": {"Fn::Sub": "${Open}pc"}},
        {"Fn::GetAtt": [{"Fn::Join": ["", ["V", "pc"]]}, {"Fn::Sub": "VpcId"}]},
    ],
)
def test_a_function_may_make_the_name_in_a_reference(named: Any) -> None:
    parameters = {"Open": {"Type": "String", "Default": "V"}, "Cidr": {"Type": "String", "Default": "10.0.0.0/16"}}
    subnet = {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": named}}
    assert template(resources={"C": subnet}, Parameters=parameters)["C"].properties["vpcId"] == "Vpc"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"Type": {"Ref": "Open"}}, "C of this template has a type and properties, found "),
        ({"Type": "AWS::EC2::VPC", "Properties": "x"}, "C of this template has a type and properties, found "),
        ({"Type": {"Fn::Rain::Module": "vpc.yml"}}, "C of this template is a module of Rain; `rain pkg` writes"),
    ],
)
def test_what_is_no_resource_is_refused_by_name(written: Any, said: str) -> None:
    with pytest.raises(StateError, match=re.escape(said)):
        template(resources={"C": written})
    with pytest.raises(StateError, match="D of this template has a type and properties, found 'x'"):
        template(resources={"Fn::ForEach::Ds": ["Name", ["D"], {"${Name}": "x"}]})


def test_a_condition_that_is_none_says_what_conditions_are_made_of() -> None:
    with pytest.raises(StateError, match=r"condition On is made of Condition, Fn::And, .* and Fn::Or, found 'true'"):
        template(resources={"C": {"Type": "AWS::EC2::VPC", "Condition": "On"}}, Conditions={"On": "true"})


def test_what_is_there_already_is_one_thing_wherever_its_parameter_stands() -> None:
    kinds = {"Where": "AWS::EC2::VPC::Id", "Zones": "List<AWS::EC2::AvailabilityZone::Name>"}
    zone = {"Fn::Select": [0, {"Ref": "Zones"}]}
    subnet = {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Where"}, "AvailabilityZone": zone}}
    document = {"Parameters": {name: {"Type": kind} for name, kind in kinds.items()}, "Resources": {"S": subnet}}
    (found,) = read(json.dumps(document)).registrations
    assert found.properties == {"vpcId": "${Where}", "availabilityZone": "${Zones[0]}"}


ZONE = {"Z": {"Type": "AWS::EC2::AvailabilityZone::Name"}}
NAMED = {"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "on", {"DefaultValue": "no"}]}


@pytest.mark.parametrize(
    "compared",
    [
        [{"Ref": "Z"}, "eu-west-1a"],
        [{"Fn::Select": [0, {"Fn::GetAZs": ""}]}, "eu-west-1a"],
        [{"Ref": "AWS::Region"}, "eu-west-1"],
        [NAMED, "yes"],
        ["{{resolve:ssm:/on}}", "yes"],
        [{"Fn::Join": ["", ["{{resolve:ssm:/", {"Ref": "AWS::StackName"}, "}}"]]}, "yes"],
    ],
)
def test_what_a_template_only_names_equals_nothing_and_differs_from_nothing(compared: list[Any]) -> None:
    """Each was taken for another text, so that a route on that condition was left out, and a bypass proven."""
    route = {"Out": {"Type": "AWS::EC2::Route", "Condition": "C", "Properties": {"RouteTableId": {"Ref": "Table"}}}}
    document = {
        "Parameters": ZONE,
        "Mappings": {"M": {"eu-west-1": {"on": "yes"}}},
        "Conditions": {"C": {"Fn::Equals": compared}},
        "Resources": {"Table": NETWORK["Table"], **route},
    }
    with pytest.raises(StateError, match="whether condition C holds depends on"):
        read(json.dumps(document))


@pytest.mark.parametrize(
    ("default", "compared"), [("true", True), (True, "true"), (True, {"Fn::Sub": "${Z}"}), ("1", 1), (1, "1")]
)
def test_numbers_and_what_is_true_are_compared_as_texts(default: Any, compared: Any) -> None:
    document = {
        "Parameters": {"Z": {"Type": "String", "Default": default}},
        "Conditions": {"C": {"Fn::Equals": [{"Ref": "Z"}, compared]}},
        "Resources": {"Vpc": {"Type": "AWS::EC2::VPC", "Condition": "C"}},
    }
    assert [each.name for each in read(json.dumps(document)).registrations] == ["Vpc"]


@pytest.mark.parametrize("value", [NAMED, "{{resolve:ssm:/table}}", {"Fn::Sub": "{{resolve:ssm:/${AWS::Region}}}"}])
def test_an_entry_that_depends_on_the_region_and_a_dynamic_reference_are_open(value: Any) -> None:
    """A table of such a name is one that nobody has: the route in it was dropped."""
    route = {"Out": {"Type": "AWS::EC2::Route", "Properties": {"RouteTableId": value}}}
    found = template(resources=route, Mappings={"M": {"eu-west-1": {"on": "yes"}}})["Out"]
    assert found.properties["routeTableId"] is UNKNOWN
    assert "which a template doesn't show" in found.reasons["routeTableId"]


def test_a_property_that_is_taken_away_tells_no_type() -> None:
    taken = {"Ref": "AWS::NoValue"}
    gateway = {"InternetGatewayId": taken, "VpnGatewayId": "vgw-1"}
    block = {"CidrBlock": taken, "AmazonProvidedIpv6CidrBlock": True}
    found = template(
        resources={
            "Gateway": {"Type": "AWS::EC2::VPCGatewayAttachment", "Properties": gateway},
            "Block": {"Type": "AWS::EC2::VPCCidrBlock", "Properties": block},
        }
    )
    assert found["Gateway"].type == "aws:ec2/vpnGatewayAttachment:VpnGatewayAttachment"
    assert found["Block"].type == "aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation"


@pytest.mark.parametrize("shared", ["subnet", "transit-gateway"])
def test_what_a_template_shares_with_other_accounts_is_used_by_them(shared: str) -> None:
    name = {"subnet": "A", "transit-gateway": "Hub"}[shared]
    arn = {"Fn::Sub": f"arn:${{AWS::Partition}}:ec2:${{AWS::Region}}:${{AWS::AccountId}}:{shared}/${{{name}}}"}
    hub = {
        "Hub": {"Type": "AWS::EC2::TransitGateway", "Properties": {"DefaultRouteTableAssociation": "disable"}},
        "Spokes": {"Type": "AWS::EC2::TransitGatewayRouteTable", "Properties": {"TransitGatewayId": {"Ref": "Hub"}}},
    }
    share = {"Type": "AWS::RAM::ResourceShare", "Properties": {"Name": "all", "ResourceArns": [arn]}}
    alone, given = (build(template(resources={**hub, **more}).values()) for more in ({}, {"Share": share}))
    if shared == "subnet":
        assert [(each.name, each.role) for each in given.occupants] == [("Share", "workload")]
        assert [given.subnets[key].name for each in given.occupants for key in each.subnets] == ["A"]
        assert not alone.occupants
    else:
        gateways = [each for network in (alone, given) for each in network.transit_gateways.values()]
        assert [each.shared for each in gateways] == [False, True]
