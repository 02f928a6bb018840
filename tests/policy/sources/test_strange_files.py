"""What people give by mistake is refused by name, and what can't be read whole never passes."""

from __future__ import annotations

import copy
import gzip
import io
import json
import re
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
        ('[command]/x/terraform-bin show -json plan\n{"a": "b"}', "before the JSON stands '[command]/x/terraform-bin"),
        ('{"a": "b"}\nReleasing state lock.\n', "behind the JSON stands more, from line 2 on"),
        (gzip.compress(b"{}", mtime=0), "FILE is compressed (gzip); `gunzip` unpacks it"),
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
        ('{"Resources": {"A": {"Type": "x"}, "A": {"Type": "y"}}}', "A stands twice in one object, and"),
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
    code, out, err = check(template())
    without_lines = re.sub(r"\n  At: .*", "", out)
    for body in (template(), json.dumps(template())):
        assert check({"TemplateBody": body, "StagesAvailable": ["Original"]}) == (code, without_lines, err)


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


def test_a_stack_without_resources_is_none(tmp_path: Path) -> None:
    stacks = {
        name: {"type": "aws:cloudformation:stack", "properties": {"templateFile": f"{name}.template.json"}}
        for name in ("Hub", "Empty")
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": stacks}))
    (tmp_path / "Hub.template.json").write_text(json.dumps(template()))
    (tmp_path / "Empty.template.json").write_text(json.dumps({"Parameters": {"BootstrapVersion": {"Type": "String"}}}))
    out, err = io.StringIO(), io.StringIO()
    assert main(["check", str(tmp_path)], out, err) == 0
    assert "2 resources, 1 VPC, 1 workload subnet" in out.getvalue()
    (tmp_path / "Hub.template.json").write_text("{}")
    assert main(["check", str(tmp_path)], out, err) == 2
    assert "has no stack with resources in its manifest.json" in err.getvalue()


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (None, "is a folder, and not one that"),
        ("{}", "has no stack with resources in its"),
        ("x", "can't be read as one that"),
    ],
)
def test_any_other_folder_is_refused(tmp_path: Path, manifest: str | None, said: str) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    err = io.StringIO()
    assert main(["check", str(tmp_path)], io.StringIO(), err) == 2
    assert said in err.getvalue()


@pytest.mark.parametrize("document", [plan(), json.loads(state("single_nat"))])
def test_a_name_that_stands_twice_is_refused_in_every_file(check: Check, document: Any) -> None:
    text = json.dumps(document)
    assert check(text)[0] == 0
    for name in ("aws_route", "aws:ec2/route:Route"):
        text = text.replace(f'"type": "{name}"', f'"type": "{name}", "type": "aws_none"')
    code, out, err = check(text)
    assert (code, out) == (2, "")
    assert "type stands twice in one object, and only one of them would be read" in err


def test_a_name_that_stands_twice_is_refused_in_the_config(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"egress-through-firewall": {}, "egress-through-firewall": "disabled"}')
    (tmp_path / "state.json").write_text(state("single_nat"))
    err = io.StringIO()
    words = ["check", str(tmp_path / "state.json"), "--config", str(tmp_path / "config.json")]
    assert main(words, io.StringIO(), err) == 2
    assert "config.json: egress-through-firewall stands twice in one object" in err.getvalue()


def under_way(kind: str, token: str) -> dict[str, Any]:
    return {"type": kind, "resource": {"urn": f"urn:pulumi:dev::p::{token}::new", "type": token}}


@pytest.mark.parametrize("kind", ["creating", "updating", "deleting", "importing"])
def test_what_an_operation_was_cut_short_on_is_not_proven(check: Check, kind: str) -> None:
    document = json.loads(state("single_nat"))
    assert check(document)[0] == 0
    document["deployment"]["pending_operations"] = [under_way(kind, "aws:ec2/route:Route")]
    code, out, _err = check(document)
    text = " ".join(out.split())
    assert code == 1
    assert "egress-through-firewall (mandatory) cannot be proven: new" in text
    assert "an operation on it was cut short, and what came of that isn't known" in text
    assert "Fix: `pulumi refresh` finds out what came of it; check the state that it leaves." in text


@pytest.mark.parametrize(
    "operation", [under_way("reading", "aws:ec2/route:Route"), under_way("creating", "aws:ec2/instance:Instance")]
)
def test_an_operation_that_no_way_depends_on_is_told_and_no_more(check: Check, operation: Any) -> None:
    document = json.loads(state("single_nat"))
    document["deployment"]["pending_operations"] = [operation]
    code, out, _err = check(document)
    assert code == 0
    assert "Note: This state was written with operations under way (1)" in out


@pytest.mark.parametrize("pending", [3, [1], [{"type": "creating", "resource": {}}]])
def test_operations_that_pulumi_does_not_write_are_refused(check: Check, pending: Any) -> None:
    document = json.loads(state("single_nat"))
    document["deployment"]["pending_operations"] = pending
    code, _out, err = check(document)
    assert code == 2
    assert "under way in this state" in err or "pending_operations of this state is a list" in err


