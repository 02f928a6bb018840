"""Nested stacks as a user of the command gives them: with their parents, by folder, from S3, or not at all."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from policy.egress.show.cli import main
from tests.policy.sources.test_nested import of, stack

VPC = of("EC2::VPC", CidrBlock="10.0.0.0/16")
OPEN = {
    "Parameters": {"VpcId": {"Type": "String"}},
    "Resources": {
        "Igw": of("EC2::InternetGateway"),
        "Attached": of("EC2::VPCGatewayAttachment", VpcId={"Ref": "VpcId"}, InternetGatewayId={"Ref": "Igw"}),
        "Subnet": of("EC2::Subnet", VpcId={"Ref": "VpcId"}, CidrBlock="10.0.0.0/24"),
        "Table": of("EC2::RouteTable", VpcId={"Ref": "VpcId"}),
        "In": of("EC2::SubnetRouteTableAssociation", SubnetId={"Ref": "Subnet"}, RouteTableId={"Ref": "Table"}),
        "Out": of(
            "EC2::Route", RouteTableId={"Ref": "Table"}, DestinationCidrBlock="0.0.0.0/0", GatewayId={"Ref": "Igw"}
        ),
    },
    "Outputs": {"SubnetId": {"Value": {"Ref": "Subnet"}, "Export": {"Name": "subnet"}}},
}
"""Its workload subnet reaches the internet around any firewall."""
HASH = "0123456789abcdef" * 4
BUCKET = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"


def top(url: Any, **more: Any) -> dict[str, Any]:
    return {"Resources": {"Vpc": VPC, "Net": stack(url, VpcId={"Ref": "Vpc"}), **more}}


def write(folder: Path, **templates: Any) -> None:
    for name, written in templates.items():
        (folder / f"{name}.json").write_text(json.dumps(written, indent=1))


def synth(folder: Path, url: Any, *, note: bool = False, listed: bool = True) -> Path:
    """What `cdk synth` leaves of a stack with a nested one; ``note`` and ``listed`` are where its template is named."""
    out = folder / "cdk.out"
    out.mkdir()
    parent = top(url)
    if note:
        parent["Resources"]["Net"]["Metadata"] = {"aws:asset:path": "HubNet.nested.template.json"}
    source = {"path": "HubNet.nested.template.json", "packaging": "file"}
    files = {HASH: {"source": source, "destinations": {"here": {"bucketName": BUCKET, "objectKey": f"{HASH}.json"}}}}
    manifest = {"Hub": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Hub.template.json"}}}
    write(
        out,
        **{
            "Hub.template": parent,
            "HubNet.nested.template": OPEN,
            "Hub.assets": {"version": "36.0.0", "files": files if listed else {}},
            "manifest": {"version": "36.0.0", "artifacts": manifest},
        },
    )
    return out


def told(*arguments: Any) -> tuple[dict[str, Any], str]:
    """What `check --json` says, and what the text says in one line."""
    found, text = io.StringIO(), io.StringIO()
    main(["check", "--json", *map(str, arguments)], found)
    assert main(["check", *map(str, arguments)], text) == 1
    return json.loads(found.getvalue()), " ".join(text.getvalue().split())


def around(document: dict[str, Any]) -> list[list[str]]:
    """The subnets that get around a firewall, and those of whom it isn't known."""
    return [each["names"] for each in document["violations"] if each["policy"] == "egress-through-firewall"]


BY_SUB = {"Fn::Sub": f"https://s3.${{AWS::Region}}.${{AWS::URLSuffix}}/{BUCKET}/{HASH}.json"}
BY_JOIN = {
    "Fn::Join": [
        "",
        [
            "https://s3.",
            {"Ref": "AWS::Region"},
            ".",
            {"Ref": "AWS::URLSuffix"},
            "/",
            {"Fn::Sub": BUCKET},
            f"/{HASH}.json",
        ],
    ]
}


@pytest.mark.parametrize("url", [BY_SUB, BY_JOIN, f"https://s3.eu-west-1.amazonaws.com/bucket/{HASH}.json"])
def test_a_nested_stack_of_cdk_is_found_by_the_name_of_its_upload(url: Any, tmp_path: Path) -> None:
    out = synth(tmp_path, url)
    for given in ([out], [out / "Hub.template.json"]):
        document, _text = told(*given)
        assert around(document) == [["Net:Subnet"]]
        assert document["resources"] == 7
        assert "notes" not in document


@pytest.mark.parametrize("note", [True, False])
def test_all_templates_of_a_cdk_folder_at_once_are_the_same_network(note: bool, tmp_path: Path) -> None:
    out = synth(tmp_path, BY_SUB, note=note)
    files = sorted(out.glob("*.template.json"))
    assert len(files) == 2
    for given in (files, files[::-1], [out, *files]):
        document, text = told(*given)
        assert around(document) == [["Net:Subnet"]]
        assert document["resources"] == 7
        counted = f"{out / 'HubNet.nested.template.json'} is the template of a nested stack, and counts once"
        assert counted in text
        assert any(counted in each for each in document["notes"])


def test_a_nested_stack_whose_template_is_listed_nowhere_is_undecided(tmp_path: Path) -> None:
    document, text = told(synth(tmp_path, BY_SUB, listed=False))
    assert {each["verdict"] for each in document["violations"] if each["level"] == "mandatory"} == {"undecided"}
    assert "the template of this nested stack" in text
    assert "egress-proof check parent.yaml child.yaml" in text


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("url", ["child.json", "./child.json"])
def test_a_child_given_with_its_parent_counts_once(url: str, order: int, tmp_path: Path) -> None:
    write(tmp_path, parent=top(url), child=OPEN)
    document, text = told(*[tmp_path / "parent.json", tmp_path / "child.json"][::order])
    assert around(document) == [["Net:Subnet"]]
    assert document["resources"] == 7
    assert f"{tmp_path / 'child.json'} is the template of a nested stack, and counts once" in text


