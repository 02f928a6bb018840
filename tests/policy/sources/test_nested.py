"""Nested stacks whose templates lie beside: a network is the same, however its template is cut into others."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path
from typing import Any

import pytest

from policy.egress.program.snapshot import UNKNOWN, Registration
from policy.egress.show.cli import main
from policy.egress.sources.formats import read
from policy.egress.sources.reading import StateError
from tests.policy.sources.test_scenarios_in_templates import NAMES, template
from tests.policy.sources.test_scenarios_in_terraform import said

PARTS = ("One", "Two")
EITHER = {"zones_one_way_back"}
"""Of two subnets alike the one whose name comes first is told, and names say here in which part they stand."""


def of(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def stack(file: str, **parameters: Any) -> dict[str, Any]:
    return of("CloudFormation::Stack", TemplateURL=file, Parameters=parameters)


def write(folder: Path, **templates: Any) -> str:
    for name, written in templates.items():
        (folder / f"{name}.json").write_text(json.dumps(written))
    return (folder / "top.json").read_text()


def read_in(folder: Path, **templates: Any) -> dict[str, Registration]:
    return {each.name: each for each in read(write(folder, **templates), beside=folder).registrations}


class Cut:
    """A template cut in two at random: what one part names of the other, the template above passes on."""

    def __init__(self, whole: dict[str, Any], draw: random.Random) -> None:
        self.part = {logical: draw.choice(PARTS) for logical in whole["Resources"]}
        self.templates: dict[str, Any] = {each: {"Resources": {}, "Parameters": {}, "Outputs": {}} for each in PARTS}
        self.passed: dict[str, dict[str, Any]] = {each: {} for each in PARTS}
        for logical, written in whole["Resources"].items():
            here = self.part[logical]
            self.templates[here]["Resources"][logical] = self._moved(written, here)

    def _moved(self, written: Any, here: str) -> Any:
        if isinstance(written, list):
            return [self._moved(inner, here) for inner in written]
        if not isinstance(written, dict):
            return written
        if len(written) == 1:
            ((function, argument),) = written.items()
            if function == "Ref" and self.part.get(argument, here) != here:
                return self._parameter(here, argument, written, argument)
            if function == "Fn::GetAtt" and self.part.get(argument[0], here) != here:
                listed = argument[1] == "EndpointIds"
                value = {"Fn::Join": [",", written]} if listed else written
                return self._parameter(here, argument[0], value, "".join(argument).replace(".", ""), listed=listed)
        return {
            name: [each for each in inner if self.part[each] == here]
            if name == "DependsOn"
            else self._moved(inner, here)
            for name, inner in written.items()
        }

    def _parameter(self, here: str, logical: str, value: Any, name: str, *, listed: bool = False) -> dict[str, Any]:
        there = self.part[logical]
        self.templates[there]["Outputs"][name] = {"Value": value}
        self.templates[here]["Parameters"][name] = {"Type": "CommaDelimitedList" if listed else "String"}
        self.passed[here][name] = {"Fn::GetAtt": [there, f"Outputs.{name}"]}
        return {"Ref": name}


def alike(line: str) -> str:
    """A verdict by names that don't say in which part they stand."""
    what, _, names = line.rpartition(" ")
    return f"{what} {','.join(sorted(each.removeprefix('One:').removeprefix('Two:') for each in names.split(',')))}"


@pytest.mark.parametrize("name", NAMES)
def test_a_template_cut_in_two_says_what_the_whole_one_does(name: str, tmp_path: Path) -> None:
    text = template(name)
    if text is None or "Fn::Sub" in text:
        return  # how many can't be written is counted beside
    whole = json.loads(text)
    cut = Cut(whole, random.Random(name))  # noqa: S311
    top = {"Resources": {each: stack(f"./{each}.json", **cut.passed[each]) for each in PARTS}}
    found = read(write(tmp_path, top=top, **cut.templates), beside=tmp_path)
    told, whole_said = ([alike(line) for line in said(each)] for each in (found, read(text)))
    if name in EITHER:
        told, whole_said = ([line.rpartition(" ")[0] for line in each] for each in (told, whole_said))
    assert told == whole_said
    assert {each.type for each in found.registrations} == {each.type for each in read(text).registrations}


VPC = {"Resources": {"Vpc": of("EC2::VPC", CidrBlock="10.0.0.0/16")}, "Outputs": {"VpcId": {"Value": {"Ref": "Vpc"}}}}
SUBNET = of("EC2::Subnet", VpcId={"Fn::GetAtt": ["Net", "Outputs.VpcId"]}, CidrBlock="10.0.0.0/24")
INTO = {"Parameters": {"Vpc": {"Type": "String"}}, "Resources": {"Net": of("EC2::Subnet", VpcId={"Ref": "Vpc"})}}


def test_what_a_nested_stack_puts_out_is_the_resource_itself_wherever_the_template_is_noted(tmp_path: Path) -> None:
    by_cdk = {**stack("https://bucket/hash"), "Metadata": {"aws:asset:path": "net.json"}}
    for net in (stack("net.json"), stack("./net.json"), by_cdk):
        found = read_in(tmp_path, net=VPC, top={"Resources": {"Net": net, "Subnet": SUBNET}})
        assert found["Subnet"].properties["vpcId"] == found["Net:Vpc"].id == "Net:Vpc"
        assert set(found) == {"Subnet", "Net:Vpc"}