def test_what_is_deleted_already_to_be_made_anew_is_not_proven(check: Check) -> None:
    document = json.loads(state("single_nat"))
    route = next(each for each in document["deployment"]["resources"] if each["type"] == "aws:ec2/route:Route")
    route["pendingReplacement"] = True
    assert check(document)[0] == 1


def test_what_a_replacement_of_pulumi_left_behind_stands_until_it_is_deleted(check: Check) -> None:
    bad = json.loads(state("more_specific"))
    assert check(bad)[0] == 1
    for each in bad["deployment"]["resources"]:
        each["delete"] = each["type"] == "aws:ec2/route:Route"
    said = check(bad)
    assert said[0] == 1
    assert "(waits for deletion" in said[1]


def state_of_terraform(**more: Any) -> dict[str, Any]:
    """A subnet without a way out, beside it an internet gateway, and one resource more."""
    resources = {
        "aws_vpc.v": {"id": "vpc-1", "cidr_block": "10.0.0.0/16", "main_route_table_id": "rtb-0"},
        "aws_subnet.s": {"id": "subnet-1", "vpc_id": "vpc-1", "cidr_block": "10.0.0.0/24"},
        "aws_internet_gateway.g": {"id": "igw-1", "vpc_id": "vpc-1"},
        "aws_route_table.t": {"id": "rtb-1", "vpc_id": "vpc-1", "route": []},
        "aws_route_table_association.a": {"id": "a-1", "subnet_id": "subnet-1", "route_table_id": "rtb-1"},
    }
    listed = [
        {"mode": "managed", "type": kind, "name": name, "instances": [{"attributes": values}]}
        for spelled, values in resources.items()
        for kind, name in [spelled.split(".")]
    ]
    route = {"id": "r-1", "route_table_id": "rtb-1", "destination_cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}
    extra = {"mode": "managed", "type": "aws_route", "name": "r", "instances": [{"attributes": route, **more}]}
    return {"version": 4, "terraform_version": "1.9.0", "resources": [*listed, *([extra] if more else [])]}


def shown(raw: dict[str, Any]) -> dict[str, Any]:
    """Return a raw state as `terraform show -json` writes it."""
    resources = [
        {
            **{name: each[name] for name in ("mode", "type", "name")},
            "values": instance["attributes"],
            **({"deposed_key": instance["deposed"]} if "deposed" in instance else {}),
            **({"tainted": True} if instance.get("status") == "tainted" else {}),
        }
        for each in raw["resources"]
        for instance in each["instances"]
    ]
    return {"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": {"resources": resources}}}


@pytest.mark.parametrize("written", [dict, shown])
def test_what_a_replacement_of_terraform_left_behind_stands_until_it_is_deleted(check: Check, written: Any) -> None:
    assert check(written(state_of_terraform()))[0] == 0
    code, out, _err = check(written(state_of_terraform(deposed="0badc0de")))
    assert code == 1
    assert "egress-through-firewall (mandatory) does not hold: aws_route.r (deposed object 0badc0de)" in out
    assert "aws_subnet.s reaches the internet" in " ".join(out.split())


@pytest.mark.parametrize("written", [dict, shown])
def test_what_terraform_holds_for_damaged_is_not_proven(check: Check, written: Any) -> None:
    document = state_of_terraform(status="tainted")
    document["resources"][-1]["instances"][0]["attributes"]["destination_cidr_block"] = "10.0.0.0/8"
    code, out, _err = check(written(document))
    text = " ".join(out.split())
    assert code == 1
    assert "egress-through-firewall (mandatory) cannot be proven: aws_route.r" in text
    assert "it is tainted, and how much of it Terraform has made isn't known" in text


def test_a_tainted_instance_is_judged_as_one_that_is_there(check: Check) -> None:
    document = state_of_terraform()
    attributes = {"id": "i-1", "subnet_id": "subnet-1"}
    tainted = [{"attributes": attributes, "status": "tainted"}]
    document["resources"].append({"mode": "managed", "type": "aws_instance", "name": "i", "instances": tainted})
    assert check(document)[0] == 0


@pytest.mark.parametrize(("actions", "code"), [(["delete"], 0), (["forget"], 1), (None, 1)])
def test_a_plan_that_leaves_alone_what_was_left_behind_has_it_still(check: Check, actions: Any, code: int) -> None:
    left = shown(state_of_terraform(deposed="0badc0de"))
    change = {"address": "aws_route.r", "mode": "managed", "type": "aws_route", "name": "r", "deposed": "0badc0de"}
    before = left["values"]["root_module"]["resources"][-1]["values"]
    changes = [{**change, "change": {"actions": actions, "before": before, "after": None}}] if actions else []
    document = {"format_version": "1.2", "configuration": {}, "resource_changes": changes, "prior_state": left}
    assert check(document)[0] == code


def test_operations_under_way_are_told(check: Check) -> None:
    document = json.loads(state("stateless_pass"))
    document["deployment"]["pending_operations"] = [under_way("creating", "aws:s3/bucket:Bucket")]
    assert "Note: This state was written with operations under way (1)" in check(document)[1]