def test_a_child_of_a_child_counts_once_and_its_exports_are_one(tmp_path: Path) -> None:
    middle = {
        "Parameters": {"VpcId": {"Type": "String"}},
        "Resources": {"In": stack("child.json", VpcId={"Ref": "VpcId"})},
    }
    importing = {"Resources": {"Eni": of("EC2::NetworkInterface", SubnetId={"Fn::ImportValue": "subnet"})}}
    write(tmp_path, parent=top("middle.json"), middle=middle, child=OPEN, other=importing)
    document, _text = told(*sorted(tmp_path.glob("*.json")))
    assert around(document) == [["parent.Net.In:Subnet"]]
    assert document["resources"] == 8


@pytest.mark.parametrize(
    "url",
    [
        "https://bucket.s3.amazonaws.com/templates/child.json",
        "https://bucket.s3.amazonaws.com/templates/child.json?versionId=1",
        {"Fn::Sub": "https://${Bucket}.s3.${AWS::URLSuffix}/${Prefix}templates/child.json"},
        {"Fn::Sub": ["https://${B}.s3.amazonaws.com/child.json", {"B": {"Ref": "Bucket"}}]},
        {"Fn::Join": ["/", ["https://bucket.s3.amazonaws.com", "templates", "child.json"]]},
    ],
)
def test_a_template_in_s3_is_what_is_given_under_its_name(url: Any, tmp_path: Path) -> None:
    parameters = {"Bucket": {"Type": "String"}, "Prefix": {"Type": "String"}}
    write(tmp_path, parent={"Parameters": parameters, **top(url)}, child=OPEN)
    document, text = told(tmp_path / "parent.json")
    assert around(document) == [["Net"]]
    assert "isn't at hand, and may make networks and routes" in text
    document, text = told(tmp_path / "parent.json", tmp_path / "child.json")
    assert around(document) == [["Net:Subnet"]]
    assert f"{tmp_path / 'child.json'} is taken for the template of a nested stack, whose address ends with" in text


def test_of_several_files_of_a_name_the_one_in_the_same_folder_is_meant(tmp_path: Path) -> None:
    empty: dict[str, Any] = {"Resources": {"Topic": of("SNS::Topic")}}
    write(tmp_path, parent=top("https://bucket.s3.amazonaws.com/v1/network/main.json"))
    for folder, template in (("network", OPEN), ("other", empty), ("third", empty)):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder, main=template)
    files = [tmp_path / each for each in ("parent.json", "other/main.json", "network/main.json")]
    document, _text = told(*files)
    assert around(document) == [["parent.Net:Subnet"]]
    document, text = told(files[0], files[1], tmp_path / "third/main.json")
    assert {each["verdict"] for each in document["violations"] if each["level"] == "mandatory"} == {"undecided"}
    assert "isn't at hand" in text


def test_a_template_of_nothing_but_nested_stacks_out_of_reach_is_not_passed_over(tmp_path: Path) -> None:
    write(tmp_path, parent={"Resources": {"Net": stack("https://bucket.s3.amazonaws.com/net.json")}})
    document, text = told(tmp_path / "parent.json")
    assert document["proven"] == []
    assert "Nothing could be judged: 1 resource" in text
    assert "(https://bucket.s3.amazonaws.com/net.json) isn't at hand" in text


@pytest.mark.parametrize(("location", "open_"), [("child.json", False), ({"ApplicationId": "arn:aws:app"}, True)])
def test_an_application_of_sam_is_a_nested_stack(location: Any, open_: bool, tmp_path: Path) -> None:
    application = of("Serverless::Application", Location=location, Parameters={"VpcId": {"Ref": "Vpc"}})
    parent = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"Vpc": VPC, "App": application}}
    write(tmp_path, parent=parent, child=OPEN)
    document, _text = told(tmp_path / "parent.json")
    verdicts = {each["verdict"] for each in document["violations"] if each["policy"] == "egress-through-firewall"}
    assert verdicts == ({"undecided"} if open_ else {"refuted"})


def test_a_file_named_twice_counts_once(tmp_path: Path) -> None:
    write(tmp_path, parent=top("child.json"), child=OPEN)
    document, text = told(tmp_path / "parent.json", f"{tmp_path}/./parent.json")
    assert document["resources"] == 7
    assert "is named 2 times, and counts once" in text


@pytest.mark.parametrize(
    ("file", "advice"),
    [
        ("main.tf", "check a plan of it: `terraform show -json plan | egress-proof check - --source"),
        ("cdk.json", "run `cdk synth` there, and check"),
        ("Pulumi.yaml", "check what it previews: `pulumi preview --json --show-sames | egress-proof check`"),
        ("net.yaml", "name the files in it"),
    ],
)
def test_a_folder_of_another_kind_is_told_what_to_do_with(file: str, advice: str, tmp_path: Path) -> None:
    (tmp_path / file).write_text("")
    err = io.StringIO()
    assert main(["check", str(tmp_path)], io.StringIO(), err) == 2
    assert (
        f"error: {tmp_path} is a folder, and not one that `cdk synth` wrote (manifest.json); {advice}" in err.getvalue()
    )