@pytest.mark.parametrize("where", ["https://bucket/net.json", "gone.json", ".", "/dev/zero", {"Ref": "Url"}])
def test_what_no_template_at_hand_tells_is_undecided_and_no_id(where: Any, tmp_path: Path) -> None:
    found = read_in(tmp_path, net=VPC, top={"Resources": {"Net": stack(where), "Subnet": SUBNET}})
    assert found["Net"].type.endswith("Stack")
    assert found["Subnet"].properties["vpcId"] is UNKNOWN
    assert found["Subnet"].dependencies["vpcId"] == {"Net.Outputs.VpcId"}


def test_a_stack_twice_is_two_networks_and_stacks_nest_in_each_other(tmp_path: Path) -> None:
    middle = {"Resources": {"A": stack("net.json"), "B": stack("net.json")}}
    found = read_in(tmp_path, net=VPC, middle=middle, top={"Resources": {"Mid": stack("middle.json")}})
    assert {each.id for each in found.values()} == {"Mid.A:Vpc", "Mid.B:Vpc"}


def test_parameters_are_what_the_template_above_passes_else_their_defaults_and_no_others(tmp_path: Path) -> None:
    into = json.loads(json.dumps(INTO).replace('"String"', '"String", "Default": "vpc-1"'))
    nothing = stack("into.json", Vpc={"Ref": "AWS::NoValue"})
    nets = {"A": stack("into.json", Vpc="vpc-2"), "B": stack("into.json"), "C": nothing}
    text = write(tmp_path, into=into, top={"Resources": nets})
    found = read(text, parameters={"Vpc": "vpc-3"}, beside=tmp_path).registrations
    assert [each.properties["vpcId"] for each in found] == ["vpc-2", "vpc-1", "vpc-1"]


def test_stacks_that_hang_on_each_other_in_a_ring_are_undecided(tmp_path: Path) -> None:
    echo = {**INTO, "Outputs": {"VpcId": {"Value": {"Ref": "Vpc"}}}}
    around = {"A": "B", "B": "A"}
    nets = {each: stack("echo.json", Vpc={"Fn::GetAtt": [of, "Outputs.VpcId"]}) for each, of in around.items()}
    found = read_in(tmp_path, echo=echo, top={"Resources": nets})
    assert [each.properties["vpcId"] for each in found.values()] == [UNKNOWN, UNKNOWN]


def test_a_stack_that_may_not_be_there_is_asked_for(tmp_path: Path) -> None:
    net = {**stack("net.json"), "Condition": "Wanted"}
    top = {"Parameters": {"P": {"Type": "String"}}, "Conditions": {"Wanted": {"Fn::Equals": [{"Ref": "P"}, "yes"]}}}
    text = write(tmp_path, net=VPC, top={**top, "Resources": {"Net": net}})
    with pytest.raises(StateError, match="whether condition Wanted holds depends on parameter P"):
        read(text, beside=tmp_path)
    assert [len(read(text, parameters={"P": p}, beside=tmp_path).registrations) for p in ("yes", "no")] == [1, 0]


def test_a_stack_in_itself_and_a_broken_one_are_named(tmp_path: Path) -> None:
    text = write(tmp_path, top={"Resources": {"Again": stack("top.json")}})
    with pytest.raises(StateError, match=r"top\.json is nested in itself"):
        read(text, beside=tmp_path)
    text = write(tmp_path, top={"Resources": {"Net": stack("net.json")}})
    (tmp_path / "net.json").write_text('{"Resources": {')
    with pytest.raises(StateError, match=r"net\.json: this is not JSON"):
        read(text, beside=tmp_path)


def test_a_finding_names_the_file_and_line_of_the_nested_template(tmp_path: Path) -> None:
    public = {
        "Resources": {
            "Vpc": of("EC2::VPC", CidrBlock="10.0.0.0/16"),
            "Igw": of("EC2::InternetGateway"),
            "Attached": of("EC2::VPCGatewayAttachment", VpcId={"Ref": "Vpc"}, InternetGatewayId={"Ref": "Igw"}),
            "Subnet": of("EC2::Subnet", VpcId={"Ref": "Vpc"}, CidrBlock="10.0.0.0/24", MapPublicIpOnLaunch=True),
            "Table": of("EC2::RouteTable", VpcId={"Ref": "Vpc"}),
            "In": of("EC2::SubnetRouteTableAssociation", SubnetId={"Ref": "Subnet"}, RouteTableId={"Ref": "Table"}),
            "Out": of(
                "EC2::Route",
                RouteTableId={"Ref": "Table"},
                DestinationCidrBlock="0.0.0.0/0",
                GatewayId={"Ref": "Igw"},
            ),
        }
    }
    write(tmp_path, top={"Resources": {"Net": stack("net.json")}})
    text = json.dumps(public, indent=1)
    (tmp_path / "net.json").write_text(text)
    line = text[: text.index('"Out"')].count("\n") + 1
    out = io.StringIO()
    assert main(["check", str(tmp_path / "top.json")], out) == 1
    assert f"At: {tmp_path / 'net.json'}:{line}\n" in out.getvalue()
