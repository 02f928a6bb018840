"""What people give by mistake is refused by name, and what can't be read whole never passes."""

from __future__ import annotations

import copy
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policy.egress.show.cli import main
from tests.policy.show.states import state
from tests.policy.sources.record import recorded

pytestmark = pytest.mark.xdist_group("scenarios")

SOUND = "single_nat"
Check = Callable[..., tuple[int, str, str]]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    def run(content: Any, command: str = "check") -> tuple[int, str, str]:
        file = tmp_path / "file"
        text = content if isinstance(content, (str, bytes)) else json.dumps(content)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        out, err = io.StringIO(), io.StringIO()
        code = main([command, str(file)], out, err)
        return code, out.getvalue(), err.getvalue().replace(f"{file} ", "FILE ")

    return run


def plan() -> dict[str, Any]:
    return copy.deepcopy(recorded(SOUND))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "this is not JSON: it is empty"),
        ("\x1b[0mReading...\n" + json.dumps({"a": "b"}), r"before the JSON stands '\x1b[0mReading...'"),
        ('{"a": "b"}\nReleasing state lock.\n', "behind the JSON stands more, from line 2 on"),
        (gzip.compress(b"{}"), "FILE is compressed (gzip); `gunzip` unpacks it"),
        (b"PK\x03\x04\xff", "FILE is an archive, such as `terraform plan -out` writes"),
        ('{"a": 1}'.encode("utf-16-le"), "FILE is not text in UTF-8; in UTF-16, it needs a byte order mark"),
        (b'{"a": "\xe9"}', "FILE is not text in UTF-8"),
        ('{"@level":"info","@message":"x"}\n{"@level":"info","@message":"y"}\n', "the log of `terraform plan -json`"),
        ({"@level": "info", "@message": "Terraform 1.9.0"}, "the log of `terraform plan -json`"),
        ('{"sequence":0,"timestamp":1}\n{"sequence":1,"timestamp":2}\n', "this is an event log of Pulumi"),
        ("Terraform will perform the following actions:\n", "this is Terraform's text, not its JSON"),
        ('resource "aws_vpc" "a" {\n}\n', "this is Terraform's text, not its JSON"),
        ({"serial": 1, "lineage": "x", "encrypted_data": "A", "encryption_version": "v0"}, "is encrypted by OpenTofu"),
        ({"format_version": "1.0", "valid": True, "diagnostics": []}, "what `terraform validate -json` says"),
        ({"terraform_version": "1.9.0", "provider_selections": {}}, "what `terraform version -json` says"),
        ({"version": 3, "backend": {"type": "s3"}}, "this says where Terraform keeps the state, and isn't it"),
        ({"version": 3, "terraform_version": "0.11.14", "modules": []}, "this state has format 3, and 4 is read here"),
        ({"format_version": "1.0", "shown": 1}, "this is no state that `terraform show -json` writes: it has shown"),
        ({"ChangeSetName": "x", "Changes": []}, "this is a change set, not a template"),
        ({"Stacks": []}, "this is a list of stacks"),
        ({"version": "36.0.0", "artifacts": {}}, "this is the manifest of `cdk synth`; give its folder"),
        ({"steps": [1]}, "step 1 of this preview is none that Pulumi writes"),
        ({"steps": [{"op": "create"}]}, "step 1 of this preview is none that Pulumi writes"),
        ("Resources:\n  A: {Type: AWS::EC2::VPC}\n  A: {Type: AWS::EC2::VPC}\n", "A stands twice in one object"),
        ('{"Resources": {"A": {"Type": "x"}, "A": {"Type": "y"}}}', "A stands twice in one object of this template"),
        ("Resources:\n  A: &a\n    Type: AWS::EC2::VPC\n    Properties: *a\n", "or to one within itself"),
        ("Resources:\n  ? [a, b]\n  : {Type: x}\n", "this is neither JSON nor YAML"),
    ],
)
def test_what_is_none_of_the_files_is_refused_by_name(check: Check, content: Any, said: str) -> None:
    code, out, err = check(content)
    assert (code, out) == (2, "")
    assert said in err


def test_aliases_that_come_to_more_than_anybody_writes_are_refused_at_once(check: Check) -> None:
    lines = [f"      P{n}: &p{n} [{', '.join([f'*p{n - 1}'] * 9)}]" for n in range(1, 12)]
    head = "Resources:\n  A:\n    Type: AWS::EC2::VPC\n    Properties:\n      P0: &p0 [x]\n"
    code, _out, err = check(head + "\n".join(lines))
    assert code == 2
    assert "the aliases of this YAML come to more than 1,000,000 values" in err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_what_powershell_writes_is_read(check: Check, encoding: str) -> None:
    assert check(json.dumps(recorded(SOUND)).encode(encoding)) == check(recorded(SOUND))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"actions": "create", "after": {}}, "what is done with aws_route.fire-a-out can't be read: 'create'"),
        ({"actions": ["later"], "after": {}}, "what is done with aws_route.fire-a-out can't be read: ['later']"),
        ({"actions": ["create"], "after": None}, "what becomes of aws_route.fire-a-out can't be read"),
        ({"actions": ["update"], "after": {}, "after_unknown": [True]}, "what becomes of aws_route.fire-a-out can't"),
        ({"actions": ["forget"], "before": None}, "what becomes of aws_route.fire-a-out can't be read"),
    ],
)
def test_a_change_that_is_not_told_whole_is_refused(check: Check, change: dict[str, Any], said: str) -> None:
    document = plan()
    route = next(each for each in document["resource_changes"] if each["address"] == "aws_route.fire-a-out")
    route["change"] = change
    code, _out, err = check(document)
    assert code == 2
    assert said in err


def test_two_changes_of_one_resource_are_refused(check: Check) -> None:
    document = plan()
    document["resource_changes"].append(document["resource_changes"][0])
    code, _out, err = check(document)
    assert code == 2
    assert f"two changes of this plan are about {document['resource_changes'][0]['address']}" in err


def test_a_plan_whose_changes_are_left_out_is_refused(check: Check) -> None:
    document = plan()
    del document["resource_changes"]
    code, _out, err = check(document)
    assert code == 2
    assert "no change of this plan tells of aws_cloudwatch_log_group.fw-alert, " in err


def deferring(*kinds: str) -> dict[str, Any]:
    document = plan()
    put_off = [each for each in document["resource_changes"] if each["type"] in kinds]
    document["resource_changes"] = [each for each in document["resource_changes"] if each not in put_off]
    document["deferred_changes"] = [{"reason": "resource_config_unknown", "resource_change": each} for each in put_off]
    return document


def test_what_terraform_defers_is_not_proven(check: Check) -> None:
    code, out, _err = check(deferring("aws_internet_gateway"))
    text = " ".join(out.split())
    assert code == 1
    assert "egress-through-firewall (mandatory) cannot be proven: aws_internet_gateway.igw" in text
    assert "Terraform defers it to the next plan, and what it will be isn't known" in text
    assert "Fix: Apply this plan, make the next one, and check that." in text


def test_what_terraform_defers_of_no_network_is_told_and_no_more(check: Check) -> None:
    code, out, _err = check(deferring("aws_cloudwatch_log_group"))
    assert code == 0
    assert "Note: Terraform defers 3 changes to another plan" in out


@pytest.mark.parametrize("deferred", [{"a": 1}, [1], [{"resource_change": {}}]])
def test_deferred_changes_that_terraform_does_not_write_are_refused(check: Check, deferred: Any) -> None:
    code, _out, err = check({**plan(), "deferred_changes": deferred})
    assert code == 2
    assert "deferred" in err


def template(**more: Any) -> dict[str, Any]:
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    subnet = {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}}
    return {"Resources": {"Vpc": vpc, "Subnet": subnet, **more}}


@pytest.mark.parametrize(
    "document",
    [
        {**template(), "Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://a/b"}}},
        template(Net={"Type": "Our::Network::Egress::MODULE", "Properties": {}}),
    ],
)
def test_what_a_template_does_not_show_is_not_proven(check: Check, document: Any) -> None:
    assert check(template())[0] == 0
    code, out, _err = check(document)
    assert code == 1
    assert "egress-through-firewall (mandatory) cannot be proven" in out


def test_a_template_is_read_as_the_command_line_of_aws_writes_it(check: Check) -> None:
    for body in (template(), json.dumps(template())):
        assert check({"TemplateBody": body, "StagesAvailable": ["Original"]}) == check(template())


def test_a_map_without_the_key_gives_its_default(check: Check) -> None:
    document = template()
    found = {"Fn::FindInMap": ["Ranges", "prod", "Vpc", {"DefaultValue": "10.7.0.0/16"}]}
    document["Resources"]["Vpc"]["Properties"]["CidrBlock"] = found
    assert "10.7.0.0/16" in check(document, "draw")[1]


def test_more_blocks_than_aws_cuts_are_not_cut(check: Check) -> None:
    document = template()
    blocks = {"Fn::Cidr": ["10.0.0.0/8", 1_000_000_000, 2]}
    document["Resources"]["Subnet"]["Properties"]["CidrBlock"] = {"Fn::Select": [255, blocks]}
    assert "10.0.3.252/30" in check(document, "draw")[1]


def test_a_folder_of_cdk_is_all_of_its_stacks(tmp_path: Path) -> None:
    stacks = {
        "Hub": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Hub.template.json"}},
        "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}},
        "assembly-Prod": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}},
    }
    inner = {"Spoke": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Spoke.template.json"}}}
    (tmp_path / "assembly-Prod").mkdir()
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": stacks}))
    (tmp_path / "assembly-Prod" / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": inner}))
    for name in ("Hub.template.json", "assembly-Prod/Spoke.template.json"):
        (tmp_path / name).write_text(json.dumps(template()))
    out = io.StringIO()
    assert main(["check", str(tmp_path)], out, io.StringIO()) == 0
    assert "4 resources, 2 VPCs, 2 workload subnets" in out.getvalue()


@pytest.mark.parametrize(
    ("manifest", "said"),
    [(None, "can't be read: Is a directory"), ("{}", "has no stack in its"), ("x", "can't be read as one that")],
)
def test_any_other_folder_is_refused(tmp_path: Path, manifest: str | None, said: str) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    err = io.StringIO()
    assert main(["check", str(tmp_path)], io.StringIO(), err) == 2
    assert said in err.getvalue()


def test_operations_under_way_are_told(check: Check) -> None:
    document = json.loads(state("stateless_pass"))
    document["deployment"]["pending_operations"] = [{"type": "creating", "resource": {}}]
    assert "Note: This state was written with operations under way (1)" in check(document)[1]
